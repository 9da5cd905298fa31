"""A lake on an object store, used by several machines: each has its own VOPT_DATA, and they share the tables."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pytest

from tests.lake.frames import days, live, pages, seen
from tests.lake.test_lake import ids
from tests.object_store import BUCKET, ObjectStore, running_object_store
from vopt_lib.commit_points import CommitPoint, observe
from vopt_lib.errors import LakeKeptElsewhere, LakeUnreachable
from vopt_lib.lake import Lake
from vopt_lib.lake.cage import SqlLimits, run_sql
from vopt_lib.lake.copies import named_in
from vopt_lib.lake.maintenance import maintain
from vopt_lib.lake.warehouse import connect, write_snapshot
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings

pytestmark = pytest.mark.slow

ADDRESS = f"s3://{BUCKET}/vopt"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIMITS = SqlLimits(seconds=100, memory_mb=256, rows=1000)


@pytest.fixture(scope="module")
def _store() -> Iterator[ObjectStore]:
    with running_object_store() as store:
        yield store


@pytest.fixture(autouse=True)
def store(_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    _store.empty()
    for name, value in _store.environment.items():
        monkeypatch.setenv(name, value)
    return _store


def machine(data: Path, lake: str = ADDRESS) -> Lake:
    """The lake as the machine with this VOPT_DATA sees it."""
    return Lake(Paths.of(load_settings(data=data, lake=lake)))


def filled(lake: Lake) -> Lake:
    lake.commit({"listing_seen": seen([3, 1, 2]), "page_raw": pages(["a"])}, app="run", number=1)
    lake.overwrite("catalog_day", days([5]), partitions=[{}])
    lake.publish({name: lake.version(name) for name in ("listing_seen", "catalog_day")})
    return lake


def test_rows_are_written_replaced_and_read_there_and_none_lie_on_this_machine(tmp_path: Path) -> None:
    lake = filled(machine(tmp_path))
    lake.commit({"listing_seen": seen([9]), "page_raw": pages(["b"])}, app="run", number=1)
    lake.overwrite("listing_live", live([5]), partitions=[{}])
    lake.overwrite("listing_live", live([6]), partitions=[{"market": "it"}])
    assert (ids(lake), ids(lake, "listing_live"), lake.committed("run")) == ([1, 2, 3], [6], 1)
    assert lake.changed_partitions("listing_seen", -1) == [{"day": "2026-11-20", "market": "it"}]
    assert not [*tmp_path.rglob("*.parquet")]


def _append(data: Path, first: int) -> None:
    lake = machine(data)
    for number in range(4):
        lake.commit({"listing_seen": seen([first + number])}, app=f"run-{first}", number=number)


def test_machines_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_append, (tmp_path / "anna", tmp_path / "bea"), (10, 20)))
    assert ids(machine(tmp_path / "anna")) == [10, 11, 12, 13, 20, 21, 22, 23]


def test_what_one_machine_publishes_all_see_and_each_notes_when(tmp_path: Path) -> None:
    anna, bea = machine(tmp_path / "anna"), machine(tmp_path / "bea")
    assert bea.published() == {}
    filled(anna)
    assert bea.published() == anna.published() == {"listing_seen": 1, "catalog_day": 1}
    assert ids(bea, version="published") == [1, 2, 3]
    noted = bea.paths.published.stat().st_mtime_ns
    assert bea.published()
    assert bea.paths.published.stat().st_mtime_ns == noted


def test_a_commit_that_a_killed_process_promised_is_finished_by_the_next_one_on_its_machine(tmp_path: Path) -> None:
    def die(point: str) -> None:
        if point == CommitPoint.JOURNAL_WRITTEN:
            raise KeyboardInterrupt

    observe(die)
    try:
        with pytest.raises(KeyboardInterrupt):
            machine(tmp_path).commit({"listing_seen": seen([1]), "page_raw": pages(["a"])}, app="run", number=1)
    finally:
        observe(lambda point: None)
    assert ids(machine(tmp_path)) == []
    assert machine(tmp_path).recover() == 1
    assert ids(machine(tmp_path)) == [1]


def test_sql_reads_copies_of_the_tables_that_it_names(tmp_path: Path) -> None:
    lake = filled(machine(tmp_path))
    rows = run_sql(lake, "SELECT listing_id FROM listing_seen ORDER BY ALL", LIMITS).frame["listing_id"].to_list()
    assert rows == [1, 2, 3]
    assert {path.name for path in lake.paths.lake_copies.iterdir()} == {"listing_seen"}
    lake.overwrite("catalog_day", days([6]), partitions=[{}])
    lake.publish({"catalog_day": lake.version("catalog_day")})
    for _ in range(2):
        found = run_sql(lake, "SELECT catalog_id, market, month FROM catalog_day", LIMITS).frame.rows()
        assert found == [(6, "it", "2026-11")]
        assert len([*(lake.paths.lake_copies / "catalog_day").rglob("*.parquet")]) == 1
    assert connect(lake).sql("SELECT catalog_id FROM catalog_day").fetchall() == [(6,)]


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ('SELECT 1 FROM "Listing_Seen" AS a', {"listing_seen"}),
        ("SELECT 'run'", {"run"}),
        ("SHOW TABLES", set()),
    ],
)
def test_whatever_a_statement_may_read_is_copied(sql: str, named: set[str]) -> None:
    assert named_in(sql, ("listing_seen", "run", "catalog_day")) == named


def test_tidying_joins_files_and_leaves_what_is_published_readable(tmp_path: Path) -> None:
    lake = machine(tmp_path)
    for number in range(5):
        lake.append("listing_seen", seen([number]))
    lake.overwrite("catalog_day", days([5]), partitions=[{}])
    lake.publish({"listing_seen": 5, "catalog_day": 1})
    assert maintain(lake, now=NOW, snapshots_kept=3)["listing_seen"].files_joined == 5
    assert ids(lake, version="published") == [0, 1, 2, 3, 4]
    assert len(lake.files("listing_seen", lake.published()["listing_seen"])) == 1
    assert ids(machine(tmp_path / "other"), version="published") == [0, 1, 2, 3, 4]


def test_the_snapshot_holds_the_figures(tmp_path: Path) -> None:
    lake = filled(machine(tmp_path))
    write_snapshot(lake, lake.paths, keep=3)
    with duckdb.connect(str(lake.paths.warehouse), read_only=True) as connection:
        assert connection.sql("SELECT catalog_id FROM catalog_day").fetchall() == [(5,)]


def test_one_machine_collects_and_refines_until_its_name_is_taken_away(tmp_path: Path, store: ObjectStore) -> None:
    anna, bea = machine(tmp_path / "anna"), machine(tmp_path / "bea")
    anna.ensure_kept_here()
    with pytest.raises(LakeKeptElsewhere, match=r"remove s3://market/vopt/_vopt/keeper\.ndjson") as refused:
        bea.ensure_kept_here()
    assert refused.value.facts["lake"] == ADDRESS
    machine(tmp_path / "anna").ensure_kept_here()
    store.ask("DELETE", f"/{BUCKET}/vopt/_vopt/keeper.ndjson")
    bea.ensure_kept_here()


def test_a_bucket_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    lake = machine(tmp_path, "s3://nowhere/vopt")
    with pytest.raises(LakeUnreachable, match=r"s3://nowhere/vopt.* cannot be reached: NoSuchBucket\. Check"):
        lake.version("run")
    with pytest.raises(LakeUnreachable, match="NoSuchBucket"):
        lake.published()
