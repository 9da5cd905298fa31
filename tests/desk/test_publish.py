"""Publishing: what becomes visible together, and what holds a day back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.desk.conftest import BAGS
from tests.servers import RunningSimulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish, publish_day, refine_day, unpublished_runs
from vopt_lib.desk.refined import read_versions
from vopt_lib.errors import BadDay, CatalogueVanished, ChecksBroken, CurrencyChanged, NotPublished, PricesMissing
from vopt_lib.lake import Lake
from vopt_lib.quality import suites
from vopt_lib.quality.report import newest
from vopt_lib.schema.quality import TABLES_CHECKED


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
    desk: Desk, market: RunningSimulator, on_day: Callable[[int], None], live: Callable[..., None]
) -> None:
    live(1)
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


FAULTY_DAYS = [
    pytest.param(
        "half_without_price", PricesMissing, "of today's listings have no price: yesterday's figures stay.", id="price"
    ),
    pytest.param(
        "other_currency", CurrencyChanged, "100% of today's prices are in PLN instead of EUR: ", id="currency"
    ),
    pytest.param(
        "catalogue_renamed", CatalogueVanished, "“Borse” finds nothing any more (", id="category renamed"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "error", "told"), FAULTY_DAYS)
def test_a_faulty_day_stops_at_quality_and_the_next_good_one_publishes_again(
    desk: Desk,
    market: RunningSimulator,
    on_day: Callable[[int], None],
    live: Callable[..., None],
    *,
    fault: str,
    error: type[BadDay],
    told: str,
) -> None:
    live(1, is_published=True)
    before, shown = desk.lake.published(), desk.lake.scan("catalog_day").collect()

    on_day(1)
    market.switch_on(fault)
    collect(desk, BAGS)
    refine_day(desk)
    held = publish_day(desk)
    assert (held.outcome, type(held.error)) == ("held_back", error)
    assert told in str(held.error)
    assert desk.lake.published() == before
    assert_frame_equal(desk.lake.scan("catalog_day").collect(), shown)

    on_day(2)
    market.switch_off()
    collect(desk, BAGS)
    refine_day(desk)
    assert publish_day(desk).outcome == "done"
    assert date(2026, 11, 3) in desk.lake.scan("catalog_day").collect()["day"]


def test_a_day_that_was_held_back_is_nothing_to_compare_a_later_one_with(
    desk: Desk, market: RunningSimulator, on_day: Callable[[int], None]
) -> None:
    outcomes = []
    for day, fault in ((0, None), (1, "catalogue_renamed"), (7, None), (8, None)):
        on_day(day)
        market.switch_off()
        if fault:
            market.switch_on(fault)
        collect(desk, BAGS)
        refine_day(desk)
        outcomes.append(publish_day(desk).outcome)
    assert outcomes == ["done", "held_back", "done", "done"]
    newest_report = newest(desk.paths.quality)
    assert newest_report
    assert [search.before_on for search in newest_report.searches] == ["2026-11-01"]


def test_what_was_checked_is_remembered_and_can_be_read_offline(desk: Desk) -> None:
    run = collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)
    report = newest(desk.paths.quality)
    assert report
    assert (report.run_ids, report.error, report.count("failed")) == ((run.run_id,), None, 0)
    assert report.count("passed") > 15
    assert {path.name for path in desk.paths.quality_docs.iterdir()} == {
        "index.html", *(f"{table}.html" for table in TABLES_CHECKED)
    }  # fmt: skip


def test_publishing_again_without_anything_new_checks_nothing(desk: Desk, live: Callable[..., None]) -> None:
    live(1, is_published=True)
    first = newest(desk.paths.quality)
    refine_day(desk)
    assert publish_day(desk).outcome == "done"
    assert newest(desk.paths.quality) == first


def test_a_person_may_publish_what_was_held_back(
    desk: Desk, market: RunningSimulator, on_day: Callable[[int], None], live: Callable[..., None]
) -> None:
    live(1, is_published=True)
    on_day(1)
    market.switch_on("other_currency")
    bad = collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)
    assert publish(desk).outcome == "done"
    assert bad.run_id in published_runs(desk)


def test_checks_that_break_are_a_failure_of_ours_and_say_nothing_of_the_day(
    desk: Desk, live: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(batch: object) -> None:
        raise RuntimeError("metrics are missing")

    live(1)
    monkeypatch.setattr(suites, "suite", broken)
    run = publish_day(desk)
    assert (run.outcome, type(run.error)) == ("failed", ChecksBroken)
    assert not isinstance(run.error, NotPublished)
    assert "RuntimeError: metrics are missing" in str(run.error)
    assert desk.lake.published() == {}
    assert newest(desk.paths.quality) is None
