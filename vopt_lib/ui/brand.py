"""This is where the brand page's figures become its parts: where the brand is sold, for how much, and how wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.errors import NothingPublished
from vopt_lib.schema.brand_page import BrandPage
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import CataloguePrices
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.charts import band_key, price_band, shown
from vopt_lib.ui.filters import query_of
from vopt_lib.ui.groups import groups_today
from vopt_lib.ui.layout import button_link, card, grid
from vopt_lib.ui.links import link
from vopt_lib.ui.listings import listing_table
from vopt_lib.ui.markup import plain, tag, together
from vopt_lib.ui.speed import days_tile, speed_card
from vopt_lib.ui.states import dated_head, empty, failed, notice
from vopt_lib.ui.tables import Column, table
from vopt_lib.ui.tiles import tiles
from vopt_lib.ui.trends import change_in_words, section
from vopt_lib.words import N_, Words

Row = Mapping[str, Any]

LONGEST_NAME = 60
LISTED = 60
NEWEST_LISTINGS = 8
FEW = 5


def head(page: BrandPage, filters: MarketFilters, words: Words) -> Markup:
    """The page's question, or the brand's name with the way back, and how old and how complete the answer is."""
    name = words.say(N_("Brands"))
    if page.brand is None:
        return dated_head(name, words.say(N_("What is a brand worth?")), page.freshness, words)
    back = tag("a", words.say(N_("All brands")), href=query_of(MarketFilters(market=filters.market)))
    crumbs = tag("nav", back, class_="vopt-crumbs", aria_label=words.say(N_("The way back")))
    action = None
    if page.prices:
        action = button_link(words.say(N_("See its prices")), _market(filters, page.prices.catalog_id, page.brand))
    return dated_head(crumbs, plain(page.brand, LONGEST_NAME), page.freshness, words, actions=action)


def missing(page: BrandPage, filters: MarketFilters, words: Words) -> Markup:
    """What is said where there are no figures, and what to do next; nothing where there are."""
    if isinstance(page.trouble, NothingPublished) or (page.trouble is None and page.known.is_empty()):
        text = words.say(N_("Follow what you sell or want to sell. After the first collecting its brands stand here."))
        follow = button_link(words.say(N_("Choose what to follow")), "/follow", primary=True)
        return empty(words.say(N_("No brands yet")), text, follow)
    if page.trouble:
        return failed(page.trouble, words)
    if page.brand is None or not page.shelves.is_empty():
        return Markup("")
    text = words.say(
        N_("Nothing of “{brand}” is on sale in what you follow. Perhaps it is written in another way."),
        brand=plain(page.brand, LONGEST_NAME),
    )
    everything = query_of(MarketFilters(market=filters.market))
    return empty(
        words.say(N_("This brand was not seen")), text, button_link(words.say(N_("See all brands")), everything)
    )


def known_brands(page: BrandPage, filters: MarketFilters, words: Words) -> Markup:
    """The brands with the most listings, to choose from; nothing where one is chosen."""
    if page.brand is not None or page.known.is_empty():
        return Markup("")
    title = words.say(N_("Brands with the most listings"))
    columns = (
        Column("brand", words.say(N_("Brand")), href=lambda row: query_of(filters.but(brand=row["brand"]))),
        Column("seen", words.say(N_("On sale")), "count"),
        Column("catalogues", words.say(N_("Catalogues")), "count"),
        Column("title", words.say(N_("Most of them in"))),
        Column("median", words.say(N_("Median price there")), "money"),
    )
    note = words.say(N_("Listings of the newest day in all that you follow; asked prices in euro."))
    return card(table(page.known.head(LISTED), columns, words, caption=title), title=title, note=note)


def shelves(page: BrandPage, filters: MarketFilters, words: Words) -> Markup:
    """Every catalogue that has the brand: how many, for how much, how that moves, and how wanted it is."""
    if page.brand is None or page.shelves.is_empty():
        return Markup("")
    told = {catalog_id: change_in_words(change, words) for catalog_id, change in page.changes.items()}
    few = words.say(N_("of few listings"))
    columns = [
        Column("title", words.say(N_("Catalogue")), href=lambda row: query_of(_there(filters, page, row))),
        Column("seen", words.say(N_("On sale")), "count"),
        Column(
            "median",
            words.say(N_("Median price")),
            "money",
            quiet=lambda row: row["seen"] < FEW,
            note=lambda row: few if row["seen"] < FEW else None,
        ),
        Column("changed", words.say(N_("In a week"))),
        Column("new", words.say(N_("New")), "count"),
        Column("gone", words.say(N_("Gone")), "count"),
        Column("score", words.say(N_("Demand")), "count"),
        Column("median_days", words.say(N_("Days to sell")), "count", digits=1),
    ]
    rows = _with_selling(page).with_columns(changed=pl.col("catalog_id").replace_strict(told, default=None))
    title = words.say(N_("Where it is sold"))
    note = words.say(
        N_("Asked prices of the newest day, in euro; demand from 0 to 100. Choose a catalogue to see more of it below.")
    )
    return card(table(rows, columns, words, caption=title), title=title, note=note)


def figures(page: BrandPage, filters: MarketFilters, words: Words) -> Markup:
    """The brand in one catalogue: its tiles, and its prices day by day."""
    prices = page.prices
    if prices is None or page.brand is None:
        return Markup("")
    heading = tag(
        "h2",
        words.say(N_("{brand} in {catalogue}"), brand=plain(page.brand, 60), catalogue=prices.title),
        class_="vopt-part",
    )
    if prices.days.is_empty():
        return together(heading, notice(words.say(N_("There is no history in this period."))))
    listings = words.count(N_("listing"), N_("listings"), prices.on_sale)
    there = _market(filters, prices.catalog_id, page.brand)
    items = [
        Tile(
            words.say(N_("Median asked price")),
            "–" if prices.median is None else words.money(prices.median),
            trend=prices.days["price_eur_median"].to_list(),
        ),
        Tile(
            words.say(N_("On sale")),
            words.number(prices.on_sale),
            unit=listings,
            trend=prices.days["seen"].to_list(),
            href=there,
        ),
        _demand_tile(page, prices, words),
        days_tile(page.speed.told if page.speed else None, words),
    ]
    over_time = card(
        shown(price_band(prices.days, words), above=band_key(prices.days, words)),
        title=words.say(N_("Asked prices over time")),
        note=words.say(N_("In euro, each day of all listings seen that day.")),
    )
    return grid(heading, tiles(items, words), over_time, columns=1)


def moving(page: BrandPage, words: Words) -> Markup:
    """How its prices move, and what comes next."""
    return section(page.trend, words)


def wanted(page: BrandPage, words: Words) -> Markup:
    """How wanted it is and of what that is made, and how soon it sells."""
    if page.prices is None:
        return Markup("")
    sold = speed_card(page.speed, words, title=words.say(N_("How fast it sells"))) if page.speed else None
    return grid(_demand_card(page, page.prices, words), sold, columns=1)


def groups(page: BrandPage, words: Words) -> Markup:
    """What sizes and conditions ask today."""
    return groups_today(page.prices, words)


def newest(page: BrandPage, filters: MarketFilters, words: Words) -> Markup:
    """Its newest listings, and the way to all of them."""
    if page.prices is None or page.brand is None:
        return Markup("")
    rows = listing_table(page.prices.listings.head(NEWEST_LISTINGS), words, with_photos=page.may_fetch_photos)
    there = _market(filters, page.prices.catalog_id, page.brand)
    every = words.count(N_("See the {n} listing"), N_("See all {n} listings"), page.prices.on_sale)
    return card(rows, title=words.say(N_("Its newest listings")), foot=link(every, there))


# Demand and days to sell


def _demand_tile(page: BrandPage, prices: CataloguePrices, words: Words) -> Tile:
    row = _row_of(page.demand, prices.catalog_id)
    if row is None:
        return Tile(words.say(N_("Demand")), "–", detail=words.say(N_("not enough evidence yet")))
    return Tile(words.say(N_("Demand")), words.number(row["score"]), unit=words.say(N_("of 100")))


def _demand_card(page: BrandPage, prices: CataloguePrices, words: Words) -> Markup:
    title = words.say(N_("How wanted it is"))
    row = _row_of(page.demand, prices.catalog_id)
    if row is None:
        told = N_("Not enough evidence yet. How wanted it is shows once it was watched for some weeks.")
        return card(tag("p", words.say(told)), title=title)
    parts = (
        ("favourites_per_day", "favourites_score", N_("New favourites of a listing in a day"), 2),
        ("sold_within_30", "sold_score", N_("Sold within 30 days"), 0),
        ("weeks_of_stock", "scarcity_score", N_("Weeks until the stock is gone"), 1),
    )
    rows = pl.DataFrame(
        [
            {"part": words.say(name), "figure": _figure(row[column], column, digits, words=words), "score": row[score]}
            for column, score, name, digits in parts
        ],
        schema={"part": pl.String, "figure": pl.String, "score": pl.Float64},
    )
    columns = (
        Column("part", words.say(N_("Part"))),
        Column("figure", words.say(N_("Figure"))),
        Column("score", words.say(N_("Points of 100")), "count"),
    )
    note = words.count(
        N_("{score} of 100, the mean of the parts that are known; of {n} listing, as of {day}."),
        N_("{score} of 100, the mean of the parts that are known; of {n} listings, as of {day}."),
        row["listings"],
        score=words.number(row["score"]),
        day=row["day"],
    )
    return card(table(rows, columns, words, caption=title), title=title, note=note)


def _figure(value: float | None, column: str, digits: int, *, words: Words) -> str:
    if value is None:
        return "–"
    return words.percent(value) if column.startswith("sold") else words.number(value, digits)


def _with_selling(page: BrandPage) -> pl.DataFrame:
    """The shelves with demand and days to sell, null where nothing is told."""
    rows = page.shelves
    for frame, column in ((page.demand, "score"), (page.days_to_sell, "median_days")):
        known = frame.select("catalog_id", column) if column in frame.columns else _NOTHING.rename({"value": column})
        rows = rows.join(known.unique("catalog_id"), on="catalog_id", how="left", maintain_order="left")
    return rows


_NOTHING = pl.DataFrame(schema={"catalog_id": pl.Int64, "value": pl.Float64})


def _row_of(frame: pl.DataFrame, catalog_id: int) -> Row | None:
    if frame.is_empty():
        return None
    rows = frame.filter(pl.col("catalog_id") == catalog_id)
    return rows.row(0, named=True) if rows.height else None


def _there(filters: MarketFilters, page: BrandPage, row: Row) -> MarketFilters:
    return MarketFilters(market=filters.market, brand=page.brand, catalog=row["catalog_id"], days=filters.days)


def _market(filters: MarketFilters, catalog_id: int, brand: str) -> str:
    asked = MarketFilters(market=filters.market, catalog=catalog_id, brand=brand, days=filters.days)
    return f"/market{query_of(asked)}"
