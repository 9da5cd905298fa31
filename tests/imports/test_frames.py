"""Whole tables of every kind become frames of texts; what is none of them is refused with a sentence."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.imports.tables import text_table, workbook
from vopt_lib.errors import IngestError, NotATable, TableHostile, TableTooLong
from vopt_lib.imports.frames import first_rows, heads_of, read_columns

WANTED = {"name": ["Abito", "Borsa", None], "price": ["12.5", "30", "7"]}


def parquet(folder: Path, rows: pl.DataFrame) -> Path:
    rows.write_parquet(folder / "tabella.parquet")
    return folder / "tabella.parquet"


def json_lines(folder: Path, *lines: object) -> Path:
    file = folder / "tabella.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "parquet", "jsonl"])
def test_every_kind_of_table_becomes_the_same_texts(tmp_path: Path, kind: str) -> None:
    file = {
        "csv": lambda: text_table(tmp_path, "name,seen,price\nAbito,1,12.5\nBorsa,2,30\n,3,7\n"),
        "tsv": lambda: text_table(tmp_path, "name\tseen\tprice\nAbito\t1\t12.5\nBorsa\t2\t30\n\t3\t7\n"),
        "xlsx": lambda: workbook(
            tmp_path, ["name", "seen", "price"], ["Abito", 1, 12.5], ["Borsa", 2, 30], [None, 3, 7]
        ),
        "parquet": lambda: parquet(
            tmp_path,
            pl.DataFrame({"name": WANTED["name"], "seen": [1, 2, 3], "price": WANTED["price"]}),
        ),
        "jsonl": lambda: json_lines(
            tmp_path,
            {"name": "Abito", "seen": 1, "price": 12.5},
            {"name": "Borsa", "seen": 2, "price": 30},
            {"name": "", "seen": 3, "price": 7},
        ),
    }[kind]()
    assert heads_of(file) == ("name", "seen", "price")
    assert read_columns(file, ["name", "price"]).to_dict(as_series=False) == WANTED
    assert first_rows(file, ["price", "name"])[0] == ("12.5", "Abito")


def test_between_tabs_quotation_marks_may_be_text(tmp_path: Path) -> None:
    file = text_table(tmp_path, 'name\tprice\n"NWT" skirt, 5" heel\t7\n"so nice\t8\n')
    assert read_columns(file, ["name", "price"]).rows() == [('"NWT" skirt, 5" heel', "7"), ('"so nice', "8")]


@pytest.mark.parametrize("cell", ['"a ""b"" c"', '"two\nlines"'], ids=["doubled", "two lines"])
def test_between_tabs_they_may_hold_a_cell_together_too(tmp_path: Path, cell: str) -> None:
    file = text_table(tmp_path, f"name\tprice\n{cell}\t7\nx\t8\n")
    assert read_columns(file, ["name"]).row(0) == (cell[1:-1].replace('""', '"'),)


def test_parquet_of_any_type_becomes_text(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "yes": [True],
            "on": [date(2026, 11, 20)],
            "paid": pl.Series([Decimal("1.50")], dtype=pl.Decimal(9, 2)),
            "words": [["a", None, "b"]],
            "both": [{"x": 1}],
            "bytes": [b"\xff"],
        }
    )
    found = read_columns(parquet(tmp_path, rows), rows.columns).row(0)
    assert found == ("true", "2026-11-20", "1.50", "a, b", '{"x":1}', None)


def test_lines_of_json_may_leave_names_out_and_hold_lists(tmp_path: Path) -> None:
    file = json_lines(tmp_path, {"a": None, "b": ["x", 2, None]}, {"c": True, "b": {"d": 1}}, {})
    assert heads_of(file) == ("a", "b", "c")
    assert read_columns(file, ["a", "b", "c"]).rows() == [
        (None, "x, 2", None),
        (None, '{"d":1}', "true"),
        (None, None, None),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"PAR1", "it is a damaged Parquet file"),
        (b"PAR1" + b"\0" * 5_000 + b"PAR1", "it is a damaged Parquet file"),
        (b'{"a": 1}\n{"a": \n', "is not one JSON object"),
        (b'{"a": 1}\n[1]\n', "is not one JSON object"),
        (b"%PDF-1.7 " + b"abc\0" * 100, "it is a file of another kind"),
        (b'a,b\n1,"2\n', "the quotation marks after row"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(NotATable, match=told):
        read_columns(file, [name for name in heads_of(file) if name][:1])


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"a": "' + b"x" * 2**21 + b'"}')
    with pytest.raises(TableHostile):
        heads_of(file)


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_a_table_of_too_many_rows_is_refused(tmp_path: Path, kind: str) -> None:
    rows = pl.DataFrame({"a": [1, 2, 3]})
    file = tmp_path / f"x.{kind}"
    {"csv": rows.write_csv, "parquet": rows.write_parquet, "jsonl": rows.write_ndjson}[kind](file)
    assert read_columns(file, ["a"], most=3).height == 3
    with pytest.raises(TableTooLong, match="more than 2 rows"):
        read_columns(file, ["a"], most=2)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="it does not exist"):
        heads_of(tmp_path / "nothing.csv")
    with pytest.raises(IngestError, match="it is a folder"):
        heads_of(tmp_path)
