"""Collecting a follow: what comes in, what a refusal leaves, and that a day held back is mended by the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from tests.desk.conftest import BAGS
from tests.servers import RunningSimulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day, unpublished_runs
from vopt_lib.desk.refined import read_versions
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import Run
from vopt_lib.errors import Challenged, CollectingPaused, NotPublished


def newest(desk: Desk, name: str) -> pl.DataFrame:
    return desk.lake.scan(name, version="newest").collect()


def test_a_collected_follow_leaves_sightings_pages_coverage_and_its_run(desk: Desk) -> None:
    run = collect(desk, BAGS)

    seen, coverage = newest(desk, "listing_seen"), newest(desk, "crawl_coverage")
    assert (run.outcome, run.error, run.is_exhaustive) == ("done", None, True)
    assert run.listings == seen.filter(~pl.col("promoted"))["listing_id"].n_unique() == coverage["listings"][0]
    assert seen["run_id"].unique().to_list() == [run.run_id]
    assert newest(desk, "page_raw").height == run.pages > 1
    assert [one.run_id for one in newest_runs(desk)] == [run.run_id]


def test_progress_is_told_while_a_follow_is_collected(desk: Desk) -> None:
    told: list[Run] = []
    run = collect(desk, BAGS, on_progress=told.append)
    assert told[-1].pages == run.pages


def test_a_passing_fault_is_waited_out_and_told(desk: Desk, market: RunningSimulator) -> None:
    market.switch_on("timeout_504:2@catalogue")
    run = collect(desk, BAGS)
    assert (run.outcome, run.retries) == ("done", 2)
    assert len(run.events) >= 1


def test_a_challenge_fails_the_run_and_rests_the_next_one(desk: Desk, market: RunningSimulator) -> None:
    market.switch_on("challenge_datadome:1@catalogue")

    first, second = collect(desk, BAGS), collect(desk, BAGS)

    assert (first.outcome, type(first.error)) == ("failed", Challenged)
    assert (second.outcome, type(second.error), second.requests) == ("failed", CollectingPaused, 0)
    assert newest(desk, "listing_seen").is_empty()


def test_a_failed_day_is_held_back_until_a_good_one(
    desk: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    def live_a_day() -> tuple[Run, Run]:
        collected = collect(desk, BAGS)
        refine_day(desk)
        return collected, publish_day(desk)

    _, good = live_a_day()
    published = desk.lake.published()
    on_day(1)
    market.switch_on("challenge_datadome:1@catalogue")
    _, held = live_a_day()
    assert (good.outcome, held.outcome, type(held.error)) == ("done", "held_back", NotPublished)
    assert desk.lake.published() == published

    on_day(2)
    _, mended = live_a_day()
    assert mended.outcome == "done"
    assert desk.lake.published()["listing_seen"] > published["listing_seen"]
    assert unpublished_runs(desk, read_versions(desk.paths.refined)) == []


def test_seven_days_make_figures_with_new_and_gone_listings(desk: Desk, on_day: Callable[[int], None]) -> None:
    for day in range(7):
        on_day(day)
        collect(desk, BAGS)
        refine_day(desk)
        publish_day(desk)

    days = desk.lake.scan("catalog_day").sort("day").collect()
    assert days["catalog_id"].unique().to_list() == [19]
    assert days["new"].is_null().to_list() == [True] + [False] * 6
    assert _sum(days["gone"]) == desk.lake.scan("listing_ended").collect().height > 0
    assert days["price_eur_median"].is_between(1, 200).all()


def _sum(values: Sequence[int | None]) -> int:
    return sum(value or 0 for value in values)
