"""The lake stays small, and what is published stays readable while it shrinks."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.lake.frames import changes, live, pages, rows, seen
from tests.lake.test_lake import ids
from vopt_lib.lake import Lake
from vopt_lib.lake.maintenance import maintain
from vopt_lib.lake.warehouse import write_snapshot
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import LISTING_ENDED, REJECTED

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOW.date()


def age_everything(paths: Paths, days: int) -> None:
    """Let every file of the lake look as if it was written so many days before NOW."""
    then = (NOW - timedelta(days=days)).timestamp()
    for path in Path(paths.lake_root).rglob("*"):
        os.utime(path, (then, then))


def count_files(lake: Lake, name: str = "listing_seen") -> int:
    return len(lake.files(name, lake.version(name)))


@pytest.mark.parametrize(("name", "kept"), [("page_raw", 7), ("rejected", 30)])
def test_days_beyond_their_time_are_removed(lake: Lake, name: str, kept: int) -> None:
    for age in (kept - 1, kept, kept + 1, kept + 50):
        day = TODAY - timedelta(days=age)
        lake.append(name, pages(["a"], day=day) if name == "page_raw" else rows(REJECTED, 1, day=day))
    assert maintain(lake, now=NOW, snapshots_kept=3).partitions_removed == 2
    left = lake.scan(name, version="newest").select("day").collect()["day"].to_list()
    assert sorted(left, reverse=True) == [TODAY - timedelta(days=kept - 1), TODAY - timedelta(days=kept)]


def test_words_of_sellers_go_after_half_a_year_and_figures_stay(lake: Lake) -> None:
    old, young = TODAY - timedelta(days=181), TODAY - timedelta(days=180)
    for day in (old, young):
        lake.append("listing_seen", seen([1], day=day, title="Gonna", description="Mai messa", brand="Zara"))
    version = lake.version("listing_seen")
    assert maintain(lake, now=NOW, snapshots_kept=3).partitions_without_text == 1
    left = (
        lake.scan("listing_seen", version="newest").select("day", "title", "description", "brand").sort("day").collect()
    )
    assert left.rows() == [(old, None, None, "Zara"), (young, "Gonna", "Mai messa", "Zara")]
    assert lake.changed_partitions("listing_seen", version) == []
    assert maintain(lake, now=NOW, snapshots_kept=3).partitions_without_text == 0


def test_titles_of_ended_spells_go_with_the_month_that_is_half_a_year_old(lake: Lake) -> None:
    for month in ("2026-04", "2026-05"):
        lake.append("listing_ended", rows(LISTING_ENDED, 1, title="Gonna", ended_month=month))
    assert maintain(lake, now=NOW, snapshots_kept=3).partitions_without_text == 1
    left = lake.scan("listing_ended", version="newest").select("ended_month", "title").sort("ended_month").collect()
    assert left.rows() == [("2026-04", None), ("2026-05", "Gonna")]


def test_small_files_of_closed_days_are_joined_and_sorted(lake: Lake) -> None:
    for one in (4, 2, 3, 1):
        lake.append("listing_seen", seen([one], day=date(2026, 11, 20)))
        lake.append("listing_seen", seen([10 + one], day=TODAY))
    version = lake.version("listing_seen")
    assert maintain(lake, now=NOW, snapshots_kept=3).partitions_joined == 1
    assert count_files(lake) == 1 + 4
    assert ids(lake) == [1, 2, 3, 4, 11, 12, 13, 14]
    yesterday = lake.scan("listing_seen", version="newest").filter(day=date(2026, 11, 20)).collect()
    assert yesterday["listing_id"].to_list() == [1, 2, 3, 4]
    assert lake.changed_partitions("listing_seen", version) == []


def test_a_joined_table_takes_appends_overwrites_and_rollback(lake: Lake) -> None:
    for one in range(4):
        lake.append("price_change", changes([one]))
    before = lake.version("price_change")
    maintain(lake, now=NOW, snapshots_kept=3)
    lake.append("price_change", changes([9], month="2026-12"))
    lake.overwrite("price_change", changes([7]), partitions=[{"market": "it", "month": "2026-11"}])
    assert ids(lake, "price_change") == [7, 9]
    assert ids(lake, "price_change", lake.rollback("price_change", before)) == [0, 1, 2, 3]


def test_what_is_published_moves_to_its_joined_equal(lake: Lake, paths: Paths) -> None:
    for one in range(4):
        lake.append("listing_seen", seen([one]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    write_snapshot(lake, paths, 3)
    maintain(lake, now=NOW, snapshots_kept=3)
    assert lake.published()["listing_seen"] == lake.version("listing_seen")
    assert ids(lake, version="published") == [0, 1, 2, 3]
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM listing_seen").fetchone() == (4,)


def test_rows_that_wait_for_publishing_do_not_become_visible_by_joining(lake: Lake) -> None:
    for one in range(4):
        lake.append("listing_seen", seen([one]))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    lake.append("listing_seen", seen([99]))
    maintain(lake, now=NOW, snapshots_kept=3)
    assert ids(lake, version="published") == [0, 1, 2, 3]
    assert ids(lake) == [0, 1, 2, 3, 99]


def test_vacuum_removes_what_nobody_reads_and_spares_published_previous_and_snapshots(lake: Lake, paths: Paths) -> None:
    versions = [lake.overwrite("listing_live", live([one]), partitions=[{}]) for one in range(6)]
    lake.publish({"listing_live": versions[1]})
    write_snapshot(lake, paths, 3)
    lake.publish({"listing_live": versions[3]})
    lake.publish({"listing_live": versions[4]})
    age_everything(paths, 5)
    done = maintain(lake, now=NOW, snapshots_kept=3)
    # Removed: 0 and 2. Spared: 1 (a snapshot), 3 (previous), 4 (published), 5 (newest).
    assert done.files_removed == 2
    assert done.bytes_freed > 0
    for one in (1, 3, 4, 5):
        assert ids(Lake(paths), "listing_live", versions[one]) == [one]


def test_vacuum_spares_versions_that_somebody_needs(lake: Lake, paths: Paths) -> None:
    versions = [lake.overwrite("listing_live", live([one]), partitions=[{}]) for one in range(3)]
    age_everything(paths, 5)
    needed = [("listing_live", versions[1]), ("price_change", 7)]
    assert maintain(lake, now=NOW, snapshots_kept=3, needed=needed).files_removed == 1
    assert ids(lake, "listing_live", lake.rollback("listing_live", versions[1])) == [1]


def test_old_snapshots_hold_no_files_back(lake: Lake, paths: Paths) -> None:
    versions = [lake.overwrite("listing_live", live([one]), partitions=[{}]) for one in range(4)]
    for version in versions[:1] + versions[2:3]:
        lake.publish({"listing_live": version})
        snapshot = write_snapshot(lake, paths, 3)
        then = (NOW - timedelta(days=31)).timestamp()
        os.utime(snapshot.with_name(f"{snapshot.name}.json"), (then, then))
    lake.publish({"listing_live": versions[3]})
    age_everything(paths, 40)
    maintain(lake, now=NOW, snapshots_kept=3)
    held = {path.name for path in Path(paths.table("listing_live")).rglob("part-*.parquet")}
    wanted = {Path(file).name for one in (2, 3) for file in lake.files("listing_live", versions[one])}
    assert held == wanted


def test_who_holds_a_snapshot_that_was_replaced_still_reads_it(lake: Lake, paths: Paths) -> None:
    for one in range(4):
        lake.publish({"listing_live": lake.overwrite("listing_live", live([one]), partitions=[{}])})
        write_snapshot(lake, paths, 1)
        if one == 0:
            held = duckdb.connect(str(paths.warehouse), read_only=True)
    age_everything(paths, 5)
    maintain(lake, now=NOW, snapshots_kept=1)
    assert held.execute("SELECT listing_id FROM listing_live").fetchall() == [(0,)]
    held.close()
    maintain(lake, now=NOW + timedelta(days=400), snapshots_kept=1)
    assert [path.suffix for path in sorted(paths.snapshots.iterdir())] == [".duckdb", ".json"]


def test_files_of_a_commit_under_way_are_spared(lake: Lake, paths: Paths) -> None:
    lake.append("listing_seen", seen([1]))
    folder = Path(lake.files("listing_seen", 1)[0]).parent
    (folder / "part-under-way.parquet").write_bytes(b"x")
    age_everything(paths, 0)
    maintain(lake, now=NOW, snapshots_kept=3)
    assert (folder / "part-under-way.parquet").exists()
    age_everything(paths, 2)
    maintain(lake, now=NOW, snapshots_kept=3)
    assert not (folder / "part-under-way.parquet").exists()
    assert ids(Lake(paths)) == [1]


def test_the_log_is_cleaned_as_far_as_every_published_version_can_be_read(lake: Lake, paths: Paths) -> None:
    for one in range(70):
        lake.append("listing_seen", seen([one], day=date(2026, 10, 1) + timedelta(days=one % 3)))
        if one == 50:
            lake.publish({"listing_seen": lake.version("listing_seen")})
    age_everything(paths, 31)
    maintain(lake, now=NOW, snapshots_kept=3)
    entries = sorted((Path(paths.table("listing_seen")) / "_delta_log").glob("*.json"))
    assert int(entries[0].stem) >= 20
    fresh = Lake(paths)
    assert ids(fresh, version="published") == list(range(51))
    assert ids(fresh) == list(range(70))


def test_maintenance_through_a_linked_folder_spares_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    paths = Paths(tmp_path / "link", str(tmp_path / "link" / "lake"))
    lake = Lake(paths)
    lake.append("listing_seen", seen([1]))
    lake.publish({"listing_seen": 1})
    age_everything(paths, 50)
    assert maintain(lake, now=NOW, snapshots_kept=3).files_removed == 0
    assert ids(Lake(paths), version="published") == [1]


def test_an_empty_lake_needs_no_maintenance(lake: Lake) -> None:
    assert maintain(lake, now=NOW, snapshots_kept=3).files_removed == 0
