"""data/README.md says what the tables are."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from vopt_lib.schema.readme import readme, sql_type
from vopt_lib.schema.tables import TABLES, Table

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_committed_page_is_current() -> None:
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert page == readme(), "run `python -m vopt_lib.schema.readme`"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_types_are_those_that_duckdb_shows(table: Table, tmp_path: Path) -> None:
    table.empty().write_parquet(tmp_path / "empty.parquet")
    described = duckdb.sql(f"DESCRIBE FROM read_parquet('{tmp_path}/empty.parquet')").fetchall()
    assert {name: kind for name, kind, *_ in described} == {
        column.name: sql_type(column.dtype) for column in table.columns
    }


def test_a_column_that_may_not_be_null_says_so() -> None:
    assert "| `listing_id` | BIGINT NOT NULL |  | the marketplace's id of the offer |" in readme()


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (pl.List(pl.String), "VARCHAR[]"),
        (pl.Decimal(12, 2), "DECIMAL(12,2)"),
        (pl.Datetime("us", "UTC"), "TIMESTAMP WITH TIME ZONE"),
        (pl.Int64, "BIGINT"),
    ],
)
def test_a_dtype_is_named_as_in_sql(dtype: pl.DataType, expected: str) -> None:
    assert sql_type(dtype) == expected
