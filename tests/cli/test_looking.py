"""`vopt sql` and `vopt status`: every format, and nothing a result holds does harm."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Vopt
from tests.sources.vinted.answers import envelope, v2_2025_listing
from vopt_lib.desk.ingest import ingest
from vopt_lib.desk.instance import open_desk


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """VOPT_DATA after one answer was read and published."""
    folder = tmp_path_factory.mktemp("ingested")
    (folder / "answer.json").write_text(json.dumps(envelope(v2_2025_listing())))
    ingest(open_desk(data=folder / "data"), [folder / "answer.json"])
    return folder / "data"


@pytest.fixture(autouse=True)
def _published(environment: pytest.MonkeyPatch, ingested: Path, tmp_path: Path) -> None:
    environment.setenv("VOPT_DATA", str(shutil.copytree(ingested, tmp_path / "data", symlinks=True)))


KINDS = """SELECT NULL AS nothing, 1.50::DECIMAL(9,2) AS price, [1, 2] AS list, TIMESTAMP '2026-01-01 10:00' AS at,
    DATE '2026-01-01' AS day, '=1+1' AS formula, -5 AS minus, 'a'::BLOB AS bytes, {'a': 1} AS struct,
    INTERVAL 3 DAY AS span"""


def test_a_table_shows_every_kind_of_value(vopt: Vopt) -> None:
    names, values = vopt("sql", KINDS).lines
    assert names.split() == ["nothing", "price", "list", "at", "day", "formula", "minus", "bytes", "struct", "span"]
    assert values.split()[0] == "–"
    for text in ("1.50", "[1, 2]", "2026-01-01 10:00:00", "=1+1", "-5", "61", "{'a': 1}", "3 days"):
        assert text in values


def test_csv_neutralises_formulas_but_no_numbers(vopt: Vopt) -> None:
    assert vopt("sql", "SELECT '=1+1' AS a, -5 AS b, '@x' AS c, NULL AS d", "--format", "csv").out == (
        "a,b,c,d\n'=1+1,-5,'@x,\n"
    )


@pytest.mark.parametrize("form", ["csv", "json"])
def test_every_kind_of_value_can_be_written(vopt: Vopt, form: str) -> None:
    told = vopt("sql", KINDS, "--format", form)
    assert (told.status, told.err) == (0, "")
    assert "2026-01-01" in told.out


def test_json_is_a_list_of_objects(vopt: Vopt) -> None:
    assert json.loads(vopt("sql", "SELECT 1 AS a, NULL AS b", "--format", "json").out) == [{"a": 1, "b": None}]


def test_parquet_goes_to_a_file(vopt: Vopt, tmp_path: Path) -> None:
    told = vopt("sql", "SELECT 1 AS a UNION ALL SELECT 2", "--format", "parquet", "--output", str(tmp_path / "o"))
    assert told.out == f"2 rows written to {tmp_path / 'o'}.\n"
    assert pl.read_parquet(io.BytesIO((tmp_path / "o").read_bytes()))["a"].to_list() == [1, 2]


@pytest.mark.parametrize(
    ("form", "body"), [("table", "a\nNo rows.\n"), ("csv", "a\n"), ("json", "[]\n")], ids=["table", "csv", "json"]
)
def test_an_empty_result_is_told(vopt: Vopt, form: str, body: str) -> None:
    assert vopt("sql", "SELECT 1 AS a WHERE false", "--format", form).out == body


def test_a_long_table_is_cut_and_says_how_to_get_the_rest(vopt: Vopt) -> None:
    told = vopt("sql", "FROM range(1240)").lines
    assert (len(told), told[-1]) == (42, "… and 1,200 more rows. Use --format csv to get them all.")


def test_a_result_beyond_the_limit_says_so(vopt: Vopt, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VOPT_SQL_ROWS", "10")
    told = vopt("sql", "FROM range(11)", "--format", "csv")
    assert (len(told.lines), told.status) == (11, 0)
    assert told.err.startswith("There are more than 10 rows; the others were left out.")


def test_text_of_listings_cannot_control_the_terminal(vopt: Vopt) -> None:
    told = vopt("sql", "SELECT '[red]x[/red]' || chr(27) || '[31m' || chr(10) || 'y' AS \"[b]\"")
    assert told.lines == ["[b]", "[red]x[/red]�[31m y"]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("", "Write exactly one SELECT: this is empty."),
        ("SELECT 1; SELECT 2", "Write exactly one SELECT: these are 2 statements."),
        ("DROP TABLE listing_seen", "Write exactly one SELECT: DROP is not allowed here."),
        ("FROM listing_sen", "there is no table “listing_sen”. Did you mean “listing_seen”?"),
        ("FROM read_csv('/etc/passwd')", "outside the published tables: read_csv() is not allowed here"),
        ("SELEC 1", "“SELEC” in line 1 is not understood"),
        ("SELECT titel FROM listing_seen", "Did you mean “title”?"),
        ("FROM page_raw", "there is no table “page_raw”."),
    ],
)
def test_a_query_that_cannot_be_run_is_told_in_one_sentence(vopt: Vopt, sql: str, told: str) -> None:
    answer = vopt("sql", sql)
    assert (answer.status, answer.out) == (1, "")
    assert told in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("place", "why"), [("nowhere/x.csv", "its folder does not exist"), ("", "it is a folder")], ids=["folder", "file"]
)
def test_a_place_that_cannot_be_written_is_told(vopt: Vopt, tmp_path: Path, place: str, why: str) -> None:
    told = vopt("sql", "SELECT 1", "--output", str(tmp_path / place))
    assert told.status == 1
    assert told.err == f"{tmp_path / place} cannot be written: {why}. Choose another place with --output.\n"


def test_status_as_json_has_these_keys_and_no_other(vopt: Vopt) -> None:
    status = json.loads(vopt("status", "--json").out)
    assert list(status) == [
        "data",
        "published_at",
        "newest_day",
        "live_listings",
        "ended_spells",
        "sightings",
        "consent",
        "collected_at",
        "resting_until",
        "resting_because",
        "held_back",
        "checked_at",
        "checks_passed",
        "checks_warned",
        "checks_failed",
        "follows",
    ]
    assert (status["sightings"], status["live_listings"], status["consent"], status["follows"]) == (1, 1, False, [])


def test_status_says_as_of_when_and_how_much(vopt: Vopt) -> None:
    told = vopt("status").lines
    assert told[0].startswith("Figures as of ")
    assert told[1:] == [
        "1 listing that may be on sale, 0 gone, 1 sighting",
        "Vinted is not visited yet, because you have not agreed to the conditions. `vopt consent` shows them.",
    ]
