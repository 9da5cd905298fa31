"""This is where a version of a lake table becomes a DuckDB view over its exact files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from vopt_lib.schema.tables import Table

# An extension is never looked for on the network, and a user's ~/.duckdb is never loaded.
CONFIG: Mapping[str, str] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}

_TYPES: Mapping[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Int64(): "BIGINT",
    pl.Int32(): "INTEGER",
    pl.Float64(): "DOUBLE",
    pl.Float32(): "FLOAT",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Binary(): "BLOB",
}


class ArrowStream:
    """A Polars frame as DuckDB takes it without pyarrow: `con.register(name, ArrowStream(frame))`.

    DuckDB recognises a Polars frame by its class and then asks for pyarrow; by the Arrow interface it does not.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def frame_of(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The rows of a DuckDB relation (its own `.pl()` needs pyarrow)."""
    return pl.DataFrame(relation)


def view_sql(table: Table, files: Sequence[str], *, grown: bool = False) -> str:
    """The statement that makes the view of a table over these files; without files, a view without rows.

    `grown` says that some files may lack columns which the table got later (reading them all takes longer).
    """
    if not files:
        return sql_file("view_without_rows").format(name=table.name, typed_nulls=_typed_nulls(table))
    return sql_file("view_of_grown_table" if grown else "view").format(
        name=table.name,
        columns=", ".join(f'"{name}"' for name in table.schema),
        files=", ".join(_text(file) for file in files),
        partitions=", ".join(f'"{name}": {duckdb_type(table.schema[name])}' for name in table.partitions),
        typed_nulls=_typed_nulls(table),
    )


def duckdb_type(dtype: pl.DataType) -> str:
    """DuckDB's name of a Polars dtype."""
    match dtype:
        case pl.List(inner=inner):
            return duckdb_type(inner if isinstance(inner, pl.DataType) else inner()) + "[]"
        case pl.Datetime():
            return "TIMESTAMP WITH TIME ZONE"
        case pl.Decimal(precision=precision, scale=scale):
            return f"DECIMAL({precision}, {scale})"
        case _:
            return _TYPES[dtype]


@cache
def sql_file(name: str) -> str:
    """The text of sql/<name>.sql."""
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _typed_nulls(table: Table) -> str:
    return ", ".join(f'NULL::{duckdb_type(dtype)} AS "{name}"' for name, dtype in table.schema.items())


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
