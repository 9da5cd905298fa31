"""This is where the market page tells how fast things sell, and how wanted they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import MarketPage
from vopt_lib.schema.selling_page import Selling, Speed
from vopt_lib.schema.survival import Lack
from vopt_lib.ui.cells import condition_words
from vopt_lib.ui.charts import demand_map, shown
from vopt_lib.ui.filters import query_of
from vopt_lib.ui.layout import card, grid
from vopt_lib.ui.markup import plain, tag
from vopt_lib.ui.speed import speed_card
from vopt_lib.ui.tables import Column, table
from vopt_lib.words import N_, Words

Row = Mapping[str, Any]

MOST_RANKED = 15
MOST_CIRCLES = 60
LEAST_RANKED = 20
"""Listings from which on a brand is ranked: below, its score is mostly its catalogue's."""

MOST_BRANDS = 15
NAMES_TOLD = 12

PRICE_BANDS = {
    "<0.7": N_("under 70% of the usual price"),
    "0.7-0.9": N_("70% to 90%"),
    "0.9-1.1": N_("about the usual price"),
    "1.1-1.4": N_("110% to 140%"),
    ">=1.4": N_("140% and more"),
}
"""The groups of `grouped_by = 'price'`, for a reader."""

_NAMES = {"price": N_("Price"), "condition": N_("Condition"), "size": N_("Size")}


def section(selling: Selling, page: MarketPage, filters: MarketFilters, words: Words) -> Markup:
    """How fast the chosen catalogue or brand sells; where none is chosen, what is wanted most."""
    if page.prices and selling.speed:
        return speed(selling.speed, selling.groups, filters, words)
    if page.overview and selling.demand is not None:
        titles = {one.value: one.title or str(one.value) for one in page.choices.catalogues}
        return wanted(selling.demand, titles, filters, words)
    return Markup("")


# One catalogue, or one brand of it


def speed(known: Speed, groups: pl.DataFrame | None, filters: MarketFilters, words: Words) -> Markup:
    """Days to sell of the chosen, and of the groups of its catalogue."""
    told = speed_card(known, words, title=words.say(N_("How fast it sells")))
    return grid(told, None if groups is None else _groups(groups, known.brand, filters, words), columns=1)


def _groups(groups: pl.DataFrame, brand: str | None, filters: MarketFilters, words: Words) -> Markup:
    """What sells faster than what, in the catalogue."""
    of_all = words.say(N_("Of all brands of the catalogue.")) if brand else None
    by_price = words.say(N_("First asked price against what is usual for the brand in its catalogue."))
    titles = {
        "price": (words.say(N_("Days to sell by price")), by_price),
        "condition": (words.say(N_("Days to sell by condition")), of_all),
        "size": (words.say(N_("Days to sell by size")), of_all),
    }
    cards = [_group_card(groups.filter(grouped_by=by), *told, words=words) for by, told in titles.items()]
    return grid(*cards, _brands_card(groups.filter(grouped_by="brand"), filters, words), columns=2)


def _group_card(rows: pl.DataFrame, title: str, note: str | None, *, words: Words) -> Markup | None:
    if rows.is_empty():
        return None
    named = rows.with_columns(name=pl.Series([_name(row, words) for row in rows.to_dicts()], dtype=pl.String))
    known = named.filter(pl.col("lack").is_null())
    columns = [Column("name", words.say(_NAMES[rows["grouped_by"][0]])), *_speed_columns(words)]
    return card(table(known, columns, words, caption=title), _lacking(named, words), title=title, note=note)


def _brands_card(rows: pl.DataFrame, filters: MarketFilters, words: Words) -> Markup | None:
    if rows.is_empty():
        return None
    named = rows.with_columns(name="group_name")
    known = named.filter(pl.col("lack").is_null()).head(MOST_BRANDS)
    brand = Column("name", words.say(N_("Brand")), href=lambda row: query_of(filters.but(brand=row["group_name"])))
    score = Column("score", words.say(N_("Demand")), "count")
    title = words.say(N_("Days to sell by brand"))
    columns = [brand, *_speed_columns(words), score]
    note = words.say(N_("Brands with the most listings. Demand is 0 to 100; 50 is usual."))
    return card(table(known, columns, words, caption=title), _lacking(named, words), title=title, note=note)


def _speed_columns(words: Words) -> list[Column]:
    def ends(row: Row) -> str | None:
        low, high = row["median_days_low"], row["median_days_high"]
        if high is None:
            return None if low is None else words.say(N_("from {low} up"), low=round(low))
        return None if low is None else f"{words.number(round(low))} – {words.number(round(high))}"

    def share(row: Row) -> str | None:
        low, high = row["sold_within_30_low"], row["sold_within_30_high"]
        return None if low is None or high is None else f"{words.percent(low)} – {words.percent(high)}"

    return [
        Column("median_days", words.say(N_("Days till half sold")), "count", note=ends),
        Column("sold_within_30", words.say(N_("Sold in 30 days")), "percent", note=share),
        Column("listings", words.say(N_("Watched")), "count"),
    ]


def _lacking(rows: pl.DataFrame, words: Words) -> Markup | None:
    """The groups whose median cannot be told, with what is missing for it."""
    lines = []
    for lack in Lack:
        names = rows.filter(pl.col("lack") == lack.value)["name"].to_list()
        if names:
            told = ", ".join(plain(name, 40) for name in names[:NAMES_TOLD])
            more = words.say(N_("and {n} more"), n=len(names) - NAMES_TOLD) if len(names) > NAMES_TOLD else ""
            lines.append(tag("p", f"{told} {more}".strip(), ": ", words.say(lack.sentence), class_="vopt-table-foot"))
    return tag("div", lines) if lines else None


def _name(row: Row, words: Words) -> str:
    match row["grouped_by"]:
        case "price":
            return words.say(PRICE_BANDS[row["group_name"]])
        case "condition":
            return condition_words(int(row["group_name"]), words)
        case _:
            return plain(row["group_name"], 40)


# Everything that is followed


def wanted(demand: pl.DataFrame, titles: Mapping[int | str, str], filters: MarketFilters, words: Words) -> Markup:
    """Brands by price and demand, and the ranking with what the score is made of. Needs: rows of `demand`."""
    named = demand.with_columns(
        title="brand",
        place=pl.Series([titles.get(one, f"#{one}") for one in demand["catalog_id"]], dtype=pl.String),
    )
    brands = named.filter(pl.col("brand").is_not_null(), pl.col("listings") >= LEAST_RANKED)
    if brands.is_empty():
        return Markup("")
    circles = brands.sort("listings", descending=True).head(MOST_CIRCLES)
    drawn = card(
        shown(demand_map(circles, words)),
        title=words.say(N_("What is wanted, and what it costs")),
        note=words.say(
            N_("Brands by median asked price and demand; the larger the circle, the more listings. The line is usual.")
        ),
    )
    return grid(drawn, _ranking(brands, filters, words), columns=1)


def _ranking(brands: pl.DataFrame, filters: MarketFilters, words: Words) -> Markup:
    def href(row: Row) -> str:
        return query_of(filters.but(catalog=row["catalog_id"]).but(brand=row["brand"]))

    def places(column: str) -> Any:
        return lambda row: None if row[column] is None else words.say(N_("{n} of 100"), n=round(row[column]))

    columns = [
        Column("title", words.say(N_("Brand")), href=href, note=lambda row: row["place"]),
        Column("score", words.say(N_("Demand")), "count"),
        Column(
            "favourites_per_day",
            words.say(N_("Favourites a day")),
            "count",
            digits=2,
            note=places("favourites_score"),
        ),
        Column("sold_within_30", words.say(N_("Sold in 30 days")), "percent", note=places("sold_score")),
        Column("weeks_of_stock", words.say(N_("Weeks of stock")), "count", digits=1, note=places("scarcity_score")),
        Column("listings", words.say(N_("Watched")), "count"),
        Column("price_eur_median", words.say(N_("Median price")), "money"),
        Column("share_seen", words.say(N_("Share seen")), "percent"),
    ]
    note = words.say(
        N_(
            "Demand is 0 to 100, the mean of three places among all brands, where 50 is usual: favourites that a "
            "listing gains in a day, the share sold within 30 days, and how few weeks what is on sale would last. "
            "The fewer listings a brand has, the nearer it is put to its catalogue."
        )
    )
    title = words.say(N_("Most wanted"))
    rows = brands.head(MOST_RANKED).with_columns(pl.col("share_seen").clip(upper_bound=1))
    return card(table(rows, columns, words, caption=title), title=title, note=note)
