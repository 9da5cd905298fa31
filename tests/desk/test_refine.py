"""Refining on a real lake: any order and repetition, killed anywhere, gives what telling everything at once gives."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.e2e.reference import retold
from tests.examples import examples
from tests.market.lively import lively
from tests.market.rows import TREE, covered, day, page, seen
from tests.market.worlds import Unit, frames, world
from vopt_lib.commit_points import CommitPoint, observe
from vopt_lib.desk.refine import RefineReport, refine
from vopt_lib.desk.refined import INPUTS
from vopt_lib.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import DERIVED, TABLES

NOW = datetime(2026, 12, 1, tzinfo=UTC)


class _KilledError(BaseException):
    """Stands for the moment a process is killed."""


def lake_in(folder: Path) -> Lake:
    return Lake(Paths(folder, str(folder / "lake")))


def collect(lake: Lake, units: Sequence[Unit], *, number: int) -> None:
    seen_rows, coverage_rows = frames(list(units))
    lake.commit({"listing_seen": seen_rows, "crawl_coverage": coverage_rows}, app="collect", number=number)


def refined(lake: Lake, *, misses: int = 3) -> RefineReport:
    return refine(lake, now=NOW, misses_until_gone=misses, run_id="refine", catalogues=TREE)


def tables(lake: Lake) -> dict[str, pl.DataFrame]:
    return {name: lake.scan(name, version="newest").collect().sort(TABLES[name].key) for name in DERIVED}


def from_scratch(units: Sequence[Unit], *, misses: int = 3) -> dict[str, pl.DataFrame]:
    seen_rows, coverage_rows = frames(list(units))
    return retold(seen_rows, coverage_rows, misses_until_gone=misses, tree=TREE)


def assert_tables(lake: Lake, units: Sequence[Unit], *, misses: int = 3) -> None:
    got, wanted = tables(lake), from_scratch(units, misses=misses)
    for name in DERIVED:
        assert_frame_equal(got[name], wanted[name])


def unit(*rows: dict[str, object], coverage: Sequence[dict[str, object]] = ()) -> Unit:
    return Unit(rows, tuple(coverage))


STORY = [
    unit(seen(1), seen(1, listing_id=2), coverage=[covered(1)]),
    unit(seen(2, price=18), coverage=[covered(2)]),
    unit(seen(3), coverage=[covered(3)]),
    unit(seen(4), coverage=[covered(4)]),
    unit(seen(5, listing_id=2), seen(5, listing_id=3, brand="Mango"), coverage=[covered(5)]),
]


def test_days_in_order_one_refine_each(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    for number, one in enumerate(STORY, start=1):
        collect(lake, [one], number=number)
        refined(lake)
        assert_tables(lake, STORY[:number])


def test_all_days_in_one_refine(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    collect(lake, STORY, number=1)
    report = refined(lake)
    assert_tables(lake, STORY)
    assert report.days == {"it": [day(number) for number in range(1, 6)]}
    assert report.written["listing_ended"] == 1


def test_more_days_than_are_held_at_once_are_told_in_parts(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    story = [unit(seen(number, price=number), coverage=[covered(number)]) for number in range(1, 80, 2)]
    collect(lake, story, number=1)
    refined(lake)
    assert_tables(lake, story)


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    collect(lake, STORY, number=1)
    refined(lake)
    versions = {name: lake.version(name) for name in DERIVED}
    report = refined(lake)
    assert (report.days, report.rows) == ({}, 0)
    assert {name: lake.version(name) for name in DERIVED} == versions


def test_an_empty_lake_is_refined_to_nothing(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    assert refined(lake).days == {}
    assert all(rows.is_empty() for rows in tables(lake).values())


def test_a_second_batch_of_the_newest_day_brings_an_ended_spell_back(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    morning = [unit(seen(1), seen(1, listing_id=2)), *(unit(coverage=[covered(number)]) for number in (2, 3, 4))]
    for number, one in enumerate(morning, start=1):
        collect(lake, [one], number=number)
        refined(lake)
    assert tables(lake)["listing_ended"].height == 2
    evening = unit(seen(4, 20))
    collect(lake, [evening], number=9)
    refined(lake)
    assert tables(lake)["listing_ended"]["listing_id"].to_list() == [2]
    assert_tables(lake, [*morning, evening])


def test_a_late_sighting_inside_an_ended_spell_rewrites_it(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    story = [unit(seen(1)), *(unit(coverage=[covered(number)]) for number in (2, 3, 4, 5)), unit(seen(9, listing_id=7))]
    collect(lake, story, number=1)
    refined(lake)
    late = unit(page(3, price=15))
    collect(lake, [late], number=2)
    refined(lake)
    assert tables(lake)["listing_live"]["listing_id"].to_list() == [1, 7]
    assert_tables(lake, [*story, late])


def test_a_late_query_can_end_a_spell_and_split_it(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    story = [unit(seen(1)), unit(coverage=[covered(2)]), unit(coverage=[covered(4)]), unit(seen(5)), unit(seen(8))]
    collect(lake, story, number=1)
    refined(lake)
    assert tables(lake)["listing_ended"].is_empty()
    late = unit(coverage=[covered(3)])
    collect(lake, [late], number=2)
    refined(lake)
    assert tables(lake)["listing_ended"]["gone_on"].to_list() == [day(2)]
    assert_tables(lake, [*story, late])


def test_a_forgotten_state_before_the_newest_day_is_told_again(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    collect(lake, STORY, number=1)
    refined(lake)
    for one in set(lake.files("listing_live", 1)) - set(lake.files("listing_live", lake.version("listing_live"))):
        Path(one).unlink()
    again = unit(seen(5, 20, price=9), page(5, 21, listing_id=3, state="sold"))
    late = unit(seen(2, 9, listing_id=2), coverage=[covered(4, 23)])
    collect(lake, [again, late], number=2)
    refined(lake_in(tmp_path))
    assert_tables(lake, [*STORY, again, late])
    once_more = unit(seen(5, 22, price=7))
    collect(lake, [once_more], number=3)
    refined(lake)
    assert_tables(lake, [*STORY, again, late, once_more])


def test_a_late_query_that_was_not_exhaustive_changes_no_spell(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    story = [unit(seen(1)), unit(seen(5))]
    collect(lake, story, number=1)
    refined(lake)
    late = unit(coverage=[covered(3, is_exhaustive=False)])
    collect(lake, [late], number=2)
    refined(lake)
    assert_tables(lake, [*story, late])


@pytest.mark.parametrize("misses", [1, 2])
def test_another_number_of_misses_tells_everything_again(tmp_path: Path, misses: int) -> None:
    lake = lake_in(tmp_path)
    collect(lake, STORY, number=1)
    refined(lake)
    refined(lake, misses=misses)
    assert_tables(lake, STORY, misses=misses)


def test_a_lost_record_tells_everything_again(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    collect(lake, STORY, number=1)
    refined(lake)
    lake.paths.refined.unlink()
    refined(lake)
    assert_tables(lake, STORY)


class _BusyLake(Lake):
    """A lake into which another process collects just after somebody has asked how far its tables are."""

    def __init__(self, paths: Paths, arriving: Unit) -> None:
        super().__init__(paths)
        self.arriving: list[Unit] = [arriving]

    def versions(self, names: Iterable[str]) -> dict[str, int]:
        versions = super().versions(names)
        if self.arriving:
            collect(lake_in(self.paths.data), [self.arriving.pop()], number=99)
        return versions


def test_what_arrives_while_refine_starts_is_not_half_seen(tmp_path: Path) -> None:
    arriving = unit(seen(6, price=12), seen(6, listing_id=3, brand="Mango"), coverage=[covered(6)])
    collect(lake_in(tmp_path), STORY, number=1)
    refined(lake_in(tmp_path))
    report = refined(_BusyLake(lake_in(tmp_path).paths, arriving))
    assert report.days == {}
    assert_tables(lake_in(tmp_path), STORY)
    refined(lake_in(tmp_path))
    assert_tables(lake_in(tmp_path), [*STORY, arriving])


def test_the_record_names_the_versions_used_and_left(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    collect(lake, STORY, number=1)
    refined(lake)
    record = json.loads(lake.paths.refined.read_bytes())
    names = (*INPUTS, *DERIVED)
    assert {name: record[name] for name in names} == {name: lake.version(name) for name in names}


def _points(lake: Lake) -> list[str]:
    passed: list[str] = []
    observe(passed.append)
    try:
        refined(lake)
    finally:
        observe(lambda point: None)
    return passed


@pytest.mark.parametrize(
    "known", [pytest.param(STORY, id="after earlier days"), pytest.param([], id="on the first day")]
)
def test_killed_at_any_commit_point_the_next_refine_finishes(tmp_path: Path, known: list[Unit]) -> None:
    late = unit(seen(2, 9, listing_id=2), seen(6, price=12), page(6, 20, state="sold"), coverage=[covered(6)])

    lake = lake_in(tmp_path / "ready")
    if known:
        collect(lake, known, number=1)
    refined(lake)
    collect(lake, [late], number=2)
    wanted = from_scratch([*known, late])
    points = _points(lake_in(shutil.copytree(tmp_path / "ready", tmp_path / "whole")))
    assert {point.partition(":")[0] for point in points} == {
        CommitPoint.REFINE_TABLE_WRITTEN,
        CommitPoint.REFINE_TABLE_SYNCED,
        CommitPoint.REFINE_STATE_WRITTEN,
    }
    for place in range(len(points)):
        lake = lake_in(shutil.copytree(tmp_path / "ready", tmp_path / str(place)))
        passed: list[str] = []

        def kill(point: str, passed: list[str] = passed, place: int = place) -> None:
            passed.append(point)
            if len(passed) == place + 1:
                raise _KilledError

        observe(kill)
        try:
            with pytest.raises(_KilledError):
                refined(lake)
        finally:
            observe(lambda point: None)
        refined(lake_in(tmp_path / str(place)))
        got = tables(lake)
        for name in DERIVED:
            assert_frame_equal(got[name], wanted[name])


@pytest.mark.parametrize("order", ["as they came", "late and twice"])
def test_days_to_sell_and_demand_are_the_same_in_any_order_and_repetition(tmp_path: Path, order: str) -> None:
    lake, story = lake_in(tmp_path), lively()
    random = Random(7)
    arriving = story if order == "as they came" else random.sample(story, k=len(story)) + story[3:9]
    for number, place in enumerate(range(0, len(arriving), 8), start=1):
        collect(lake, arriving[place : place + 8], number=number)
        refined(lake)
    told = tables(lake)
    assert {"", "brand", "condition", "price", "size"} == {*told["days_to_sell"]["grouped_by"]}
    assert told["days_to_sell"]["sold_within_7"].drop_nulls().len() >= 5
    assert told["demand"].drop_nulls(["favourites_score", "scarcity_score"]).height == told["demand"].height == 8
    assert_tables(lake, story)


EVENTFUL = [
    unit(seen(1), seen(1, listing_id=2), seen(1, listing_id=4), coverage=[covered(1)]),
    unit(
        seen(2),
        page(2, 12, listing_id=2, state="reserved"),
        page(2, 12, listing_id=4, state="hidden"),
        coverage=[covered(2)],
    ),
    unit(seen(3, price=18), seen(3, listing_id=3, brand="Mango"), coverage=[covered(3)]),
    unit(seen(4, listing_id=2), seen(4, listing_id=3, brand="Mango"), coverage=[covered(4)]),
    unit(seen(5, listing_id=2), seen(5, listing_id=3, brand="Mango"), coverage=[covered(5)]),
    unit(
        seen(6, listing_id=2),
        seen(6, listing_id=3, brand="Mango"),
        seen(6, listing_id=4, price=15),
        coverage=[covered(6)],
    ),
]
"""1 leaves; 2 is reserved and comes back in time; 3 is new; 4 is hidden, counts as gone and comes back."""


def test_an_eventful_week_in_order(tmp_path: Path) -> None:
    lake = lake_in(tmp_path)
    for number, one in enumerate(EVENTFUL, start=1):
        collect(lake, [one], number=number)
        refined(lake)
    told = tables(lake)
    assert told["listing_ended"].select("listing_id", "gone_on", "evidence").rows() == [
        (1, day(4), "unknown"),
        (4, day(2), "hidden"),
    ]
    assert told["listing_live"].select("listing_id", "first_seen_on").rows() == [
        (2, day(1)),
        (3, day(3)),
        (4, day(6)),
    ]
    new_and_gone = told["catalog_day"].filter(catalog_id=3).select("new", "gone").rows()
    assert new_and_gone[0][0] is None
    assert [new for new, _ in new_and_gone[1:]] == [0, 1, 0, 0, 1]


@pytest.mark.slow
@settings(max_examples=6)
@given(
    order=st.permutations(EVENTFUL),
    again=st.lists(st.tuples(st.integers(0, len(EVENTFUL)), st.sampled_from(EVENTFUL)), max_size=3),
    refined_after=st.sets(st.integers(0, len(EVENTFUL) + 3)),
)
def test_the_days_of_an_eventful_week_in_any_order_and_repeated(
    order: list[Unit], again: list[tuple[int, Unit]], refined_after: set[int]
) -> None:
    arriving = list(order)
    for place, one in again:
        arriving.insert(place, one)
    with tempfile.TemporaryDirectory() as folder:
        lake = lake_in(Path(folder))
        for number, one in enumerate(arriving):
            collect(lake, [one], number=number + 1)
            if number in refined_after:
                refined(lake)
        refined(lake)
        assert_tables(lake, EVENTFUL)


@pytest.mark.timeout(400)
@examples(3, 5, seed=st.integers(0, 2**32), misses=st.integers(1, 3))
def test_any_order_and_repetition_of_batches_gives_equal_tables(seed: int, misses: int) -> None:
    random = Random(seed)
    units = world(random, days=8, listings=4)
    arriving = units + random.sample(units, k=len(units) // 4)
    if random.random() < 0.7:
        random.shuffle(arriving)
    with tempfile.TemporaryDirectory() as folder:
        lake = lake_in(Path(folder))
        number = 0
        while arriving:
            size = random.choice((1, 2, 5, 20))
            batch, arriving = arriving[:size], arriving[size:]
            number += 1
            collect(lake, batch, number=number)
            if random.random() < 0.6 or not arriving:
                refined(lake, misses=misses)
        if units:
            assert_tables(lake, units, misses=misses)
