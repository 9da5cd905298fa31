"""Rows for other programs: spreadsheets run nothing, and every type can be written."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from vopt_lib.desk.ask import as_bytes, ask
from vopt_lib.desk.instance import open_desk
from vopt_lib.errors import SqlTooBig, SqlTooSlow, SqlWrong

ROWS = pl.DataFrame(
    {
        "text": ["=1+1", None],
        "price": [Decimal("1.50"), None],
        "at": [datetime(2026, 1, 1, 10, tzinfo=UTC), None],
        "day": [date(2026, 1, 1), None],
        "list": [["=x", "y"], None],
        "bytes": [b"\x00\xff", None],
        "number": [-5, None],
    }
)


def test_csv_holds_every_type_and_no_formula() -> None:
    assert as_bytes(ROWS, "csv").decode().splitlines() == [
        "text,price,at,day,list,bytes,number",
        '\'=1+1,1.50,2026-01-01T10:00:00.000000+0000,2026-01-01,"[=x, y]",00ff,-5',
        ",,,,,,",
    ]


def test_json_keeps_nulls_lists_and_numbers() -> None:
    first, second = json.loads(as_bytes(ROWS, "json"))
    assert (first["list"], first["number"], first["bytes"]) == (["=x", "y"], -5, "00ff")
    assert set(second.values()) == {None}


def test_parquet_gives_the_same_frame_back() -> None:
    assert_frame_equal(pl.read_parquet(io.BytesIO(as_bytes(ROWS, "parquet"))), ROWS)


def test_a_column_called_like_a_formula_is_neutralised_too() -> None:
    assert as_bytes(pl.DataFrame({"=cmd()": ["a"]}), "csv") == b"'=cmd()\na\n"


@pytest.mark.parametrize(
    "text", [" =1+1", "\u200b=1+1", "\uff1d1+1", '"=1+1'], ids=["space", "unseen", "wide", "quote"]
)
def test_a_disguised_formula_is_neutralised_too(text: str) -> None:
    written = as_bytes(pl.DataFrame({"text": [text]}), "csv").decode()
    assert next(csv.reader([written.splitlines()[1]])) == ["'" + text]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_no_text_becomes_a_formula(texts: list[str]) -> None:
    written = csv.reader(io.StringIO(as_bytes(pl.DataFrame({"text": texts}), "csv").decode(), newline=""))
    assert [row for row in written if row and row[0].startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_a_fresh_vopt_has_empty_tables_to_ask(tmp_path: Path) -> None:
    answer = ask(open_desk(data=tmp_path), "SELECT listing_id, title FROM listing_seen")
    assert (answer.frame.shape, answer.frame.columns) == ((0, 2), ["listing_id", "title"])


@pytest.mark.parametrize(
    ("limits", "sql", "error"),
    [
        ({"sql_seconds": 0.5}, "SELECT count(*) FROM range(1000000) a, range(1000000) b", SqlTooSlow),
        ({"sql_memory_mb": 128}, "SELECT repeat('x', 2000000000)", SqlTooBig),
        ({}, "SELECT x FROM listing_seen", SqlWrong),
    ],
    ids=["time", "memory", "wrong"],
)
def test_the_settings_limit_a_query(tmp_path: Path, limits: dict[str, float], sql: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(open_desk(data=tmp_path, **limits), sql)
