"""The cage without its process: what it reads, what it refuses, and how it says so."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.lake.frames import days, pages, seen
from vopt_lib.lake import Lake
from vopt_lib.lake.cage import SqlLimits, question
from vopt_lib.lake.cage_child import Refused, answer, reply
from vopt_lib.paths import Paths
from vopt_lib.words import Words

LIMITS = SqlLimits(seconds=20, memory_mb=256, rows=1000)
Asked = Callable[[str], pl.DataFrame]


def said_of(refusal: Refused) -> str:
    return Words().say(str(refusal.facts["why"]), **refusal.facts)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("lake")
    lake = Lake(Paths(folder, str(folder / "lake")))
    lake.append("listing_seen", seen([3, 1, 2], title=["c", "a", "b"]))
    lake.append("page_raw", pages(["secret"]))
    lake.overwrite("catalog_day", days([5]), partitions=[{}])
    lake.publish({name: lake.version(name) for name in ("listing_seen", "page_raw", "catalog_day")})
    return lake


@pytest.fixture
def asked(published: Lake, tmp_path: Path) -> Asked:
    """The rows of a query, in which {out}, {raw} and {file} stand for a new file, a raw page and a published file."""
    places = {"{out}": str(tmp_path / "out")}
    for place, name in (("{raw}", "page_raw"), ("{file}", "listing_seen")):
        (places[place],) = published.files(name, published.published()[name])

    def rows(sql: str) -> pl.DataFrame:
        for place, path in places.items():
            sql = sql.replace(place, path)
        frame, _ = answer(question(published, sql, LIMITS))
        return frame

    return rows


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
        ("SELECT DATE '0001-01-01', DATE '9999-12-31'", [(date.min, date.max)]),
    ],
)
def test_everything_that_only_reads_is_allowed(asked: Asked, sql: str, rows: list[tuple[object, ...]]) -> None:
    assert asked(sql).rows() == rows


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
def test_what_is_not_one_select_is_refused(asked: Asked, tmp_path: Path, sql: str) -> None:
    with pytest.raises(Refused) as refusal:
        asked(sql)
    assert refusal.value.kind == "NotOneSelect"
    assert list(tmp_path.iterdir()) == []


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
        "FROM '/etc/passwd'",
        'FROM "/etc/passwd"',
        "SUMMARIZE '{raw}'",
        "DESCRIBE '{raw}'",
        "SUMMARIZE SELECT * FROM '{raw}'",
        "SELECT * FROM main.read_text('/etc/passwd')",
        "SELECT * FROM system.main.glob('/*')",
        "SELECT * FROM \"READ_BLOB\"('/etc/passwd')",
        "SELECT * FROM read_duckdb('/etc/passwd')",
        "SELECT * FROM 'https://example.com/a.parquet'",
        "SELECT * FROM checkpoint()",
        "SELECT * FROM which_secret('a', 's3')",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        "SELECT * FROM pandas_scan(1)",
    ],
)
def test_what_reaches_outside_is_refused(asked: Asked, sql: str) -> None:
    with pytest.raises(Refused) as refusal:
        asked(sql)
    assert refusal.value.kind == "SqlRefused"


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT getenv('PATH')", "SqlWrong"),
        ("SELECT * FROM page_raw", "UnknownTable"),
        ("SELECT * FROM rejected", "UnknownTable"),
        ("SELECT * FROM question", "UnknownTable"),
        ("WITH a AS (COPY (SELECT 1) TO '/tmp/a') SELECT * FROM a", "SqlWrong"),
        ("WITH a AS (DELETE FROM catalog_day RETURNING *) SELECT * FROM a", "SqlWrong"),
        ("SELECT nextval('a')", "SqlWrong"),
    ],
)
def test_environment_raw_answers_and_python_do_not_exist_there(asked: Asked, sql: str, kind: str) -> None:
    with pytest.raises(Refused) as refusal:
        asked(sql)
    assert refusal.value.kind == kind


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT 'a'::INTEGER", "Could not convert"),
        ("SELECT 'a\ud800'", "bytes that are not text"),
        ("SELECT 1\0; COPY (SELECT 1) TO '/tmp/a'", "bytes that are not text"),
        ("SELECT 'infinity'::TIMESTAMPTZ AS t", "outside the years"),
        ("SELECT DATE '99999-01-01' AS d", "outside the years"),
        ("SELECT " + "+".join(["1"] * 2000), "expression depth"),
    ],
    ids=["value", "half a letter", "NUL", "infinity", "year", "depth"],
)
def test_a_wrong_query_is_explained(asked: Asked, sql: str, hint: str) -> None:
    with pytest.raises(Refused, match=hint) as refusal:
        asked(sql)
    assert refusal.value.kind == "SqlWrong"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "SELECT titel FROM listing_seen",
            "there is no column “titel”. Did you mean “title”? A text stands in single quotes: 'Zara'.",
        ),
        ("SELECT a LIMIT 1", "there is no column “a” there. A text stands in single quotes: 'Zara'."),
        (
            "SELECT s.titel FROM listing_seen s",
            "there is no column “titel” there. A text stands in single quotes: 'Zara'.",
        ),
        ("SELECT 1\nFORM x y", "“x” in line 2 is not understood. Is something wrong just before it?"),
        ("SELECT (1", "it ends too early. Is a name or a bracket missing?"),
        ("SELECT 'a", "a text or a name in it is not closed: a quote is missing."),
        ("SELECT medain(1)", "there is no function “medain”. Did you mean “median”?"),
        (
            "SELECT title, count(*) FROM listing_seen",
            "“title” must stand in GROUP BY too, or inside a function such as max or median.",
        ),
        (
            "SELECT title FROM listing_seen a, listing_seen b",
            "several tables have a column “title”. Say which one you mean, for instance a.title.",
        ),
    ],
    ids=["column", "no table", "of a table", "syntax", "end", "quote", "function", "group", "ambiguous"],
)
def test_a_usual_mistake_is_told_in_our_own_words(asked: Asked, sql: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        asked(sql)
    assert (refusal.value.kind, said_of(refusal.value)) == ("SqlWrong", said)


def test_the_list_of_what_a_function_would_take_is_left_out(asked: Asked) -> None:
    with pytest.raises(Refused, match="No function matches") as refusal:
        asked("SELECT abs('x', 'y')")
    assert "Candidate" not in str(refusal.value)


def test_an_answer_is_a_line_that_tells_of_it_and_then_the_rows(published: Lake) -> None:
    out = io.BytesIO()
    reply(question(published, "FROM range(3)", SqlLimits(rows=2)), out)
    head, _, rows = out.getvalue().partition(b"\n")
    assert json.loads(head) == {"truncated": True}
    assert pl.read_ipc_stream(rows)["range"].to_list() == [0, 1]


def test_a_refusal_is_one_line_with_its_kind_and_facts(published: Lake) -> None:
    out = io.BytesIO()
    reply(question(published, "SELECT 1; SELECT 2", LIMITS), out)
    assert json.loads(out.getvalue()) == {"error": "NotOneSelect", "facts": {"why": "these are {n} statements", "n": 2}}
