"""This is where one market's published figures are read for pages: as little of them as a page needs, and once.

"Today" is the newest published day on which a catalogue was collected. Its listings are those of `listing_seen` that
day as `market.days` counts them, so that every count on a page equals `catalog_day.seen` or `brand_day.seen`
(`listing_live` keeps one catalogue per listing, the deepest asked for, and would not). What their spells know, first
price and first day, is joined from `listing_live`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from vopt_lib.desk.kept import Reading, kept
from vopt_lib.market.days import COLUMNS as DAY_COLUMNS
from vopt_lib.market.days import shown_of_brands, shown_of_catalogues
from vopt_lib.market.prices import OF_SIGHTING, OF_SPELL, histories, of_the_day
from vopt_lib.market.sightings import KEY

LONGEST_DAYS = 365
FIGURES = (
    *("source", "catalog_id", "day", "seen", "price_eur_p10", "price_eur_p25", "price_eur_median", "price_eur_p75"),
    *("price_eur_p90", "new", "gone", "price_cuts", "share_seen"),
)
"""What pages need of catalog_day and brand_day."""


@kept
def catalogue_days(reading: Reading) -> pl.DataFrame:
    """FIGURES of every catalogue over the newest year, of one source."""
    rows = reading.scan("catalog_day").select(FIGURES).collect()
    return _newest_year(rows.filter(pl.col("source").eq_missing(source(reading))))


@kept
def brand_days(reading: Reading, catalog_id: int) -> pl.DataFrame:
    """FIGURES and brand of every brand of a catalogue over the newest year, of one source."""
    rows = reading.scan("brand_day").filter(pl.col("catalog_id") == catalog_id).select(*FIGURES, "brand").collect()
    return _newest_year(rows.filter(pl.col("source").eq_missing(source(reading))))


@kept
def source(reading: Reading) -> str | None:
    """Who the figures are from: what a simulator and the real market say is not mixed; the newest day's wins."""
    for name in ("catalog_day", "brand_day"):
        newest = reading.scan(name).select("source", "day").top_k(1, by="day").collect()
        if newest.height:
            return str(newest["source"][0])
    return None


@kept
def collected_at(reading: Reading, day: date) -> datetime | None:
    """The last answer of that day."""
    covered = reading.scan("crawl_coverage").filter(pl.col("day") == day).select(pl.col("observed_at").max())
    at: datetime | None = covered.collect().item()
    return at


@kept
def todays_listings(reading: Reading, catalog_id: int, brand: str | None, day: date) -> pl.DataFrame:
    """The listings of a catalogue, or of a brand of it, on its newest day (`market.prices.of_the_day`)."""
    columns = dict.fromkeys((*DAY_COLUMNS, *OF_SIGHTING, "asked_amount"))
    seen = _sightings(reading, catalog_id, day, day).select(*columns).collect()
    live = reading.scan("listing_live").select(*KEY, *OF_SPELL).collect()
    return of_the_day(_shown(seen, brand), live)


@kept
def group_days(
    reading: Reading,
    catalog_id: int,
    brand: str | None,
    *,
    until: date,
    days: int,
    sizes: tuple[str, ...],
    conditions: tuple[int, ...],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The histories of these sizes and of these conditions (`market.prices.histories`), over so many days."""
    since = until - timedelta(days=days - 1)
    columns = (*DAY_COLUMNS, "size", "condition_id")
    shown = _shown(_sightings(reading, catalog_id, since, until).select(columns).collect(), brand)
    return histories(shown, "size", sizes), histories(shown, "condition_id", conditions)


def _sightings(reading: Reading, catalog_id: int, since: date, until: date) -> pl.LazyFrame:
    """Sightings by queries in a catalogue. Files of other days are not opened, and each is sorted by catalogue."""
    return reading.scan("listing_seen").filter(
        pl.col("day").is_between(since, until),
        pl.col("query_catalog_id") == catalog_id,
        pl.col("source") == source(reading),
    )


def _shown(seen: pl.DataFrame, brand: str | None) -> pl.DataFrame:
    return shown_of_catalogues(seen) if brand is None else shown_of_brands(seen).filter(pl.col("brand") == brand)


def _newest_year(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("day") > pl.col("day").max() - timedelta(days=LONGEST_DAYS)).sort("day")
