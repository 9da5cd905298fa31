"""This is where the brand page gets its figures: what one brand costs in every catalogue, and how wanted it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.market_reads import FIGURES, source
from vopt_lib.desk.prices import market_page
from vopt_lib.desk.selling import speed_of
from vopt_lib.desk.trends import every_day, trend
from vopt_lib.errors import VoptError
from vopt_lib.market.movement import movements
from vopt_lib.market.trends import change
from vopt_lib.schema.brand_page import BrandPage
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.trends import Change, TooLittle
from vopt_lib.schema.vinted_terms import folded

MOST_BRANDS = 200
NEWEST = timedelta(days=31)


def brand_page(desk: Desk, filters: MarketFilters) -> BrandPage:
    """Everything the brand page shows, all of one publication; what stands in the way is its `trouble`.

    Without a catalogue, the one with most listings of the brand is looked at.
    """
    try:
        return _page(desk, filters)
    except VoptError as error:
        return BrandPage(Freshness(), trouble=error)


def _page(desk: Desk, filters: MarketFilters) -> BrandPage:
    reading = read_published(desk, filters.market)
    whole = market_page(desk, MarketFilters(market=filters.market))
    if whole.trouble:
        return BrandPage(Freshness(), trouble=whole.trouble)
    titles = {choice.value: choice.title or str(choice.value) for choice in whole.choices.catalogues}
    newest = newest_of_brands(reading).with_columns(
        title=pl.col("catalog_id").replace_strict(titles, default=pl.col("catalog_id").cast(pl.String))
    )
    known = _known(newest)
    choices = tuple(Choice(brand, listings=seen) for brand, seen in known.select("brand", "seen").iter_rows())
    page = BrandPage(whole.freshness, whole.may_fetch_photos, known, choices)
    if filters.brand is None:
        return page
    brand = _as_shown(filters.brand, newest)
    shelves = newest.filter(pl.col("brand") == brand)
    if brand not in known["brand"]:
        page = replace(page, choices=(*choices, Choice(brand, listings=0)))
    if shelves.is_empty():
        return replace(page, brand=brand)
    having: list[int] = shelves["catalog_id"].to_list()
    looked_at = filters.catalog if filters.catalog in having else having[0]
    there = market_page(desk, MarketFilters(market=filters.market, catalog=looked_at, brand=brand, days=filters.days))
    return replace(
        page,
        freshness=there.freshness,
        brand=brand,
        shelves=shelves,
        changes=_changes(reading, shelves, brand),
        prices=there.prices,
        trend=trend(reading, looked_at, brand),
        speed=speed_of(reading, looked_at, brand),
        demand=_rows_of(reading, "demand", pl.col("brand") == brand),
        days_to_sell=_rows_of(
            reading, "days_to_sell", (pl.col("grouped_by") == "brand") & (pl.col("group_name") == brand)
        ),
        trouble=there.trouble,
    )


@kept
def newest_of_brands(reading: Reading) -> pl.DataFrame:
    """Each brand in each catalogue as of its catalogue's newest day, those with listings then, most of them first.

    Returns: catalog_id, brand, day, seen, median (EUR), new, gone (of the newest seven days that know them).
    """
    days = reading.scan("brand_day").filter(pl.col("day") > pl.col("day").max() - NEWEST)
    rows = days.select(*FIGURES, "brand").collect().filter(pl.col("source").eq_missing(source(reading)))
    newest = rows.group_by("catalog_id").agg(pl.col("day").max().alias("newest"))
    return (
        movements(rows, by=("catalog_id", "brand"))
        .join(newest, on="catalog_id")
        .filter(pl.col("day") == pl.col("newest"), pl.col("seen") > 0)
        .select("catalog_id", "brand", "day", "seen", "median", "new", "gone")
        .sort(-pl.col("seen"), "catalog_id", "brand")
    )


def _known(newest: pl.DataFrame) -> pl.DataFrame:
    """The brands with the most listings, and where most of them are."""
    return (
        newest.group_by("brand", maintain_order=True)
        .agg(
            pl.col("seen").sum().cast(pl.Int64),
            pl.len().cast(pl.Int64).alias("catalogues"),
            pl.col("catalog_id", "title", "median").first(),
        )
        .sort(-pl.col("seen"), "brand")
        .head(MOST_BRANDS)
    )


def _as_shown(asked: str, newest: pl.DataFrame) -> str:
    """The brand as it is written in the market, when it is asked for in other letters."""
    written = newest["brand"].unique(maintain_order=True)
    if asked in written:
        return asked
    return next((brand for brand in written if folded(brand) == folded(asked)), asked)


def _changes(reading: Reading, shelves: pl.DataFrame, brand: str) -> Mapping[int, Change | TooLittle]:
    return {catalog_id: change(every_day(reading, catalog_id, brand)) for catalog_id in shelves["catalog_id"]}


def _rows_of(reading: Reading, table: str, wanted: pl.Expr) -> pl.DataFrame:
    rows = reading.scan(table).filter(wanted, pl.col("catalog_id").is_not_null()).collect()
    return rows.filter(pl.col("source").eq_missing(source(reading)))
