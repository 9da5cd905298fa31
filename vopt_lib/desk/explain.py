"""This is where it is told what the published tables hold, for whoever wants to ask them something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.report import newest_runs
from vopt_lib.lake.warehouse import sql_files


@dataclass(frozen=True)
class Shelf:
    """What can be asked now: the rows of each table, and how fresh they are (None: nothing is published).

    rows: {table: rows}, of the tables that people's SQL may read; none of a lake that it cannot read.
    """

    rows: dict[str, int]
    published_at: datetime | None
    newest_day: date | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask about yet."""
        return not any(self.rows.values())


def shelf(desk: Desk) -> Shelf:
    """What people's SQL finds now. Raises: LakeDamaged."""
    published = next((run for run in newest_runs(desk, "publish") if run.outcome == "done"), None)
    return Shelf(
        rows=_rows(desk) if desk.lake.is_local else {},
        published_at=published.ended_at if published else None,
        newest_day=desk.lake.scan("catalog_day").select(pl.col("day").max()).collect().item(),
    )


def _rows(desk: Desk) -> dict[str, int]:
    versions = desk.lake.published()
    return {name: _rows_in(tuple(files)) for name, files in sql_files(desk.lake, versions).items()}


@lru_cache(maxsize=64)
def _rows_in(files: tuple[str, ...]) -> int:
    """How many rows these files hold; a file of the lake never changes."""
    return int(pl.scan_parquet(list(files), glob=False).select(pl.len()).collect().item()) if files else 0
