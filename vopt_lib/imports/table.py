"""This is where somebody's own table (.csv, .xlsx) becomes listings and sales.

Which column is what, is a mapping {field: head}: guessed from the heads, remembered, or said by her. A table with order
numbers, or with what a buyer paid for, is one of sales; any other is one of things, of which some were sold. A row that
cannot be read as it stands comes back with its number and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

from vopt_lib.errors import HeadsAlike, IngestError, NotATable, TitleMissing
from vopt_lib.files import reason
from vopt_lib.imports.cells import text_of
from vopt_lib.imports.columns import guessed
from vopt_lib.imports.delimited import rows_of_text
from vopt_lib.imports.records import SALES, Record, Refused, TableRow
from vopt_lib.imports.workbook import Row, rows_of_workbook
from vopt_lib.schema.own_records import OwnOrder
from vopt_lib.schema.own_tables import Columns
from vopt_lib.words import N_

SAMPLE_ROWS: Final = 20
_HEAD_WITHIN: Final = 10
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_CHUNK: Final = 2**20


@dataclass(frozen=True)
class Look:
    """What a table shows at first sight: its heads, its first rows as text, and {field: head} as far as they tell."""

    head: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    guess: Columns


def look_at_table(file: Path) -> Look:
    """The head, some rows, and which column seems to be what.

    Raises: NotATable; TableHostile; HeadsAlike; IngestError, when it cannot be opened.
    """
    head, rows = opened_table(file)
    sample = tuple(tuple(text_of(cell) for cell in row) for _, row in islice(rows, SAMPLE_ROWS))
    return Look(head, sample, guessed(head, sample))


def read_table(file: Path, columns: Columns) -> Iterator[Record]:
    """Its rows one after the other, as this mapping {field: head} reads them. A Doubtful's `where` is the row's number.

    Raises: NotATable; TableHostile; HeadsAlike; TitleMissing; IngestError.
    """
    head, rows = opened_table(file)
    if columns.get("title") not in head:
        known = [text for text in head if text]
        raise TitleMissing(file=file.name, known=", ".join(known), first=next(iter(known), ""))
    places = {field: head.index(column) for field, column in columns.items() if column in head}
    is_of_sales, transactions = bool(SALES & places.keys()), set[str]()
    for number, cells in rows:
        row = TableRow({field: cells[place] for field, place in places.items() if place < len(cells)}, str(number))
        try:
            yield _once(row.sale(), transactions) if is_of_sales else row.listing()
        except Refused as refused:
            yield row.refused(refused)


def opened_table(file: Path) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The heads of a text table or workbook, and the rows below them. Above the heads may stand what it is about.

    Raises: NotATable; TableHostile; HeadsAlike; IngestError, when it cannot be opened.
    """
    rows = _rows_of(file)
    first = list(islice(rows, _HEAD_WITHIN))
    if not first:
        raise NotATable(file=file.name, why=N_("it is empty"))
    names = [[" ".join(text_of(cell).split()) for cell in cells] for _, cells in first]
    known = [len(guessed(row, ())) for row in names]
    place = known.index(max(known)) if max(known) > 1 else 0
    head = tuple(names[place])
    alike = next((text for text in head if text and head.count(text) > 1), None)
    if alike:
        raise HeadsAlike(file=file.name, name=alike)
    return head, chain(first[place + 1 :], rows)


def _once(sale: OwnOrder, met: set[str]) -> OwnOrder:
    """The sale, where no earlier one has its number. Raises: Refused."""
    if sale.transaction in met:
        raise Refused("seen_twice")
    if sale.transaction:
        met.add(sale.transaction)
    return sale


def _rows_of(file: Path) -> Iterator[Row]:
    try:
        with file.open("rb") as stream:
            begin = stream.read(8)
    except OSError as error:
        raise IngestError(file=str(file), why=reason(error)) from error
    if begin.startswith(b"PK"):
        return rows_of_workbook(file)
    if begin == _OLD_OFFICE:
        raise NotATable(file=file.name, why=_old_office(file))
    return rows_of_text(file)


def _old_office(file: Path) -> str:
    """Excel locks a workbook with a password by putting it into a file of the old kind, under this name."""
    with file.open("rb") as stream:
        before = b""
        while piece := stream.read(_CHUNK):
            if _LOCKED in before + piece:
                return N_("it is locked with a password")
            before = piece[-len(_LOCKED) :]
    return N_("it is an Excel file of the old kind (.xls)")
