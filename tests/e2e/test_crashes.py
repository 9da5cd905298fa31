"""A day killed with kill -9 at any moment loses nothing reported, doubles nothing, and is finished by the next run."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.e2e.nursery import MISSES_UNTIL_GONE, Lived, Nursery, Order, running_nursery
from tests.e2e.old_rows import MARKET, grow_old
from tests.e2e.reference import assert_no_key_twice, assert_published_runs_are_whole, assert_published_tables_agree
from tests.servers import RunningSimulator, running_simulator
from vopt_lib.commit_points import CommitPoint
from vopt_lib.lake import Lake
from vopt_lib.lake.warehouse import snapshots, sql_tables
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import DERIVED, TABLES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

START = datetime(2026, 11, 1, 7, tzinfo=UTC)
RANDOM_MOMENTS = 3
NOT_OF_A_DAY = ("import.", "erase.", "migration.", "backup.", "restore.", "model.", "index.", "embed.", "inbox.")
STAGES = (("collect",), ("refine", "publish"), ("tidy",))


@dataclass(frozen=True)
class Stage:
    """The second day up to some job: a VOPT_DATA to copy, the jobs left, and what a clean run of them passed."""

    before: Path
    jobs: tuple[str, ...]
    passed: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Tidied:
    """What an undisturbed tidying of everything leaves: rows newest and published, rows before, old files."""

    newest: Mapping[str, pl.DataFrame]
    published: Mapping[str, pl.DataFrame]
    published_before: Mapping[str, pl.DataFrame]
    old_files: set[str]


@dataclass(frozen=True)
class World:
    """A market whose clock stands still on the second day, the stages of that day, and how it ends undisturbed.

    `facts` are what then came out of it (`whole`). `due` is a tidying of that day which has everything to do, `tidied`
    how it ends undisturbed.
    """

    nursery: Nursery
    order: Order
    stages: tuple[Stage, ...]
    whole: Path
    facts: Mapping[str, pl.DataFrame]
    due: Stage
    tidied: Tidied

    def live(self, data: Path, **changes: object) -> Lived:
        return self.nursery.live(replace(self.order, data=str(data), **changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def market() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START.isoformat(), days=4, scale=0.22) as running:
        yield running


@pytest.fixture(scope="module")
def world(market: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The first day lived through, the second one played undisturbed, with a copy before each job."""
    folder = tmp_path_factory.mktemp("world")
    data = folder / "data"
    with running_nursery() as nursery:
        order = Order(str(data), market.www, market.api)
        assert nursery.live(order).has_finished
        market.clock.move_to(START + timedelta(days=1))
        stages = []
        for jobs in STAGES:
            before, data = data, shutil.copytree(data, folder / f"after-{jobs[-1]}", symlinks=True)
            stages.append(lived_through(nursery, replace(order, data=str(data), jobs=jobs), before))
        before = shutil.copytree(stages[-1].before, folder / "due", symlinks=True)
        grow_old(lake_of(before), START + timedelta(days=1))
        tidied = shutil.copytree(before, folder / "tidied", symlinks=True)
        due = lived_through(nursery, replace(order, data=str(tidied), jobs=("tidy",)), before)
        yield World(nursery, order, tuple(stages), data, day_facts(data), due, what_is_left(tidied, before))


def lived_through(nursery: Nursery, order: Order, before: Path) -> Stage:
    """The stage that this order, undisturbed, makes of what was there before."""
    began = time.monotonic()
    lived = nursery.live(order)
    assert lived.has_finished
    return Stage(before, order.jobs, tuple(lived.passed), time.monotonic() - began)


def what_is_left(tidied: Path, before: Path) -> Tidied:
    published_before = answers(before, "published")
    return Tidied(answers(tidied, "newest"), answers(tidied, "published"), published_before, old_files(tidied))


def lake_of(data: Path) -> Lake:
    return Lake(Paths(data, str(data / "lake")))


def rows(lake: Lake, name: str, *without: str) -> pl.DataFrame:
    return lake.scan(name, version="newest").collect().drop(without).sort(pl.all().exclude(pl.List(pl.String)))


def assert_nothing_reported_is_lost(lake: Lake, lived: Lived) -> None:
    seen, known = rows(lake, "listing_seen"), rows(lake, "run")
    for run in lived.reported:
        if run["kind"] == "collect":
            assert seen.filter(run_id=run["run_id"]).height >= run["rows"]
        if run["kind"] != "collect" or run["outcome"] == "done":
            assert run["run_id"] in known["run_id"]


def assert_whole_to_readers(data: Path) -> None:
    """Whoever looks sees published tables that agree, in the lake and in a snapshot that opens."""
    lake = lake_of(data)
    assert_published_tables_agree(lake, misses_until_gone=MISSES_UNTIL_GONE)
    assert_published_runs_are_whole(lake)
    with duckdb.connect(str(data / "vopt.duckdb"), read_only=True) as connection:
        days = {row[0] for row in connection.execute("SELECT DISTINCT day FROM catalog_day").fetchall()}
    assert START.date() in days
    for name in ("listing_seen", "page_raw", "crawl_coverage", "run", *DERIVED):
        assert_no_key_twice(lake, name)


def day_facts(data: Path) -> dict[str, pl.DataFrame]:
    """What came out of the day, but for what another run may tell otherwise."""
    lake = lake_of(data)
    told = ["month", "outcome", "pages", "rows", "listings", "share_seen", "is_exhaustive", "rejects_by_reason"]
    return {
        **{name: rows(lake, name, "run_id") for name in ("listing_seen", "rejected")},
        "page_raw": rows(lake, "page_raw", "run_id", "body"),
        "crawl_coverage": rows(lake, "crawl_coverage", "run_id", "requests"),
        "run": rows(lake, "run").filter(pl.col("kind") == "collect")[told],
        **{name: lake.scan(name).collect().sort(TABLES[name].key) for name in DERIVED},
    }


def assert_as_undisturbed(data: Path, world: World) -> None:
    """The day came out as if nothing had happened."""
    lake = lake_of(data)
    assert_the_same(day_facts(data), world.facts)
    assert lake.published().keys() == lake_of(world.whole).published().keys()
    assert snapshots(lake.paths)[-1].versions == lake.published()
    assert lake.paths.warehouse.resolve() == snapshots(lake.paths)[-1].path
    assert list((data / "state" / "journal").iterdir()) == []


def test_a_day_passes_every_commit_point(world: World) -> None:
    passed = {point.partition(":")[0] for stage in (*world.stages, world.due) for point in stage.passed}
    of_a_day = {str(point) for point in CommitPoint if not point.startswith(NOT_OF_A_DAY)}
    assert {point for point in passed if not point.startswith(NOT_OF_A_DAY)} == of_a_day
    assert len([point for point in world.stages[0].passed if point == CommitPoint.COLLECT_STATE_WRITTEN]) >= 2
    assert min(world.facts[name].height for name in ("listing_ended", "price_change")) > 0


def killed_and_finished(world: World, stage: Stage, data: Path, **killed: object) -> Lived:
    """A copy of the stage, killed and then finished by the next run, with all promises checked in between."""
    shutil.copytree(stage.before, data, symlinks=True)
    lived = world.live(data, jobs=stage.jobs, **killed)
    assert_nothing_reported_is_lost(lake_of(data), lived)
    assert_whole_to_readers(data)
    again = world.live(data)
    assert again.has_finished
    assert_nothing_reported_is_lost(lake_of(data), lived)
    assert_whole_to_readers(data)
    assert_as_undisturbed(data, world)
    shutil.rmtree(data)
    return lived


@pytest.mark.parametrize("place", range(len(STAGES)), ids=[" and ".join(jobs) for jobs in STAGES])
def test_killed_at_every_commit_point_the_next_run_finishes_the_day(world: World, tmp_path: Path, place: int) -> None:
    stage = world.stages[place]
    for number, point in enumerate(stage.passed, start=1):
        lived = killed_and_finished(world, stage, tmp_path / str(number), die_at=number)
        assert lived.was_killed
        assert lived.passed == list(stage.passed[:number]), point


def test_refining_before_collecting_goes_on_publishes_a_killed_commit_whole(world: World, tmp_path: Path) -> None:
    collecting = world.stages[0]
    last = max(number for number, point in enumerate(collecting.passed, 1) if point == CommitPoint.JOURNAL_WRITTEN)
    for number in range(last, last + 4):
        data = shutil.copytree(collecting.before, tmp_path / str(number), symlinks=True)
        assert world.live(data, jobs=collecting.jobs, die_at=number).was_killed
        assert world.live(data, jobs=("refine", "publish")).has_finished
        assert_whole_to_readers(data)
        assert_as_undisturbed(data, world)


def test_a_round_of_visits_killed_at_any_commit_point_is_there_whole_or_not_at_all(
    world: World, tmp_path: Path
) -> None:
    collected = world.stages[-1].before
    undisturbed = world.live(shutil.copytree(collected, tmp_path / "whole", symlinks=True), jobs=("recheck",))
    wanted = {run["rows"] for run in undisturbed.reported}
    assert min(wanted) > 0
    for number in range(1, len(undisturbed.passed) + 1):
        data = shutil.copytree(collected, tmp_path / str(number), symlinks=True)
        assert world.live(data, jobs=("recheck",), die_at=number).was_killed
        assert world.live(data, jobs=("recheck", "refine", "publish")).has_finished
        lake = lake_of(data)
        visits = rows(lake, "listing_seen").filter(pl.col("shape") == "item-page").group_by("run_id").len()
        assert {*visits["len"]} == wanted
        assert {*visits["run_id"]} == {*rows(lake, "run").filter(pl.col("kind") == "recheck")["run_id"]}
        assert_whole_to_readers(data)
        shutil.rmtree(data)


@pytest.mark.parametrize("seed", range(RANDOM_MOMENTS))
def test_killed_at_any_moment_the_next_run_finishes_the_day(world: World, tmp_path: Path, seed: int) -> None:
    jobs = tuple(job for stage in world.stages for job in stage.jobs)
    whole = replace(world.stages[0], jobs=jobs, seconds=sum(stage.seconds for stage in world.stages))
    moment = random.Random(seed).uniform(0.05, whole.seconds)
    lived = killed_and_finished(world, whole, tmp_path / "data", killed_after_s=moment)
    assert lived.was_killed or lived.has_finished


def answers(
    data: Path, version: Literal["newest", "published"], names: Iterable[str] = TABLES
) -> dict[str, pl.DataFrame]:
    """Every row of these tables, but for the rounds of maintenance themselves."""
    lake = lake_of(data)
    return {
        name: lake.scan(name, version=version)
        .filter(pl.col("kind") != "maintain" if name == "run" else pl.lit(True))
        .collect()
        .sort(TABLES[name].key)
        for name in names
    }


def old_files(data: Path) -> set[str]:
    """Data files and log entries that were there before the round."""
    written = (START - timedelta(days=35)).timestamp()
    lake = data / "lake"
    return {
        str(path.relative_to(lake)) for path in lake.rglob("*") if path.is_file() and path.stat().st_mtime < written
    }


def assert_readers_are_served(data: Path, tidied: Tidied) -> None:
    """Each published table is as it was or as it will be, and the snapshot answers."""
    known = (tidied.published_before, tidied.published)
    for name, now in answers(data, "published").items():
        assert any(now.equals(one[name]) for one in known), name
    with duckdb.connect(str(data / "vopt.duckdb"), read_only=True) as connection:
        for table in sql_tables():
            connection.execute(f"SELECT * FROM {table.name}").fetchall()


def tidied_after_a_kill(world: World, data: Path, **killed: object) -> Lived:
    """A copy of what is due, killed while it is tidied, tidied by the next round, and then refined and published."""
    due, tidied = world.due, world.tidied
    shutil.copytree(due.before, data, symlinks=True)
    lived = world.live(data, jobs=due.jobs, **killed)
    assert_readers_are_served(data, tidied)
    assert world.live(data, jobs=due.jobs).has_finished
    assert_the_same(answers(data, "newest"), tidied.newest)
    assert_the_same(answers(data, "published"), tidied.published)
    assert old_files(data) == tidied.old_files
    assert world.live(data, jobs=("refine", "publish")).has_finished
    assert_the_same(answers(data, "newest", DERIVED), {name: tidied.newest[name] for name in DERIVED})
    shutil.rmtree(data)
    return lived


def assert_the_same(tables: Mapping[str, pl.DataFrame], wanted: Mapping[str, pl.DataFrame]) -> None:
    for name, rows_wanted in wanted.items():
        assert_frame_equal(tables[name], rows_wanted)


def places_worth_dying(passed: Sequence[str]) -> list[int]:
    """Every point, but of removed files and log entries the first two (half-way between two) and the last."""
    removed = (CommitPoint.MAINTENANCE_FILE_REMOVED, CommitPoint.MAINTENANCE_LOG_ENTRY_REMOVED)
    places: dict[str, list[int]] = {}
    for number, point in enumerate(passed, start=1):
        places.setdefault(next((kind for kind in removed if point.startswith(kind)), point), []).append(number)
    return sorted({number for numbers in places.values() for number in (*numbers[:2], numbers[-1])})


def test_a_round_with_everything_due_does_all_of_it(world: World) -> None:
    passed = Counter(world.due.passed)
    emptied = ("listing_seen", "listing_live")
    assert min(passed[f"{CommitPoint.MAINTENANCE_FILE_REMOVED}:{name}"] for name in emptied) > 1
    assert passed[f"{CommitPoint.MAINTENANCE_LOG_ENTRY_REMOVED}:listing_photo"] > 10
    rewritten = ("listing_seen", "listing_ended", "price_change", "page_raw", "rejected", "embedding", "listing_photo")
    assert [name for name in rewritten if not passed[f"{CommitPoint.MAINTENANCE_TABLE_WRITTEN}:{name}"]] == []
    left = world.tidied.published["listing_seen"].filter(market=MARKET)
    assert left.group_by("title").len().sort("title").rows() == [(None, 4), ("Jupe", 4)]


def test_a_round_of_maintenance_killed_at_any_commit_point_is_finished_by_the_next(
    world: World, tmp_path: Path
) -> None:
    for number in places_worth_dying(world.due.passed):
        lived = tidied_after_a_kill(world, tmp_path / str(number), die_at=number)
        assert lived.was_killed
        assert lived.passed == list(world.due.passed[:number])


@pytest.mark.parametrize("seed", range(RANDOM_MOMENTS))
def test_a_round_of_maintenance_killed_at_any_moment_is_finished_by_the_next(
    world: World, tmp_path: Path, seed: int
) -> None:
    moment = random.Random(seed).uniform(0.05, world.due.seconds)
    lived = tidied_after_a_kill(world, tmp_path / "data", killed_after_s=moment)
    assert lived.was_killed or lived.has_finished
