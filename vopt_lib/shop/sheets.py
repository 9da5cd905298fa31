"""This is where rows become a file for a spreadsheet: CSV or Excel, typed, and with nothing in it that would be run.

A file appears under its name when it is complete, or not at all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vopt_lib.files import whole_file
from vopt_lib.schema.own_tables import LONGEST_CELL, MOST_ROWS, Cell, FileForm, FileKind, guarded, is_formula

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.styles import Font


@dataclass(frozen=True)
class Sheet:
    """Rows to write, with their heads. title: of the sheet, or a name for its file."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class _Writing:
    """One form. day, moment: as `strftime` takes them; day_code, moment_code: as Excel does."""

    separator: str
    comma: str
    day: str
    moment: str
    day_code: str
    moment_code: str


_WRITINGS: Final = {
    FileForm.ITALIAN: _Writing(";", ",", "%d/%m/%Y", "%d/%m/%Y %H:%M:%S", "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss"),
    FileForm.ISO: _Writing(",", ".", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"),
}
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS: Final = re.compile("\r\n?")
_LIKE_A_CODE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NARROWEST: Final = 12
_WIDEST: Final = 60


def write_sheet(file: Path, sheet: Sheet, kind: FileKind, form: FileForm) -> int:
    """Write the file and give the number of rows below the heads.

    Raises: CannotWrite.
    """
    write = _write_csv if kind is FileKind.CSV else _write_xlsx
    with whole_file(file) as aside:
        return write(aside, sheet, form)


def clean(text: str) -> str:
    """The text as a cell can hold it: without signs that no XML has, its lines ended alike, cut where a cell ends."""
    text = _LINE_ENDS.sub("\n", _UNWRITABLE.sub("", text))
    if len(text) * 2 <= LONGEST_CELL:
        return text
    return text.encode("utf-16-le")[: LONGEST_CELL * 2].decode("utf-16-le", "ignore")


def _write_csv(file: Path, sheet: Sheet, form: FileForm) -> int:
    """UTF-8; in Italian form with the mark by which Excel knows that."""
    writing = _WRITINGS[form]
    rows = 0
    with file.open("w", encoding="utf-8-sig" if form is FileForm.ITALIAN else "utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=writing.separator)
        writer.writerow([_as_text(head, writing) for head in sheet.head])
        for row in sheet.rows:
            writer.writerow([_as_text(cell, writing) for cell in row])
            rows += 1
    return rows


def _as_text(cell: Cell, writing: _Writing) -> str:
    match cell:
        case None:
            return ""
        case str():
            # What guards a text must not be what makes it too long.
            return clean(guarded(clean(cell)))
        case Decimal():
            return f"{cell:f}".replace(".", writing.comma)
        case datetime():
            return cell.strftime(writing.moment)
        case date():
            return cell.strftime(writing.day)
    return str(cell)


def _write_xlsx(file: Path, sheet: Sheet, form: FileForm) -> int:
    """One sheet, or as many as its rows need."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "vopt"
    rows, written, full = iter(sheet.rows), 0, MOST_ROWS - 1
    for number in count(1):
        title = _sheet_title(sheet.title, number)
        came = _append(book, Sheet(title, sheet.head, islice(rows, full)), _WRITINGS[form])
        written += came
        if came < full:
            break
    book.save(file)
    return written


def _append(book: Workbook, sheet: Sheet, writing: _Writing) -> int:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    made = book.create_sheet(sheet.title)
    made.freeze_panes = "A2"
    for place, head in enumerate(sheet.head, 1):
        made.column_dimensions[get_column_letter(place)].width = min(max(len(head) + 2, _NARROWEST), _WIDEST)
    cells = _SheetCells(made, writing)
    made.append(cells.of(head, Font(bold=True)) for head in sheet.head)
    rows = 0
    for row in sheet.rows:
        made.append(cells.of(cell) for cell in row)
        rows += 1
    return rows


class _SheetCells:
    """Cells of a sheet. Each is written before the next is asked for, so that one of each look is enough.

    What looks like a formula gets the form of text, "@": Excel then keeps it a text even when somebody edits it.
    """

    def __init__(self, sheet: Any, writing: _Writing) -> None:
        self._sheet = sheet
        self._codes = {Decimal: "0.00", datetime: writing.moment_code, date: writing.day_code}
        self._made: dict[object, SheetCell] = {}

    def of(self, value: Cell, font: Font | None = None) -> SheetCell | Cell:
        """A cell with this value, or the value alone where it needs no look: openpyxl is faster with that."""
        if isinstance(value, str):
            text = clean(_LIKE_A_CODE.sub("_x005F_", clean(value)))
            return self._text(text, font) if font or text[:1] == "#" or is_formula(text) else text
        if type(value) not in self._codes:
            return value
        cell = self._like(type(value), None)
        cell.value = value
        return cell

    def _text(self, text: str, font: Font | None) -> SheetCell:
        cell = self._like(str, font)
        cell.value = text
        cell.data_type = "s"
        return cell

    def _like(self, kind: type, font: Font | None) -> SheetCell:
        look = (kind, font is not None)
        if look not in self._made:
            from openpyxl.cell import WriteOnlyCell

            cell = WriteOnlyCell(self._sheet)
            cell.number_format = self._codes.get(kind, "@")
            if font:
                cell.font = font
            self._made[look] = cell
        return self._made[look]


def _sheet_title(title: str, number: int) -> str:
    """A name that Excel takes: at most 31 signs, none of them []:*?/\\."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", clean(title)).strip("' ") or "vopt"
    ending = f" {number}" if number > 1 else ""
    return plain[: 31 - len(ending)] + ending
