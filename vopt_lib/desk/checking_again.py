"""This is where what is published is checked once more: visits and saved pages changed it since its day was checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from vopt_lib.desk.checking import check_day
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.runs import Run
from vopt_lib.errors import BadDay

CHECKED_FOR: Final = timedelta(days=2)
"""What was collected longer ago was checked often enough."""


def check_published(desk: Desk) -> BadDay | None:
    """Why what is published cannot be right; None: it can, or nothing was collected lately. The page of data quality
    shows what was found, as after a day.

    Raises: ChecksBroken; LakeError, also where a published file is missing or damaged.
    """
    published = desk.lake.published()
    if "run" not in published:
        return None
    return check_day(desk, published, _collected_lately(desk))


def _collected_lately(desk: Desk) -> list[Run]:
    """The newest collecting run of each follow that brought something and is published."""
    since = desk.clock.now() - CHECKED_FOR
    rows = (
        desk.lake.scan("run")
        .filter(pl.col("month") >= f"{since:%Y-%m}", pl.col("kind") == "collect", pl.col("ended_at") >= since)
        .filter(pl.col("outcome") != "failed")
        .sort("ended_at")
        .unique("follow_id", keep="last")
        .collect()
    )
    return [Run.from_row(row) for row in rows.iter_rows(named=True)]
