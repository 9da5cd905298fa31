"""This is where tests of the lake get rows: complete ones, of which they name what matters."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from vopt_lib.schema.tables import CATALOG_DAY, LISTING_LIVE, LISTING_SEEN, PAGE_RAW, PRICE_CHANGE, RUN, Table

DAY = date(2026, 11, 20)
_FILLERS = {
    pl.String(): "x",
    pl.Int64(): 1,
    pl.Int32(): 1,
    pl.Float64(): 1.0,
    pl.Boolean(): True,
    pl.Binary(): b"x",
    pl.Date(): DAY,
}


def rows(table: Table, count: int, **columns: Sequence[Any] | Any) -> pl.DataFrame:
    """Rows of a table: the given columns (one value or one per row), fillers where null is not allowed, else nulls."""
    made = {}
    for column in table.columns:
        value = columns.get(column.name, None if column.nullable else _filler(table.schema[column.name]))
        values = value if isinstance(value, list) and column.name in columns else [value] * count
        made[column.name] = pl.Series(column.name, values, dtype=table.schema[column.name])
    return pl.DataFrame(made)


def seen(ids: Sequence[int], *, day: date = DAY, market: str = "it", **columns: Any) -> pl.DataFrame:
    """Sightings of these listings at noon of a day."""
    at = datetime.combine(day, time(12), UTC)
    return rows(LISTING_SEEN, len(ids), listing_id=list(ids), day=day, observed_at=at, market=market, **columns)


def pages(urls: Sequence[str], *, day: date = DAY) -> pl.DataFrame:
    """Raw pages."""
    return rows(PAGE_RAW, len(urls), url=list(urls), day=day)


def live(ids: Sequence[int], *, market: str = "it") -> pl.DataFrame:
    """Listings on sale."""
    return rows(LISTING_LIVE, len(ids), listing_id=list(ids), market=market, query_keys=[[] for _ in ids],
                missed_on=[[] for _ in ids])  # fmt: skip


def changes(ids: Sequence[int], *, month: str = "2026-11", market: str = "it") -> pl.DataFrame:
    """Price changes."""
    return rows(PRICE_CHANGE, len(ids), listing_id=list(ids), month=month, market=market)


def days(catalog_ids: Sequence[int], **columns: Any) -> pl.DataFrame:
    """Daily figures of catalogues."""
    return rows(CATALOG_DAY, len(catalog_ids), catalog_id=list(catalog_ids), market="it", month="2026-11", **columns)


def runs(ids: Sequence[str]) -> pl.DataFrame:
    """Rows of runs."""
    return rows(RUN, len(ids), run_id=list(ids), month="2026-11")


def _filler(dtype: pl.DataType) -> Any:
    if isinstance(dtype, pl.List):
        return []
    return _FILLERS.get(dtype, datetime.combine(DAY, time(12), UTC))
