"""The house is tidied once a day, and nothing that was published is lost by it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk.conftest import BAGS, START
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.refined import read_versions, versions_needed
from vopt_lib.desk.report import day_report, event_line, newest_runs
from vopt_lib.desk.runs import Run, headline
from vopt_lib.desk.status import lines
from vopt_lib.desk.upkeep import keep_tidy, tidy
from vopt_lib.errors import AlreadyRunning, LakeDamaged
from vopt_lib.files import only_one
from vopt_lib.lake import Lake
from vopt_lib.schema.tables import DERIVED
from vopt_lib.words import Words

EN = Words("en")


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

    assert {one for one in needed if one[0] in DERIVED} <= {*versions_needed(desk.paths.refined)}
    for name, version in versions_needed(desk.paths.refined):
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


def test_what_was_removed_is_told_for_ever_by_the_run(desk: Desk, on_day: Callable[[int], None]) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)
    on_day(9)

    run = keep_tidy(desk)

    assert run is not None
    (remembered,) = newest_runs(desk, "maintain")
    assert [event_line(event, EN) for event in remembered.events] == [
        "Old days removed from page_raw: 1, up to 2026-11-01."
    ]
    assert headline(remembered, EN) == "Tidying up: 1 old day removed"
    assert "Tidied up on 10 Nov 2026 " in "\n".join(lines(desk, EN))
    assert day_report(desk, EN).endswith(
        "## What was tidied away\n\n- Old days removed from page_raw: 1, up to 2026-11-01.\n"
    )
    assert "went wrong" not in day_report(desk, EN)


def test_a_round_tells_each_kind_of_thing_over_all_tables() -> None:
    facts: tuple[dict[str, object], ...] = (
        {"table": "page_raw", "days": 1, "until": "2026-11-01"},
        {"table": "rejected", "days": 2, "until": "2026-11-02"},
        {"table": "run", "joined": 12},
        {"table": "listing_live", "files": 1, "bytes": 1_234_567, "kilobytes": 1235},
        {"table": "listing_seen", "texts": 1},
    )
    run = Run("maintain-1", "maintain", START, START, events=[{"what": "x", "facts": one} for one in facts])
    assert headline(run, EN) == (
        "Tidying up: 3 old days removed, sellers' words of 1 old day or month removed, 12 small files joined, "
        "1 file removed that nobody reads, 1.2 MB freed"
    )
    assert headline(replace(run, events=()), EN) == "Tidying up: nothing had to be done"


def test_whoever_asks_for_it_gets_another_round_on_the_same_day(desk: Desk) -> None:
    keep_tidy(desk)
    assert tidy(desk).events == ()
    assert len(newest_runs(desk, "maintain")) == 2
    assert keep_tidy(desk) is None


def test_equals_of_what_refining_rests_on_take_its_place(desk: Desk, on_day: Callable[[int], None]) -> None:
    for number in range(3):
        on_day(number)
        collect(desk, BAGS)
        refine_day(desk)
        publish_day(desk)
    on_day(20)
    tidy(desk)

    known, newest = read_versions(desk.paths.refined), desk.lake.version("page_raw")
    assert known["page_raw"] == desk.lake.published()["page_raw"] == newest
    before = {name: desk.lake.version(name) for name in DERIVED}
    assert refine_day(desk).rows == 0
    assert {name: desk.lake.version(name) for name in DERIVED} == before
