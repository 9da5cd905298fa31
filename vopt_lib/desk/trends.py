"""This is where pages learn how prices move, from the published days: weeks, changes, brands, seasons, a forecast."""

from __future__ import annotations

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.market_reads import FIGURES, brand_days, source
from vopt_lib.errors import VoptError
from vopt_lib.market.forecast import forecast
from vopt_lib.market.movement import usual_days
from vopt_lib.market.seasons import months, weekdays
from vopt_lib.market.trends import brand_changes, change, weeks
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.trends import Trend

NEWEST_WEEKS = 26
"""How many weeks are shown."""


def trend_of(desk: Desk, filters: MarketFilters) -> Trend | None:
    """How the catalogue's prices move, or those of the brand in it; None where there are none.

    What stands in the way of reading them is told by the page itself.
    """
    if filters.catalog is None:
        return None
    try:
        return trend(read_published(desk, filters.market), filters.catalog, filters.brand)
    except VoptError:
        return None


@kept
def trend(reading: Reading, catalog_id: int, brand: str | None) -> Trend | None:
    """How these prices move; None where nothing was collected."""
    days = every_day(reading, catalog_id, brand)
    if days.is_empty():
        return None
    others = brand_changes(brand_days(reading, catalog_id)) if brand is None else brand_changes(days.clear())
    return Trend(
        weeks=weeks(days).tail(NEWEST_WEEKS),
        days=usual_days(days, by=()).select("day", "price_eur_median"),
        change=change(days),
        forecast=forecast(days),
        weekdays=weekdays(days),
        months=months(days),
        brands=others,
    )


def every_day(reading: Reading, catalog_id: int, brand: str | None) -> pl.DataFrame:
    """All days of a catalogue, or of a brand in it, since it is collected: FIGURES and brand, of one source."""
    table, wanted = ("catalog_day", pl.lit(True)) if brand is None else ("brand_day", pl.col("brand") == brand)
    rows = reading.scan(table).filter(pl.col("catalog_id") == catalog_id, wanted)
    named = rows.with_columns(brand=pl.lit(brand, pl.String)).select(*FIGURES, "brand").collect()
    return named.filter(pl.col("source").eq_missing(source(reading))).sort("day")
