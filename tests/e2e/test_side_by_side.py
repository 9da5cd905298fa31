"""Several processes on one VOPT_DATA, or on several: nobody disturbs anybody, and who must wait is told so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from polars.testing import assert_frame_equal

from tests.e2e.commands import Shell, ended, instance
from tests.e2e.reference import assert_no_key_twice, assert_published_runs_are_whole, assert_published_tables_agree
from tests.lake.test_warehouse import stranger
from tests.servers import REPOSITORY, RunningSimulator, running_simulator
from tests.waiting import until
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.runs import Run
from vopt_lib.lake.warehouse import write_snapshot
from vopt_lib.schema.gold import VIEWS
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term
from vopt_lib.schema.tables import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

START = datetime(2026, 11, 1, 7, tzinfo=UTC)
BAGS = Follow("borse", "Borse", CatalogueQuery("it", Term(19, "Donna > Borse")), START)
SHOES = Follow("scarpe", "Scarpe", CatalogueQuery("it", Term(16, "Donna > Scarpe")), START)
DAYS_TOLD_BY = (
    "SELECT (SELECT count(DISTINCT day) FROM catalog_day) AS figures,"
    " (SELECT count(DISTINCT day) FROM listing_seen) AS sightings,"
    " (SELECT count(DISTINCT day) FROM crawl_coverage) AS queries"
)


@pytest.fixture(scope="module")
def _market() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START.isoformat(), days=62, scale=0.2, slow_s=3) as running:
        yield running


@pytest.fixture
def market(_market: RunningSimulator) -> RunningSimulator:
    """A running market at its start, without faults."""
    _market.switch_off()
    _market.forget_requests()
    _market.clock.move_to(START)
    return _market


@contextmanager
def writing(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """A process that goes on collecting, refining, publishing and tidying until the end of the block, without fail."""
    command = [sys.executable, "-m", "tests.e2e.writer", str(desk.paths.data), START.isoformat()]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
            said = ended(process)
            assert said.status == 0, said.errors
        finally:
            process.kill()


def days_done(writer: subprocess.Popen[str], days: int) -> None:
    assert writer.stdout
    for _ in range(days):
        assert writer.stdout.readline(), "the writer has ended"


def asked(holder: subprocess.Popen[str]) -> int:
    """Rows of catalog_day that a stranger sees in the snapshot that it holds."""
    assert holder.stdin
    assert holder.stdout
    holder.stdin.write("how many?\n")
    holder.stdin.flush()
    return int(holder.stdout.readline())


def test_while_a_flow_writes_sql_and_holders_of_the_snapshot_keep_working(
    market: RunningSimulator, tmp_path: Path
) -> None:
    shell, desk = instance(tmp_path, market, BAGS, SHOES)
    told: list[dict[str, int]] = []
    with writing(desk) as writer:
        days_done(writer, 1)
        with stranger(desk.paths, "read-only") as reader:
            # DuckDB lets one snapshot be held for reading or for writing: the stubborn one takes a newer one.
            days_done(writer, 1)
            with stranger(desk.paths, "read-write") as stubborn:
                held = asked(reader), asked(stubborn)
                for _ in range(3):
                    days_done(writer, 1)
                    said = shell.vopt("sql", DAYS_TOLD_BY, "--format", "json")
                    assert said.status == 0, said.errors
                    told += json.loads(said.output)
                    assert (asked(reader), asked(stubborn)) == held
    assert all(len({*row.values()}) == 1 for row in told)
    assert told[-1]["figures"] > told[0]["figures"] >= 2

    assert_published_tables_agree(desk.lake, misses_until_gone=desk.settings.misses_until_gone)
    collect(desk, BAGS)
    write_snapshot(desk.lake, desk.paths, 3)
    with duckdb.connect(str(desk.paths.warehouse), read_only=True) as connection:
        names = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
        assert not {"mine", "page_raw", "rejected"} & names
        assert names - TABLES.keys() == VIEWS.keys()
        for name in names & TABLES.keys():
            shown = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            assert shown == (desk.lake.scan(name).collect().height,), name


@contextmanager
def held_in_the_middle(shell: Shell, market: RunningSimulator, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A collecting command, stopped in the middle of a request until the end of the block; then it ends well."""
    market.switch_on("slow:1@catalogue")
    process = shell.start(*words)
    try:
        until(lambda: any(request["path"] == "/svc-catalogue/items" for request in market.requests()))
        os.kill(process.pid, signal.SIGSTOP)
        yield process
        os.kill(process.pid, signal.SIGCONT)
        said = ended(process)
        assert said.status == 0, said.errors
    finally:
        process.kill()
        process.communicate()


def collected_runs(desk: Desk) -> list[Run]:
    rows = desk.lake.scan("run", version="newest").filter(kind="collect").collect()
    return [Run.from_row(row) for row in rows.iter_rows(named=True)]


def test_a_follow_is_collected_by_one_process_at_a_time(market: RunningSimulator, tmp_path: Path) -> None:
    shell, desk = instance(tmp_path, market, BAGS)
    with held_in_the_middle(shell, market, "collect") as first:
        second = shell.vopt("collect", "Borse")
    assert second.status == 1
    assert f"vopt collect Borse is already running (process {first.pid}). Wait for it to end" in second.in_one_line
    assert [run.outcome for run in collected_runs(desk)] == ["done"]
    assert_published_runs_are_whole(desk.lake)


def test_saved_files_go_in_while_a_follow_is_collected(market: RunningSimulator, tmp_path: Path) -> None:
    shell, desk = instance(tmp_path, market, BAGS)
    saved = tmp_path / "saved.json"
    answer = market.search("catalog_ids=16&per_page=20")
    saved.write_bytes(answer.body)
    # A paid placement of a listing that the page shows anyway is the same sighting.
    shown = len({item["id"] for item in answer.json["items"]})
    market.forget_requests()
    with held_in_the_middle(shell, market, "collect"):
        ingested = shell.vopt("ingest", str(saved), "--market", "it")
        assert (ingested.status, f"{shown} sightings" in ingested.in_one_line) == (0, True), ingested.in_one_line
        assert desk.lake.scan("listing_seen").collect().height == shown
    assert desk.lake.scan("listing_seen").collect().height > 100
    assert_published_tables_agree(desk.lake, misses_until_gone=desk.settings.misses_until_gone)
    assert_no_key_twice(desk.lake, "listing_seen")


def test_two_refines_at_once_come_one_after_the_other(market: RunningSimulator, tmp_path: Path) -> None:
    shell, desk = instance(tmp_path, market, BAGS)
    collect(desk, BAGS)
    both = [shell.start("refine"), shell.start("refine")]
    assert [ended(process).status for process in both] == [0, 0]
    assert_published_tables_agree(desk.lake, misses_until_gone=desk.settings.misses_until_gone)
    kinds = desk.lake.scan("run", version="newest").collect()["kind"].value_counts().rows()
    assert dict(kinds) == {"collect": 1, "refine": 2, "publish": 2, "maintain": 1}


def test_a_second_demo_in_the_same_data_is_refused(market: RunningSimulator, tmp_path: Path) -> None:
    shell, desk = instance(tmp_path, market)
    first = shell.start("demo", "--days", "5", "--no-serve")
    try:
        until(lambda: first.poll() is not None or (desk.paths.locks / "demo.pid").exists())
        second = shell.vopt("demo", "--days", "5", "--no-serve")
        assert second.status == 1
        assert f"vopt demo is already running (process {first.pid})" in second.in_one_line
        assert first.poll() is None
    finally:
        first.terminate()
        ended(first)


def test_two_instances_never_meet(market: RunningSimulator, tmp_path: Path) -> None:
    (shell, desk), (other_shell, other) = (instance(tmp_path / name, market, BAGS) for name in ("anna", "bea"))
    with held_in_the_middle(shell, market, "collect"):
        assert other_shell.vopt("collect").status == 0
        assert other_shell.vopt("follow", "pause", "Borse").status == 0
    for one in (desk, other):
        assert refine_day(one).outcome == publish_day(one).outcome == "done"
    for one, stranger_to_it in ((desk, other), (other, desk)):
        (run,) = collected_runs(one)
        (foreign,) = collected_runs(stranger_to_it)
        for path in one.paths.data.rglob("*"):
            if path.is_file() and not path.is_symlink():
                body = path.read_bytes()
                assert foreign.run_id.encode() not in body, path
                assert str(stranger_to_it.paths.data).encode() not in body, path
        assert run.run_id in (one.paths.runs / "borse.json").read_text()
    assert [*(tmp_path / "anna" / "home").iterdir()] == [*(tmp_path / "bea" / "home").iterdir()] == []
    assert_frame_equal(*(one.lake.scan("catalog_day").collect() for one in (desk, other)))
