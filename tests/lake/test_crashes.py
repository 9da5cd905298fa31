"""A killed process loses nothing that it reported and doubles nothing, wherever it dies."""

import random
import signal
from pathlib import Path

import duckdb
import pytest

from tests.cradle import Born, born
from tests.lake.child import collect
from tests.lake.test_lake import ids
from vopt_lib.commit_points import CommitPoint
from vopt_lib.lake import Lake
from vopt_lib.lake.warehouse import ensure_snapshot, snapshots
from vopt_lib.paths import Paths

IN_COMMIT = [
    CommitPoint.JOURNAL_STARTED,
    CommitPoint.JOURNAL_WRITTEN,
    f"{CommitPoint.TABLE_APPENDED}:1",
    f"{CommitPoint.TABLE_APPENDED}:2",
    CommitPoint.JOURNAL_RETIRED,
    CommitPoint.JOURNAL_REMOVED,
]
IN_PUBLISH = [
    f"{CommitPoint.REFINE_TABLE_WRITTEN}:listing_live",
    f"{CommitPoint.REFINE_TABLE_SYNCED}:listing_live",
    CommitPoint.PUBLISH_BEFORE,
    CommitPoint.PUBLISH_PREVIOUS_WRITTEN,
    CommitPoint.PUBLISH_WRITTEN,
]
IN_SNAPSHOT = [
    CommitPoint.SNAPSHOT_STARTED,
    CommitPoint.SNAPSHOT_BUILT,
    CommitPoint.SNAPSHOT_NAMED,
    CommitPoint.SNAPSHOT_LINKED,
]


def start(job: str, paths: Paths, *numbers: int, point: str = "-", app: str = "run") -> Born:
    return born("tests.lake.child", job, str(paths.data), point, app, *map(str, numbers))


def killed_at(job: str, paths: Paths, point: str) -> list[int]:
    """What a process reported before it was killed at a point of its second step."""
    process = start(job, paths, 1, 2, 3, point=point)
    reported, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"never reached {point}"
    return [int(line) for line in reported.split()]


@pytest.mark.parametrize("point", IN_COMMIT)
def test_killed_in_a_commit_the_next_run_finds_or_finishes_it(lake: Lake, paths: Paths, point: str) -> None:
    reported = killed_at("collect", paths, point)
    lake.recover()
    assert set(reported) <= set(ids(lake))
    assert len(lake.scan("page_raw", version="newest").collect()) == len(ids(lake))
    again = start("collect", paths, 1, 2, 3)
    again.communicate(timeout=60)
    assert ids(lake) == [1, 2, 3]
    assert sorted(lake.scan("page_raw", version="newest").collect()["url"]) == ["run/1", "run/2", "run/3"]
    assert list(paths.journal.iterdir()) == []


@pytest.mark.parametrize("point", IN_COMMIT)
def test_going_on_without_recovering_loses_nothing_either(lake: Lake, paths: Paths, point: str) -> None:
    killed_at("collect", paths, point)
    collect(lake, "run", [3])
    assert ids(lake) in ([1, 3], [1, 2, 3])
    assert lake.scan("page_raw", version="newest").collect().height == len(ids(lake))


@pytest.mark.parametrize("point", IN_PUBLISH)
def test_killed_in_publishing_readers_see_the_old_or_the_new_version_whole(
    lake: Lake, paths: Paths, point: str
) -> None:
    reported = killed_at("publish", paths, point)
    seen_now = ids(lake, "listing_live", "published")
    assert seen_now == ([2] if point == CommitPoint.PUBLISH_WRITTEN else [1])
    assert reported == [1]
    start("publish", paths, 2).communicate(timeout=60)
    assert ids(lake, "listing_live", "published") == [2]


@pytest.mark.parametrize("point", IN_SNAPSHOT)
def test_killed_in_a_snapshot_the_link_leads_to_a_whole_one(lake: Lake, paths: Paths, point: str) -> None:
    killed_at("snapshot", paths, point)
    shown = _catalogues(paths.warehouse)
    assert shown == ([2] if point == CommitPoint.SNAPSHOT_LINKED else [1])
    ensure_snapshot(lake, paths, 2)
    assert _catalogues(paths.warehouse) == [2]
    assert not list(paths.snapshots.glob(".building-*"))
    assert len(snapshots(paths)) <= 2


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))])
def test_processes_killed_at_random_moments_lose_and_double_nothing(lake: Lake, paths: Paths, seed: int) -> None:
    moments = random.Random(seed)
    reported: dict[str, list[int]] = {}
    for _ in range(2):
        processes = {app: start("collect", paths, *range(1, 200), app=app) for app in ("a", "b", "c")}
        for app, process in processes.items():
            lines = [process.stdout.readline() for _ in range(moments.randint(1, 12))]
            reported.setdefault(app, []).extend(int(line) for line in lines)
        for app, process in processes.items():
            process.kill()
            rest, _ = process.communicate(timeout=30)
            reported[app] += [int(line) for line in rest.split("\n")[:-1] if line.isdigit()]
    lake.recover()
    rows = lake.scan("listing_seen", version="newest").select("run_id", "listing_id").collect()
    assert rows.is_duplicated().sum() == 0
    urls = set(lake.scan("page_raw", version="newest").collect()["url"])
    assert urls == {f"{run_id}/{listing_id}" for run_id, listing_id in rows.rows()}
    for app, numbers in reported.items():
        assert set(numbers) <= {one for run_id, one in rows.rows() if run_id == app}


def test_appends_of_several_processes_all_arrive(lake: Lake, paths: Paths) -> None:
    processes = [start("append", paths, *range(one * 20, one * 20 + 20), app=str(one)) for one in range(4)]
    for process in processes:
        process.communicate(timeout=90)
        assert process.returncode == 0
    assert ids(lake) == list(range(80))


def test_overwrites_of_several_processes_come_one_after_the_other(lake: Lake, paths: Paths) -> None:
    processes = [start("publish", paths, *range(one * 5, one * 5 + 5), app=str(one)) for one in range(3)]
    for process in processes:
        process.communicate(timeout=90)
        assert process.returncode == 0
    assert len(ids(lake, "listing_live")) == 1
    assert lake.version("listing_live") == 15


def _catalogues(path: Path) -> list[int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return [row[0] for row in connection.execute("SELECT catalog_id FROM catalog_day ORDER BY 1").fetchall()]
