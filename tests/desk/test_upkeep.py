"""The house is tidied once a day, and nothing that was published is lost by it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desk.conftest import BAGS, START
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.refined import versions_needed
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.upkeep import keep_tidy
from vopt_lib.errors import AlreadyRunning, LakeDamaged
from vopt_lib.files import only_one
from vopt_lib.lake import Lake


def test_a_day_is_tidied_once(desk: Desk, on_day: Callable[[int], None]) -> None:
    first, again = keep_tidy(desk), keep_tidy(desk)
    on_day(1)
    next_day = keep_tidy(desk)
    assert (first is None, again is None, next_day is None) == (False, True, False)
    assert [run.kind for run in newest_runs(desk)] == ["maintain", "maintain"]


def test_what_the_next_refine_may_read_stays(desk: Desk, on_day: Callable[[int], None]) -> None:
    for number in range(4):
        on_day(number)
        collect(desk, BAGS)
        refine_day(desk)
    needed = versions_needed(desk.paths.refined)
    assert [name for name, _ in needed].count("listing_live") == 2
    for file in Path(desk.paths.lake_root).rglob("*.parquet"):
        os.utime(file, (START.timestamp(), START.timestamp()))

    on_day(9)
    assert keep_tidy(desk)

    for name, version in needed:
        Lake(desk.paths).scan(name, version=version).collect()
    versions = {version for name, version in needed if name == "listing_live"}
    with pytest.raises(LakeDamaged):
        Lake(desk.paths).scan("listing_live", version=min(versions) - 1)


def test_nothing_is_tidied_while_refining(desk: Desk) -> None:
    with only_one(desk.paths.locks / "refine.lock", "vopt refine"), pytest.raises(AlreadyRunning):
        keep_tidy(desk, wait_s=0)


def test_raw_pages_leave_after_a_week_and_the_figures_stay(desk: Desk, on_day: Callable[[int], None]) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)
    figures = desk.lake.scan("catalog_day").collect()

    on_day(9)
    keep_tidy(desk)

    assert desk.lake.scan("page_raw", version="newest").collect().is_empty()
    assert desk.lake.scan("listing_seen").collect().height > 0
    assert desk.lake.scan("catalog_day").collect().equals(figures)
