"""Publishing: what becomes visible together, and what holds a day back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from tests.desk.conftest import BAGS
from tests.servers import RunningSimulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day, unpublished_runs
from vopt_lib.desk.refined import read_versions
from vopt_lib.errors import NotPublished
from vopt_lib.lake import Lake


def published_runs(desk: Desk) -> set[str]:
    return {*desk.lake.scan("run").filter(pl.col("kind") == "collect").collect()["run_id"]}


def test_a_run_is_published_with_its_sightings_and_not_before(desk: Desk, on_day: Callable[[int], None]) -> None:
    first = collect(desk, BAGS)
    refine_day(desk)
    on_day(1)
    second = collect(desk, BAGS)
    publish_day(desk)

    assert {*desk.lake.scan("listing_seen").collect()["run_id"]} == published_runs(desk) == {first.run_id}

    refine_day(desk)
    publish_day(desk)
    assert published_runs(desk) == {first.run_id, second.run_id}


def test_a_run_that_ends_after_refining_is_checked_when_it_is_published(
    desk: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    on_day(1)
    market.switch_on("missing_items@catalogue")
    bad = collect(desk, BAGS)

    assert publish_day(desk).outcome == "done"
    refine_day(desk)
    assert [run.run_id for run in unpublished_runs(desk, read_versions(desk.paths.refined))] == [bad.run_id]
    assert isinstance(publish_day(desk).error, NotPublished)


class _BusyLake(Lake):
    """A lake that another process refines just when its runs are looked at for the first time."""

    def __init__(self, desk: Desk, refining: Callable[[], object]) -> None:
        super().__init__(desk.paths)
        self.refining: Callable[[], object] | None = refining

    def scan(self, name: str, **how: Any) -> pl.LazyFrame:
        if name == "run" and self.refining is not None:
            refining, self.refining = self.refining, None
            refining()
        return super().scan(name, **how)


def test_what_is_refined_during_the_check_is_not_published_unchecked(
    desk: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    good = collect(desk, BAGS)
    refine_day(desk)

    def refine_a_bad_day() -> None:
        on_day(1)
        market.switch_on("missing_items@catalogue")
        collect(desk, BAGS)
        refine_day(desk)

    publish_day(replace(desk, lake=_BusyLake(desk, refine_a_bad_day)))
    assert published_runs(desk) == {good.run_id}
    assert isinstance(publish_day(desk).error, NotPublished)
