"""SQL sees exactly what is published, with the right types, and no stranger can disturb a snapshot."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.lake.frames import changes, days, live, pages, runs, seen
from vopt_lib.lake import Lake
from vopt_lib.lake.cage import run_sql
from vopt_lib.lake.views import duckdb_type, frame_of
from vopt_lib.lake.warehouse import connect, ensure_snapshot, snapshots, write_snapshot
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import TABLES

STRANGER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read-only")
if sys.argv[2] != "read-only":
    connection.execute("CREATE TABLE mine AS SELECT 99 AS x")
    connection.execute("INSERT INTO catalog_day SELECT * REPLACE (99 AS catalog_id) FROM catalog_day")
print("holding", flush=True)
for line in sys.stdin:
    print(connection.execute("SELECT count(*) FROM catalog_day").fetchone()[0], flush=True)
"""


@contextmanager
def stranger(paths: Paths, how: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds data/vopt.duckdb."""
    command = [sys.executable, "-c", STRANGER, str(paths.warehouse), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "holding\n"
        yield process
        process.kill()


def publish_day(lake: Lake, catalog_id: int) -> None:
    lake.append("listing_seen", seen([catalog_id]))
    lake.overwrite("catalog_day", days([catalog_id]), partitions=[{}])
    lake.publish({name: lake.version(name) for name in ("listing_seen", "catalog_day")})


def catalogues(path: Path) -> list[int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return [row[0] for row in connection.execute("SELECT catalog_id FROM catalog_day ORDER BY 1").fetchall()]


def test_views_show_the_published_rows_only(lake: Lake) -> None:
    publish_day(lake, 1)
    lake.append("listing_seen", seen([2]))
    assert connect(lake).execute("SELECT listing_id, market FROM listing_seen").fetchall() == [(1, "it")]


def test_every_readable_table_is_a_view_with_the_schema_s_types_even_without_rows(lake: Lake) -> None:
    connection = connect(lake)
    for table in TABLES.values():
        if table.sql:
            described = connection.execute(f'DESCRIBE "{table.name}"').fetchall()
            wanted = [(name, duckdb_type(dtype).replace(", ", ",")) for name, dtype in table.schema.items()]
            assert [(name, dtype) for name, dtype, *_ in described] == wanted


def test_types_with_rows_are_the_schema_s_types(lake: Lake) -> None:
    lake.append("listing_seen", seen([1]))
    lake.append("price_change", changes([1], month="2026-11"))
    lake.publish({"listing_seen": 1, "price_change": 1})
    connection = connect(lake)
    for name in ("listing_seen", "price_change"):
        described = connection.execute(f"DESCRIBE {name}").fetchall()
        wanted = [(column, duckdb_type(dtype).replace(", ", ",")) for column, dtype in TABLES[name].schema.items()]
        assert [(column, dtype) for column, dtype, *_ in described] == wanted


@pytest.mark.parametrize("name", ["page_raw", "rejected"])
def test_raw_answers_are_not_readable(lake: Lake, name: str) -> None:
    lake.append("page_raw", pages(["a"]))
    lake.publish({"page_raw": 1})
    with pytest.raises(duckdb.CatalogException):
        connect(lake).execute(f"SELECT * FROM {name}")


def test_times_show_in_utc(lake: Lake) -> None:
    publish_day(lake, 1)
    shown = connect(lake).execute("SELECT observed_at::VARCHAR FROM listing_seen").fetchone()
    assert shown == ("2026-11-20 12:00:00+00",)


def test_a_view_over_old_files_gives_nulls_for_a_newer_column(lake: Lake, paths: Paths) -> None:
    from deltalake import write_deltalake

    write_deltalake(paths.table("listing_seen"), seen([1]).drop("category"), partition_by=["market", "day"])
    lake.append("listing_seen", seen([2], category="Donna"))
    lake.publish({"listing_seen": lake.version("listing_seen")})
    relation = connect(lake).sql("SELECT listing_id, category, day FROM listing_seen ORDER BY 1")
    assert frame_of(relation).rows() == [(1, None, date(2026, 11, 20)), (2, "Donna", date(2026, 11, 20))]


def test_a_folder_with_quotes_spaces_and_accents_is_read(tmp_path: Path) -> None:
    data = tmp_path / "Anna's data è 100%"
    data.mkdir()
    lake = Lake(Paths(data, str(data / "lake")))
    publish_day(lake, 1)
    assert connect(lake).execute("SELECT count(*) FROM listing_seen").fetchone() == (1,)
    assert lake.scan("listing_seen").collect()["listing_id"].to_list() == [1]
    assert catalogues(write_snapshot(lake, lake.paths, 3)) == [1]


def test_a_lake_at_an_address_gives_copies_of_the_figures(tmp_path: Path) -> None:
    lake = Lake(Paths(tmp_path, f"file://{tmp_path}/lake"))
    publish_day(lake, 5)
    assert connect(lake).execute("SELECT catalog_id FROM catalog_day").fetchall() == [(5,)]
    write_snapshot(lake, lake.paths, 3)
    assert catalogues(lake.paths.warehouse) == [5]


def test_a_snapshot_holds_figures_themselves_and_views_of_the_rest(lake: Lake, paths: Paths) -> None:
    publish_day(lake, 7)
    lake.append("run", runs(["r"]))
    lake.publish({"run": 1})
    write_snapshot(lake, paths, 3)
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        kinds = dict(connection.execute("SELECT table_name, table_type FROM information_schema.tables").fetchall())
        assert kinds["catalog_day"] == kinds["brand_day"] == kinds["run"] == "BASE TABLE"
        assert kinds["listing_seen"] == "VIEW"
        assert "page_raw" not in kinds
        assert connection.execute("SELECT listing_id FROM listing_seen").fetchall() == [(7,)]


def test_the_last_snapshots_are_kept_and_numbers_never_come_back(lake: Lake, paths: Paths) -> None:
    publish_day(lake, 1)
    made = [write_snapshot(lake, paths, 2).name for _ in range(4)]
    assert made == [f"vopt-{number}.duckdb" for number in (1, 2, 3, 4)]
    assert [snapshot.number for snapshot in snapshots(paths)] == [3, 4]
    (paths.snapshots / "vopt-9.duckdb.wal").write_bytes(b"left by a stranger")
    assert write_snapshot(lake, paths, 2).name == "vopt-10.duckdb"
    assert not (paths.snapshots / "vopt-9.duckdb.wal").exists()


def test_a_snapshot_is_made_again_only_when_something_changed(lake: Lake, paths: Paths) -> None:
    publish_day(lake, 1)
    first = ensure_snapshot(lake, paths, 3)
    assert ensure_snapshot(lake, paths, 3) == first
    publish_day(lake, 2)
    second = ensure_snapshot(lake, paths, 3)
    assert second != first
    paths.warehouse.unlink()
    assert ensure_snapshot(lake, paths, 3) != second


def test_after_a_move_of_the_data_the_snapshot_is_made_again(lake: Lake, paths: Paths, tmp_path: Path) -> None:
    publish_day(lake, 1)
    write_snapshot(lake, paths, 3)
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    tmp_path.rename(moved)
    there = Paths(moved, str(moved / "lake"))
    assert catalogues(there.warehouse) == [1]
    ensure_snapshot(Lake(there), there, 3)
    with duckdb.connect(str(there.warehouse), read_only=True) as connection:
        assert connection.execute("SELECT listing_id FROM listing_seen").fetchall() == [(1,)]
    moved.rename(tmp_path)


@pytest.mark.parametrize("how", ["read-only", "read-write"])
def test_a_stranger_who_holds_a_snapshot_and_dies_late_disturbs_nobody(lake: Lake, paths: Paths, how: str) -> None:
    publish_day(lake, 1)
    write_snapshot(lake, paths, 2)
    with stranger(paths, how) as process:
        for catalog_id in (2, 3, 4):
            publish_day(lake, catalog_id)
            write_snapshot(lake, paths, 2)
            assert catalogues(paths.warehouse) == [catalog_id]
        assert process.stdin
        assert process.stdout
        process.stdin.write("still there?\n")
        process.stdin.flush()
        assert int(process.stdout.readline()) >= 1
    assert catalogues(paths.warehouse) == [4]
    publish_day(lake, 5)
    write_snapshot(lake, paths, 2)
    assert catalogues(paths.warehouse) == [5]
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        assert ("mine",) not in connection.execute("SHOW TABLES").fetchall()


def test_the_link_is_relative(lake: Lake, paths: Paths) -> None:
    publish_day(lake, 1)
    write_snapshot(lake, paths, 2)
    assert os.readlink(paths.warehouse) == "snapshots/vopt-1.duckdb"  # noqa: PTH115


def test_live_lists_reach_sql_as_lists(lake: Lake) -> None:
    lake.overwrite("listing_live", live([1]), partitions=[{}])
    lake.publish({"listing_live": lake.version("listing_live")})
    assert connect(lake).execute("SELECT len(missed_on) FROM listing_live").fetchall() == [(0,)]


class _Publishing(Lake):
    """A lake into which another process publishes just after somebody has asked what is published."""

    is_busy = False

    def published(self) -> dict[str, int]:
        published = super().published()
        if not self.is_busy:
            self.is_busy = True
            publish_day(Lake(self.paths), 2)
        return published


def test_what_is_published_meanwhile_does_not_mix_into_a_snapshot(lake: Lake, paths: Paths) -> None:
    publish_day(lake, 1)
    path = write_snapshot(_Publishing(paths), paths, 3)
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute("SELECT catalog_id, listing_id FROM catalog_day, listing_seen").fetchall()
    assert rows == [(1, 1)]


def test_what_is_published_meanwhile_does_not_disturb_a_query(lake: Lake, paths: Paths) -> None:
    publish_day(lake, 1)
    result = run_sql(_Publishing(paths), "SELECT catalog_id, listing_id FROM catalog_day, listing_seen")
    assert result.frame.rows() == [(1, 1)]
