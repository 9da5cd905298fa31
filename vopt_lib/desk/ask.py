"""This is where a person's SQL is answered from the published tables, and her rows are written for other programs."""

from __future__ import annotations

import io

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.asking import Asker, own_tables
from vopt_lib.lake.cage import SqlLimits, SqlResult, run_sql
from vopt_lib.schema.own_tables import guarded


def ask(desk: Desk, sql: str, who: Asker = None) -> SqlResult:
    """The rows of one SELECT over the published tables, and over what she who asks sees of the shop.

    Raises: NotOneSelect, SqlRefused, SqlWrong, SqlTooSlow, SqlTooBig, SqlBusy; LakeError where the lake is no folder;
    ShopError, where the question names a table of the shop that cannot be read.
    """
    settings = desk.settings
    limits = SqlLimits(seconds=settings.sql_seconds, memory_mb=settings.sql_memory_mb, rows=settings.sql_rows)
    return run_sql(desk.lake, sql, limits, own=own_tables(desk, sql, who))


def as_bytes(rows: pl.DataFrame, output_format: str) -> bytes:
    """The rows as csv (formulas neutralised), json (a list of objects), parquet or table (plain text)."""
    sink = io.BytesIO()
    match output_format:
        case "csv":
            as_flat_text(rows).write_csv(sink)
        case "json":
            rows.with_columns(_hexadecimal(rows)).write_json(sink)
            sink.write(b"\n")
        case "parquet":
            rows.write_parquet(sink)
        case _:
            with pl.Config(
                tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=1000, tbl_width_chars=-1, tbl_hide_dataframe_shape=True
            ):
                sink.write(f"{rows}\n".encode())
    return sink.getvalue()


def as_flat_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as a CSV can hold them: bytes and lists as text, and no text or name that a spreadsheet would run."""
    return rows.with_columns(_hexadecimal(rows)).with_columns(_as_text(rows)).pipe(_without_formulas)


def _hexadecimal(rows: pl.DataFrame) -> list[pl.Expr]:
    """Bytes as hexadecimal text, because neither a CSV cell nor JSON holds them."""
    return [pl.col(name).bin.encode("hex") for name, dtype in rows.schema.items() if dtype == pl.Binary]


def _as_text(rows: pl.DataFrame) -> list[pl.Expr]:
    """Lists as JSON-like text, because a CSV cell holds one value."""
    return [
        pl.format("[{}]", pl.col(name).cast(pl.List(pl.String)).list.join(", ")).alias(name)
        for name, dtype in rows.schema.items()
        if isinstance(dtype, pl.List)
    ]


def _without_formulas(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts and column names that no spreadsheet runs."""
    return rows.rename(guarded).with_columns(pl.col(pl.String).map_elements(guarded, return_dtype=pl.String))
