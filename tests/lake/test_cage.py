"""People's SQL reads what is published and reaches nothing else."""

import time
from pathlib import Path

import psutil
import pytest

from tests.lake.frames import days, pages, seen
from vopt_lib.errors import NotOneSelect, SqlError, SqlRefused, SqlResultTooBig, SqlTooBig, SqlTooSlow, SqlWrong
from vopt_lib.lake import Lake
from vopt_lib.lake.cage import SqlLimits, run_sql

LIMITS = SqlLimits(seconds=20, memory_mb=256, rows=1000)


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


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("FROM catalog_day SELECT catalog_id", [(5,)]),
        ("WITH a AS (SELECT 1 AS x) SELECT * FROM a;", [(1,)]),
        ("-- how many?\n(SELECT count(*) FROM listing_seen)", [(3,)]),
        ("VALUES (1, 'è')", [(1, "è")]),
        ("SELECT sum(listing_id) FROM listing_seen", [(6,)]),
        ("SELECT 1 AS a, 2 AS a", [(1, 2)]),
        (
            "SELECT INTERVAL 1 DAY, MAP {'a': 1}, [INTERVAL 1 DAY], {'b': 2}",
            [("1 day", "{a=1}", "[1 day]", "{'b': 2}")],
        ),
        ("SELECT range FROM range(2)", [(0,), (1,)]),
        ("SELECT unnest([1, 2])", [(1,), (2,)]),
        ("SELECT * FROM listing_ended", []),
    ],
)
def test_everything_that_only_reads_is_allowed(published: Lake, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert run_sql(published, sql, LIMITS).frame.rows() == rows


def test_rows_beyond_the_limit_are_cut_and_it_says_so(published: Lake) -> None:
    sql = "SELECT range AS n FROM range(1000000) ORDER BY n DESC"
    result = run_sql(published, sql, SqlLimits(seconds=20, memory_mb=256, rows=3))
    assert (result.frame["n"].to_list(), result.is_truncated) == ([999999, 999998, 999997], True)


def test_a_large_result_arrives_whole(published: Lake) -> None:
    sql = "SELECT range AS n, repeat('x', 100) AS x FROM range(100000)"
    result = run_sql(published, sql, SqlLimits(seconds=20, memory_mb=512, rows=100_000))
    assert result.frame.height == 100_000
    assert not result.is_truncated


@pytest.mark.parametrize(
    "sql",
    [
        "",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY (SELECT 1) TO '{out}'",
        "COPY listing_seen TO '{out}'",
        "COPY (SELECT 1) TO '{file}'",
        "COPY listing_seen FROM '{file}'",
        "EXPORT DATABASE '{out}'",
        "ATTACH '{out}'",
        "ATTACH ':memory:' AS m",
        "DETACH memory",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{out}'",
        "SET memory_limit = '64GB'",
        "RESET memory_limit",
        "SET VARIABLE x = 1",
        "PRAGMA version",
        "/* a */ PRAGMA database_list",
        "PRAGMA enable_profiling",
        "CALL pragma_version()",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE t AS SELECT 1",
        "CREATE MACRO f(x) AS x",
        "CREATE SECRET s (TYPE s3)",
        "INSERT INTO catalog_day SELECT * FROM catalog_day",
        "UPDATE catalog_day SET seen = 1",
        "DELETE FROM catalog_day",
        "DROP VIEW catalog_day",
        "ALTER VIEW catalog_day RENAME TO x",
        "CHECKPOINT",
        "VACUUM",
        "USE memory",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "BEGIN TRANSACTION",
    ],
)
def test_what_is_not_one_select_is_refused_and_leaves_nothing(published: Lake, tmp_path: Path, sql: str) -> None:
    file = published.files("listing_seen", published.published()["listing_seen"])[0]
    before = everything_below(tmp_path)
    with pytest.raises(NotOneSelect):
        run_sql(published, sql.format(out=tmp_path / "out", file=file), LIMITS)
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize(
    "sql",
    [
        "IMPORT DATABASE '/etc'",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM '{raw}'",
        "SELECT * FROM read_parquet('{raw}')",
        "SELECT * FROM read_parquet('{file}')",
        "SELECT * FROM parquet_metadata('{file}')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_json('/etc/passwd')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM listing_seen WHERE title IN (SELECT content FROM read_text('/etc/passwd'))",
        "WITH a AS (FROM glob('/*')) SELECT * FROM a",
        "SELECT (SELECT count(*) FROM glob('/*'))",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('listing_seen')",
        "SELECT * FROM sqlite_scan('a', 'b')",
    ],
)
def test_what_reaches_outside_is_refused(published: Lake, sql: str) -> None:
    version = published.published()
    (raw,) = published.files("page_raw", version["page_raw"])
    (file,) = published.files("listing_seen", version["listing_seen"])
    with pytest.raises(SqlRefused):
        run_sql(published, sql.format(raw=raw, file=file), LIMITS)


@pytest.mark.parametrize("sql", ["SELECT getenv('PATH')", "SELECT * FROM page_raw", "SELECT * FROM rejected"])
def test_environment_and_raw_answers_do_not_exist_there(published: Lake, sql: str) -> None:
    with pytest.raises(SqlWrong):
        run_sql(published, sql, LIMITS)


def test_no_setting_tells_of_the_person_s_home(published: Lake) -> None:
    told = run_sql(published, "SELECT current_setting('home_directory'), current_setting('temp_directory')", LIMITS)
    assert told.frame.rows() == [("/nonexistent", "")]


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT * FROM listing_sean", "Did you mean “listing_seen”?"),
        ("SELECT titel FROM listing_seen", "title"),
        ("SELEC 1", "syntax error"),
        ("SELECT 'a'::INTEGER", "Could not convert"),
        ("SELECT " + "(" * 50_000 + "1" + ")" * 50_000, "memory exhausted"),
    ],
    ids=["table", "column", "syntax", "value", "nesting"],
)
def test_a_wrong_query_is_explained(published: Lake, sql: str, hint: str) -> None:
    with pytest.raises(SqlWrong, match=hint.replace("?", "\\?")):
        run_sql(published, sql, LIMITS)


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


def test_no_process_and_no_file_is_left_behind(published: Lake, tmp_path: Path) -> None:
    before = everything_below(tmp_path)
    for sql in ("SELECT 1", "SELECT max(a.range * b.range) FROM range(9999999) AS a, range(9999999) AS b", "COPY"):
        try:
            run_sql(published, sql, SqlLimits(seconds=0.6, memory_mb=256, rows=10))
        except SqlError:
            continue
    assert psutil.Process().children(recursive=True) == []
    assert everything_below(tmp_path) == before


def test_nothing_published_is_empty_tables(lake: Lake) -> None:
    assert run_sql(lake, "SELECT count(*) FROM listing_seen", LIMITS).frame.rows() == [(0,)]


def test_a_query_sees_nothing_of_the_environment(published: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    shown = run_sql(published, "SELECT observed_at::VARCHAR FROM listing_seen LIMIT 1", LIMITS).frame.item()
    assert shown == "2026-11-20 12:00:00+00"
