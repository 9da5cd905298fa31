"""Publishing: what becomes visible together, and what holds a day back."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tests.desk.conftest import BAGS
from tests.servers import RunningSimulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day, unpublished_runs
from vopt_lib.errors import NotPublished


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
    assert [run.run_id for run in unpublished_runs(desk)] == [bad.run_id]
    assert isinstance(publish_day(desk).error, NotPublished)
