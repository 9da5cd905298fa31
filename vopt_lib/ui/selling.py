"""This is where the market page tells how fast things sell, and how wanted they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import MarketPage
from vopt_lib.schema.selling_page import Selling, Speed
from vopt_lib.schema.survival import DaysToSell, Interval, Lack, SurvivalCurve
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.cells import MISSING, condition_words
from vopt_lib.ui.charts import demand_map, shown, survival_curve, survival_key
from vopt_lib.ui.filters import query_of
from vopt_lib.ui.layout import card, grid
from vopt_lib.ui.markup import plain, tag
from vopt_lib.ui.states import notice
from vopt_lib.ui.tables import Column, table
from vopt_lib.ui.tiles import tiles
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
        return speed(selling.speed, filters, words)
    if page.overview and selling.demand is not None:
        titles = {one.value: one.title or str(one.value) for one in page.choices.catalogues}
        return wanted(selling.demand, titles, filters, words)
    return Markup("")


# One catalogue, or one brand of it


def speed(known: Speed, filters: MarketFilters, words: Words) -> Markup:
    """Days to sell: the figures, the curve, and the groups of the catalogue; else what is missing."""
    told = known.told
    title = words.say(N_("How fast it sells"))
    if told is None:
        return card(notice(_too_little(known, words)), title=title)
    note = _rests_on(told, words)
    if isinstance(told.curve, Lack):
        nothing = card(notice(words.say(told.curve.sentence)), title=title, note=note)
        return grid(nothing, _groups(known, filters, words), columns=1)
    lacking = notice(words.say(told.median.sentence)) if isinstance(told.median, Lack) else None
    shows = words.say(N_("Share still unsold by days on sale; what is withdrawn does not count as sold."))
    drawn = card(lacking, _drawn(known, told, told.curve, words), title=title, note=f"{shows} {note}")
    return grid(_figures(told, words), drawn, _groups(known, filters, words), columns=1)


def _too_little(known: Speed, words: Words) -> str:
    if known.usual is None:
        return words.say(
            N_("Not enough evidence: how fast it sells is told after a week or two of collecting every day.")
        )
    return words.say(N_("Not enough evidence: fewer than 20 listings of this brand were watched."))


def _rests_on(told: DaysToSell, words: Words) -> str:
    return words.count(
        N_("From {n} listing watched from {since} to {until}, of which about {sold} sold."),
        N_("From {n} listings watched from {since} to {until}, of which about {sold} sold."),
        told.listings,
        since=told.since.date(),
        until=told.until.date(),
        sold=round(told.sold),
    )


def _figures(told: DaysToSell, words: Words) -> Markup:
    median = told.median
    days = Tile(words.say(N_("Half are sold within")), MISSING, detail=words.say(N_("not enough evidence")))
    if isinstance(median, Interval):
        value = words.count(N_("{n} day"), N_("{n} days"), round(median.value))
        days = Tile(words.say(N_("Half are sold within")), value, detail=_days_range(median, words))
    shares = [
        _share_tile(words.say(N_("Sold within {n} days"), n=within), share, words)
        for within, share in told.sold_within.items()
    ]
    return tiles([days, *shares], words)


def _share_tile(title: str, share: Interval | Lack, words: Words) -> Tile:
    if isinstance(share, Lack):
        brief = share is Lack.SEEN_BRIEFLY
        missing = words.say(N_("not watched for that long")) if brief else words.say(N_("not enough evidence"))
        return Tile(title, MISSING, detail=missing)
    ends = [words.percent(end) for end in (share.low, share.high) if end is not None]
    return Tile(title, words.percent(share.value), detail=" – ".join(ends))


def _days_range(interval: Interval, words: Words) -> str:
    """Where the truth lies in eight of ten cases: "24 – 27 days"."""
    low, high = (None if end is None else words.number(round(end)) for end in (interval.low, interval.high))
    if low is None or high is None:
        return words.say(N_("from {low} days up"), low=low) if low is not None else ""
    return words.say(N_("{low} to {high} days"), low=low, high=high)


def _drawn(known: Speed, told: DaysToSell, curve: SurvivalCurve, words: Words) -> Markup:
    median = told.median.value if isinstance(told.median, Interval) else None
    usual = known.usual.curve if known.brand and known.usual else None
    beside = _ages(usual) if isinstance(usual, SurvivalCurve) else None
    named = survival_key(words, usual=None if beside is None else words.say(N_("the whole catalogue")))
    return shown(survival_curve(_ages(curve), words, median=median, usual=beside), above=named)


def _ages(curve: SurvivalCurve) -> pl.DataFrame:
    """The curve from the day of listing on: until the first known age, nothing is known to be sold."""
    columns = {"age": curve.days, "unsold": curve.unsold, "unsold_low": curve.low, "unsold_high": curve.high}
    begin = {"age": [0.0], "unsold": [1.0], "unsold_low": [1.0], "unsold_high": [1.0]}
    return pl.concat([pl.DataFrame(begin), pl.DataFrame(columns)])


def _groups(known: Speed, filters: MarketFilters, words: Words) -> Markup:
    """What sells faster than what, in the catalogue."""
    of_all = words.say(N_("Of all brands of the catalogue.")) if known.brand else None
    by_price = words.say(N_("First asked price against what is usual for the brand in its catalogue."))
    titles = {
        "price": (words.say(N_("Days to sell by price")), by_price),
        "condition": (words.say(N_("Days to sell by condition")), of_all),
        "size": (words.say(N_("Days to sell by size")), of_all),
    }
    cards = [_group_card(known.groups.filter(grouped_by=by), *told, words=words) for by, told in titles.items()]
    return grid(*cards, _brands_card(known.groups.filter(grouped_by="brand"), filters, words), columns=2)


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
