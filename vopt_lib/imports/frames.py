"""This is where somebody's whole table (.csv, .tsv, .xlsx, .parquet, .jsonl) becomes a frame of texts."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl

from vopt_lib.errors import IngestError, NotATable, TableHostile, TableTooLong
from vopt_lib.files import reason
from vopt_lib.imports.cells import text_of
from vopt_lib.imports.delimited import LARGEST_TEXT
from vopt_lib.imports.table import SAMPLE_ROWS, opened_table
from vopt_lib.words import N_

MOST_ROWS: Final = 5_000_000

_AT_ONCE: Final = 50_000
_HEAD_WITHIN: Final = 1_000
_LONGEST_LINE: Final = 2**20
_PARQUET: Final = b"PAR1"


def heads_of(file: Path) -> tuple[str, ...]:
    """The names of its columns; of lines of JSON those that the first thousand have.

    Raises: NotATable; TableHostile; HeadsAlike; IngestError, when it cannot be opened.
    """
    begin = _beginning(file)
    if begin.startswith(_PARQUET):
        return tuple(_parquet(file).collect_schema().names())
    if begin.startswith(b"{"):
        return tuple(dict.fromkeys(name for line in islice(_lines(file), _HEAD_WITHIN) for name in line))
    return tuple(head for head in opened_table(file)[0] if head)


def first_rows(file: Path, names: Sequence[str]) -> list[tuple[str, ...]]:
    """What stands in these columns of the first rows. Raises: as `heads_of`."""
    begin = _beginning(file)
    if begin.startswith(_PARQUET):
        return [tuple(cell or "" for cell in row) for row in _of_parquet(file, names, limit=SAMPLE_ROWS).rows()]
    rows = _of_lines(file, names) if begin.startswith(b"{") else _of_table(file, names)
    return [tuple(cell or "" for cell in row) for row in islice(rows, SAMPLE_ROWS)]


def read_columns(file: Path, names: Sequence[str], *, most: int = MOST_ROWS) -> pl.DataFrame:
    """These columns of all its rows as text, null where there is nothing, in the file's order.

    Raises: NotATable; TableHostile; HeadsAlike; TableTooLong; IngestError, when it cannot be opened.
    """
    begin = _beginning(file)
    if begin.startswith(_PARQUET):
        return _of_parquet(file, names, limit=most + 1).pipe(_not_too_long, file, most)
    rows = _of_lines(file, names) if begin.startswith(b"{") else _of_table(file, names)
    schema, within = dict.fromkeys(names, pl.String), islice(rows, most + 1)
    parts = [pl.DataFrame(schema=schema)]
    while part := list(islice(within, _AT_ONCE)):
        parts.append(pl.DataFrame(part, schema=schema, orient="row"))
    return pl.concat(parts).pipe(_not_too_long, file, most)


def _not_too_long(rows: pl.DataFrame, file: Path, most: int) -> pl.DataFrame:
    if rows.height > most:
        raise TableTooLong(file=file.name, most=most)
    return rows


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            begin = stream.read(2**10)
    except OSError as error:
        raise IngestError(file=str(file), why=reason(error)) from error
    return begin.removeprefix(codecs.BOM_UTF8).lstrip()


def _of_table(file: Path, names: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    head, rows = opened_table(file)
    places = [head.index(name) for name in names]
    for _, cells in rows:
        yield tuple(text_of(cells[place]) or None if place < len(cells) else None for place in places)


def _of_lines(file: Path, names: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    for line in _lines(file):
        yield tuple(_text(line.get(name)) for name in names)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON, one a line."""
    if file.stat().st_size > LARGEST_TEXT:
        raise TableHostile(file=file.name, why=N_("it grows to more than such a file ever does"))
    with file.open("rb") as stream:
        for number, line in enumerate(_short_lines(file, stream), 1):
            if not line.strip():
                continue
            try:
                found = orjson.loads(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
            except ValueError as error:
                raise _no_object(file, number) from error
            if not isinstance(found, dict):
                raise _no_object(file, number)
            yield found


def _short_lines(file: Path, stream: Any) -> Iterator[bytes]:
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise TableHostile(file=file.name, why=N_("a cell holds more text than a spreadsheet can"))
        yield line


def _no_object(file: Path, number: int) -> NotATable:
    return NotATable(file=file.name, why=N_("line {row} is not one JSON object"), row=number)


def _text(value: Any) -> str | None:
    """A value of JSON as a cell would show it; several as a list with commas."""
    match value:
        case None | "":
            return None
        case bool():
            return str(value).casefold()
        case list():
            return ", ".join(filter(None, map(_text, value))) or None
        case dict():
            return orjson.dumps(value).decode() if value else None
    return str(value)


def _parquet(file: Path) -> pl.LazyFrame:
    try:
        rows = pl.scan_parquet(file, glob=False)
        rows.collect_schema()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise NotATable(file=file.name, why=N_("it is a damaged Parquet file")) from error
    return rows


def _of_parquet(file: Path, names: Sequence[str], *, limit: int) -> pl.DataFrame:
    rows = _parquet(file)
    try:
        schema = rows.collect_schema()
        return rows.head(limit).select(_as_text(name, schema[name]) for name in names).collect()
    except pl.exceptions.PolarsError as error:
        raise NotATable(file=file.name, why=N_("it is a damaged Parquet file")) from error


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    match dtype:
        case pl.List() | pl.Array():
            return pl.col(name).cast(pl.List(pl.String)).list.join(", ", ignore_nulls=True)
        case pl.Struct():
            return pl.col(name).struct.json_encode()
        case pl.Binary():
            return pl.lit(None, pl.String).alias(name)
    return pl.col(name).cast(pl.String)
