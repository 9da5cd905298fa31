"""This is where her rows become a file to take away: its name, its kind, and a CSV that her spreadsheet opens."""

from __future__ import annotations

import io
from dataclasses import dataclass

import polars as pl

from vopt_lib.desk.ask import as_bytes, as_flat_text
from vopt_lib.desk.instance import Desk
from vopt_lib.words import Language


@dataclass(frozen=True)
class FileKind:
    """One kind of file: its name for people, its ending, and its media type."""

    title: str
    ending: str
    media_type: str


FILE_KINDS = (
    FileKind("CSV", "csv", "text/csv"),
    FileKind("JSON", "json", "application/json"),
    FileKind("Parquet", "parquet", "application/vnd.apache.parquet"),
)


def file_name(desk: Desk, kind: FileKind) -> str:
    """What the file is called: vopt-2026-11-21.csv."""
    return f"vopt-{desk.clock.now().date().isoformat()}.{kind.ending}"


def file_bytes(rows: pl.DataFrame, kind: FileKind, language: Language) -> bytes:
    """The rows as such a file. JSON and Parquet are for programs and equal to those of `vopt sql`."""
    return as_spreadsheet(rows, language) if kind.ending == "csv" else as_bytes(rows, kind.ending)


def as_spreadsheet(rows: pl.DataFrame, language: Language) -> bytes:
    """A CSV that a double click opens rightly in Excel, Numbers and LibreOffice of this language.

    They guess wrongly without help: the mark at the beginning says UTF-8 (else “è” becomes “Ã¨”), an Italian one wants
    semicolons and decimal commas, and moments are written as it reads them (UTC). Formulas are neutralised. For
    programs there is `vopt sql --format csv`.
    """
    sink = io.BytesIO()
    is_italian = language == "it"
    as_flat_text(rows).write_csv(
        sink,
        include_bom=True,
        separator=";" if is_italian else ",",
        decimal_comma=is_italian,
        datetime_format="%Y-%m-%d %H:%M:%S",
    )
    return sink.getvalue()
