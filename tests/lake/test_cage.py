"""People's SQL reads what is published and reaches nothing else."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.lake.frames import days, pages, seen
from vopt_lib.errors import (
    NotOneSelect,
    SqlBusy,
    SqlError,
    SqlRefused,
    SqlResultTooBig,
    SqlTooBig,
    SqlTooSlow,
    SqlWrong,
)
from vopt_lib.lake import Lake
from vopt_lib.lake.cage import CHILD, SqlLimits, SqlResult, question, run_sql

ENDLESS = "SELECT max(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"
LIMITS = SqlLimits(seconds=60, memory_mb=256, rows=1000)


@pytest.fixture
def published(lake: Lake) -> Lake:
    lake.append("listing_seen", seen([3, 1, 2], title=["c", "a", "b"]))
    lake.append("page_raw", pages(["secret"]))
    lake.overwrite("catalog_day", days([5]), partitions=[{}])
    lake.publish({name: lake.version(name) for name in ("listing_seen", "page_raw", "catalog_day")})
    return lake


def everything_below(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def test_a_select_gives_its_rows_in_order(published: Lake) -> None:
    result = run_sql(published, "SELECT listing_id, title FROM listing_seen ORDER BY listing_id DESC", LIMITS)
    assert result.frame.rows() == [(3, "c"), (2, "b"), (1, "a")]
    assert not result.is_truncated


def test_rows_beyond_the_limit_are_cut_and_it_says_so(published: Lake) -> None:
    sql = "SELECT range AS n FROM range(1000000) ORDER BY n DESC"
    result = run_sql(published, sql, SqlLimits(seconds=60, memory_mb=256, rows=3))
    assert (result.frame["n"].to_list(), result.is_truncated) == ([999999, 999998, 999997], True)


def test_a_large_result_arrives_whole(published: Lake) -> None:
    sql = "SELECT range AS n, repeat('x', 100) AS x FROM range(100000)"
    result = run_sql(published, sql, SqlLimits(seconds=60, memory_mb=512, rows=100_000))
    assert result.frame.height == 100_000
    assert not result.is_truncated


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT 1; COPY (SELECT 1) TO '{out}'", NotOneSelect),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO '{out}'", NotOneSelect),
        ("SELECT * FROM '{raw}'", SqlRefused),
        ("SELECT titel FROM listing_seen", SqlWrong),
        ("SELECT " + "(" * 50_000 + "1" + ")" * 50_000, SqlWrong),
    ],
    ids=["two statements", "writing", "a file", "a wrong column", "nesting"],
)
def test_an_error_of_the_child_has_its_name_and_leaves_nothing(
    published: Lake, tmp_path: Path, sql: str, error: type[SqlError]
) -> None:
    (raw,) = published.files("page_raw", published.published()["page_raw"])
    before = everything_below(tmp_path)
    with pytest.raises(error):
        run_sql(published, sql.format(out=tmp_path / "out", raw=raw), LIMITS)
    assert everything_below(tmp_path) == before


def test_a_table_that_does_not_exist_is_told_with_the_nearest_one(published: Lake) -> None:
    with pytest.raises(SqlWrong) as wrong:
        run_sql(published, "SELECT * FROM listing_sean", LIMITS)
    assert wrong.value.facts["near"] == "listing_seen"


def test_a_sum_of_hundreds_of_terms_is_read(published: Lake) -> None:
    assert run_sql(published, "SELECT " + "+".join(["1"] * 260), LIMITS).frame.item() == 260


def test_no_setting_tells_of_the_person_s_home(published: Lake) -> None:
    told = run_sql(published, "SELECT current_setting('home_directory'), current_setting('temp_directory')", LIMITS)
    assert told.frame.rows() == [("/nonexistent", "")]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT repeat('x', 4000000000)",
        "SELECT list(repeat('x', 1000) || range) FROM range(100000000)",
        "SELECT string_agg(repeat('x', 100000), '') FROM range(100000)",
        "SELECT repeat('x', 1000000) FROM range(900)",
        "SELECT count(*) FROM (SELECT DISTINCT range, repeat('x', 200) || range FROM range(50000000))",
    ],
)
def test_a_memory_bomb_is_stopped(published: Lake, sql: str) -> None:
    with pytest.raises(SqlTooBig):
        run_sql(published, sql, SqlLimits(seconds=60, memory_mb=192, rows=1000))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT max(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b",
        "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT count(*) FROM r WHERE a < 0",
    ],
)
def test_an_endless_query_is_stopped_in_time(published: Lake, sql: str) -> None:
    started = time.monotonic()
    with pytest.raises((SqlTooSlow, SqlTooBig)):
        run_sql(published, sql, SqlLimits(seconds=1, memory_mb=1024, rows=10))
    assert time.monotonic() - started < 5


def test_a_result_of_too_many_bytes_is_refused(published: Lake) -> None:
    sql = "SELECT repeat('x', 10000) || range FROM range(40000)"
    with pytest.raises(SqlResultTooBig):
        run_sql(published, sql, SqlLimits(seconds=60, memory_mb=4096, rows=100_000))


@pytest.fixture
def running(published: Lake) -> Iterator[psutil.Process]:
    """The child of a query that would run for ever, in its midst; an open door of this process stands beside it."""
    limits = SqlLimits(seconds=30, memory_mb=256, rows=10)
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as pool:
        door.set_inheritable(True)
        asked = pool.submit(run_sql, published, ENDLESS, limits)
        child = begun(asked)
        yield child
        child.kill()


def begun(asked: Future[SqlResult]) -> psutil.Process:
    """The only child that runs SQL, once it has begun to work."""
    while not asked.done():
        for child in psutil.Process().children():
            if str(CHILD) in child.cmdline() and child.cpu_times().user > 0.5:
                return child
    raise AssertionError(asked.exception())


def test_a_query_goes_behind_everything_else(running: psutil.Process) -> None:
    assert running.nice() == min(psutil.Process().nice() + 10, 19)


def test_a_query_leaves_a_processor_free(published: Lake) -> None:
    threads = question(published, "SELECT 1", LIMITS)["threads"]
    assert 1 <= threads <= max(1, (os.cpu_count() or 1) - 1)


def test_a_query_inherits_no_socket_and_no_variable(running: psutil.Process) -> None:
    assert running.net_connections() == []
    assert set(running.environ()) == {"HOME", "PATH", "LC_ALL", "TZ", "POLARS_MAX_THREADS"}


def test_a_query_waits_for_its_turn_no_longer_than_it_may_run(published: Lake) -> None:
    turns = threading.BoundedSemaphore(1)
    limits = SqlLimits(seconds=0.2, memory_mb=256, rows=10)
    with turns, pytest.raises(SqlBusy):
        run_sql(published, "SELECT 1", limits, turns=turns)
    assert run_sql(published, "SELECT 1", LIMITS, turns=turns).frame.item() == 1


def test_a_query_that_fails_gives_its_turn_back(published: Lake) -> None:
    turns = threading.BoundedSemaphore(1)
    with pytest.raises(SqlError):
        run_sql(published, "SELECT x", LIMITS, turns=turns)
    assert turns.acquire(blocking=False)


def test_no_process_and_no_file_is_left_behind(published: Lake, tmp_path: Path) -> None:
    before = everything_below(tmp_path)
    for sql in ("SELECT 1", "SELECT max(a.range * b.range) FROM range(9999999) AS a, range(9999999) AS b", "COPY"):
        try:
            run_sql(published, sql, SqlLimits(seconds=0.6, memory_mb=256, rows=10))
        except SqlError:
            continue
    assert not [child for child in psutil.Process().children() if str(CHILD) in child.cmdline()]
    assert everything_below(tmp_path) == before


def test_nothing_published_is_empty_tables(lake: Lake) -> None:
    assert run_sql(lake, "SELECT count(*) FROM listing_seen", LIMITS).frame.rows() == [(0,)]


def test_a_query_sees_nothing_of_the_environment(published: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    shown = run_sql(published, "SELECT observed_at::VARCHAR FROM listing_seen LIMIT 1", LIMITS).frame.item()
    assert shown == "2026-11-20 12:00:00+00"
