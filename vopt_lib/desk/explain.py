"""This is where it is told what the published tables hold, for whoever wants to ask them something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.report import published_at
from vopt_lib.errors import VoptError
from vopt_lib.lake.warehouse import sql_files
from vopt_lib.market.totals import share_of_all


@dataclass(frozen=True)
class Shelf:
    """What can be asked now: how much of it, and how fresh it is (None: nothing is published).

    rows: {table: rows}, of the tables that people's SQL may read. share_seen: of the followed catalogues together, on
    the newest day; None: unknown. trouble: why nothing can be asked.
    """

    rows: dict[str, int]
    published_at: datetime | None
    newest_day: date | None
    share_seen: float | None
    trouble: VoptError | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask about yet."""
        return not any(self.rows.values())


def shelf(desk: Desk) -> Shelf:
    """What people's SQL finds now. Whatever goes wrong is told as its trouble."""
    try:
        return _shelf(desk)
    except VoptError as trouble:
        return Shelf({}, None, None, None, trouble)


def _shelf(desk: Desk) -> Shelf:
    day, share = _newest(desk.lake.scan("catalog_day"))
    return Shelf(
        rows=_rows(desk),
        published_at=published_at(desk),
        newest_day=day,
        share_seen=share,
    )


def _newest(days: pl.LazyFrame) -> tuple[date | None, float | None]:
    """The newest day, and the share that was seen of its catalogues together.

    Needs: day, seen, share_seen. Grain: one row per catalogue and day.
    """
    newest = days.filter(pl.col("day") == pl.col("day").max()).select("day", "seen", "share_seen").collect()
    return (newest["day"][0] if newest.height else None), share_of_all(newest)


def _rows(desk: Desk) -> dict[str, int]:
    versions, options = desk.lake.published(), tuple(desk.paths.storage_options.items())
    return {name: _rows_in(tuple(files), options) for name, files in sql_files(desk.lake, versions).items()}


@lru_cache(maxsize=64)
def _rows_in(files: tuple[str, ...], options: tuple[tuple[str, str], ...]) -> int:
    """How many rows these files hold; a file of the lake never changes."""
    if not files:
        return 0
    rows = pl.scan_parquet(list(files), glob=False, storage_options=dict(options) or None)
    return int(rows.select(pl.len()).collect().item())
