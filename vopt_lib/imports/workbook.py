"""This is where the rows of an Excel workbook (.xlsx) are read one after the other, in little memory whatever it holds.

A sheet is never loaded: an XML parser that builds no tree meets its cells as they come. Formulas count as the values
that were last worked out for them. Nothing but the first sheet that is shown is read.

Source: ECMA-376 part 1 (SpreadsheetML), part 2 (packages).
"""

from __future__ import annotations

import posixpath
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from xml.parsers import expat

from vopt_lib.errors import ArchiveHostile, NotATable, TableHostile
from vopt_lib.imports.zips import member, opened
from vopt_lib.schema.own_tables import LONGEST_CELL, Cell
from vopt_lib.words import N_

Row = tuple[int, list[Cell]]
"""The number that a spreadsheet shows beside a row, and its cells."""

Attributes = dict[str, str]

MOST_COLUMNS: Final = 200
MOST_TEXT: Final = 128 * 2**20
"""Bytes of memory for all texts of a workbook, which it keeps in one list. 50,000 descriptions of 500 characters take
30 MB."""

MOST_FORMATS: Final = 65_490
"""Source: Microsoft, "Excel specifications and limits"."""

_CHUNK: Final = 2**16
_LONGEST_TAG: Final = 2**20
_DEEPEST: Final = 64
_MOST_PARTS: Final = 10_000
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of Excel's own forms of dates and times. Source: ECMA-376 part 1, §18.8.30."""

_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_NO_CODE: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_TOO_LARGE: Final = N_("it grows to more than such a file ever does")


def rows_of_workbook(file: Path) -> Iterator[Row]:
    """The rows of its first sheet that hold anything.

    Raises: NotATable; TableHostile; OSError.
    """
    try:
        with opened(file) as archive:
            yield from _Workbook(archive, file).rows()
    except (NotATable, TableHostile):
        raise
    except ArchiveHostile as error:
        raise TableHostile(file=file.name, why=error.facts["why"]) from error
    except (expat.ExpatError, zlib.error, LookupError, ValueError, OverflowError) as error:
        raise NotATable(file=file.name, why=N_("it is not whole")) from error


def _pass_over(_: str) -> None:
    """Nothing of it is read."""


class _Workbook:
    """An open workbook."""

    def __init__(self, archive: zipfile.ZipFile, file: Path) -> None:
        self._archive, self._file = archive, file

    def rows(self) -> Iterator[Row]:
        book = self._part_of("", "officeDocument")
        if book is None or not book.endswith(".xml"):
            raise NotATable(file=self._file.name, why=_other_kind(self._archive))
        sheets = _Sheets()
        self._read(book, sheets.start)
        texts, formats = _Texts(self._file), _Formats()
        if listed := self._part_of(book, "sharedStrings"):
            self._read(listed, texts.start, texts.end, texts.text)
        if styles := self._part_of(book, "styles"):
            self._read(styles, formats.start, formats.end)
        if sheets.first is None:
            raise NotATable(file=self._file.name, why=N_("it has no sheet"))
        cells = _Cells(self._file, texts.all, formats.dates, starts_1904=sheets.starts_1904)
        for _ in self._pieces(self._related(book)[sheets.first][1], cells.start, cells.end, cells.text):
            yield from cells.take()

    def _part_of(self, owner: str, kind: str) -> str | None:
        return next((name for told, name in self._related(owner).values() if told.endswith(f"/{kind}")), None)

    def _related(self, owner: str) -> dict[str, tuple[str, str]]:
        """{its id: (type, name of the part)} of what a part of the package refers to."""
        folder, name = posixpath.split(owner)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, told: Attributes) -> None:
            if name == "Relationship" and told.get("TargetMode") != "External" and len(found) < _MOST_PARTS:
                target = posixpath.normpath(posixpath.join("/", folder, told["Target"])).lstrip("/")
                found[told["Id"]] = (told["Type"], target)

        if listed in self._archive.namelist():
            self._read(listed, start)
        return found

    def _read(self, name: str, *handlers: Callable[..., None]) -> None:
        for _ in self._pieces(name, *handlers):
            pass

    def _pieces(self, name: str, *handlers: Callable[..., None]) -> Iterator[None]:
        """Parse a part of the package piece by piece, with what to call at a start, an end and a text."""
        parser = self._parser(*handlers)
        with member(self._archive, name) as stream:
            came = 0
            while piece := stream.read(_CHUNK):
                came += len(piece)
                parser.Parse(piece)
                # A tag is held in memory until it ends.
                if came - parser.CurrentByteIndex > _LONGEST_TAG:
                    self._refuse()
                yield
            parser.Parse(b"", True)
            yield

    def _parser(
        self,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = _pass_over,
        text: Callable[[str], None] = _pass_over,
    ) -> expat.XMLParserType:
        depth = 0

        def opens(tag: str, told: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                self._refuse()
            start(tag.rpartition(":")[2], told)

        def closes(tag: str) -> None:
            nonlocal depth
            depth -= 1
            end(tag.rpartition(":")[2])

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opens, closes, text
        parser.StartDoctypeDeclHandler = self._refuse
        return parser

    def _refuse(self, *_: object) -> None:
        raise TableHostile(file=self._file.name, why=N_("it holds what no spreadsheet writes"))


class _Sheets:
    """What the workbook says of its sheets: the id of the first that is shown, and from when days are counted."""

    def __init__(self) -> None:
        self.first: str | None = None
        self.starts_1904 = False

    def start(self, name: str, told: Attributes) -> None:
        if name == "workbookPr":
            self.starts_1904 = told.get("date1904") in ("1", "true")
        elif name == "sheet" and self.first is None and told.get("state", "visible") == "visible":
            self.first = next(value for key, value in told.items() if key.endswith(":id"))


class _Texts:
    """The list of texts that cells refer to by number."""

    def __init__(self, file: Path) -> None:
        self.all: list[str] = []
        self._file, self._size = file, 0
        self._inside, self._pieces = _Inside(), [""]

    def start(self, name: str, _: Attributes) -> None:
        self._inside.start(name)

    def text(self, text: str) -> None:
        if self._inside.is_text:
            self._pieces.append(text)
            self._grow(len(text) * 4)

    def end(self, name: str) -> None:
        self._inside.end(name)
        if name == "si":
            found = _unescaped("".join(self._pieces))
            self._grow(sys.getsizeof(found) + 8 - 4 * len(found))
            self.all.append(found)
            self._pieces.clear()

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > MOST_TEXT:
            raise TableHostile(file=self._file.name, why=_TOO_LARGE)


class _Inside:
    """Whether the parser is inside a text, and not in how it is pronounced."""

    def __init__(self) -> None:
        self.is_text, self._spoken = False, 0

    def start(self, name: str) -> None:
        self._spoken += name == "rPh"
        self.is_text = name == "t" and not self._spoken

    def end(self, name: str) -> None:
        self._spoken -= name == "rPh"
        self.is_text = False


class _Formats:
    """Which of the forms that cells refer to by number are forms of dates."""

    def __init__(self) -> None:
        self.dates: set[int] = set()
        self._codes: set[int] = set()
        self._place, self._counts = 0, False

    def start(self, name: str, told: Attributes) -> None:
        if name == "cellXfs":
            self._counts = True
        elif name == "numFmt" and _is_date(told["formatCode"]) and len(self._codes) < MOST_FORMATS:
            self._codes.add(int(told["numFmtId"]))
        elif name == "xf" and self._counts and self._place < MOST_FORMATS:
            number = int(told.get("numFmtId", 0))
            if number in self._codes or number in _DATES:
                self.dates.add(self._place)
            self._place += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._counts = False


class _Cells:
    """The cells of a sheet, as rows that are complete."""

    def __init__(self, file: Path, texts: list[str], dates: set[int], *, starts_1904: bool) -> None:
        self._file, self._texts, self._dates = file, texts, dates
        self._day_0 = datetime(1904, 1, 1) if starts_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        self._rows: list[Row] = []
        self._cells: dict[int, Cell] = {}
        self._number = self._column = 0
        self._kind, self._style, self._pieces = "n", 0, [""]
        self._inside, self._is_value, self._length = _Inside(), False, 0

    def take(self) -> list[Row]:
        """The rows that have ended since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, told: Attributes) -> None:
        if name == "c":
            self._column = _column(told["r"]) if "r" in told else self._column + 1
            self._kind, self._style = told.get("t", "n"), int(told.get("s", 0))
            self._pieces, self._length = [], 0
        elif name == "row":
            self._number = int(told["r"]) if "r" in told else self._number + 1
            self._column, self._cells = 0, {}
        self._is_value = name == "v"
        self._inside.start(name)

    def text(self, text: str) -> None:
        if self._is_value or self._inside.is_text:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise TableHostile(file=self._file.name, why=N_("a cell holds more text than a spreadsheet can"))

    def end(self, name: str) -> None:
        self._is_value = False
        self._inside.end(name)
        if name == "c" and self._pieces:
            if self._column > MOST_COLUMNS:
                raise TableHostile(file=self._file.name, why=N_("it has more columns than any table does"))
            self._cells[self._column] = self._value("".join(self._pieces))
        elif name == "row" and self._cells:
            row = [self._cells.get(place) for place in range(1, max(self._cells) + 1)]
            self._rows.append((self._number, row))
            self._cells = {}

    def _value(self, text: str) -> Cell:
        match self._kind:
            case "s":
                return self._texts[int(text)]
            case "b":
                return text.strip() in ("1", "true")
            case "n":
                return self._number_or_date(text)
        return _unescaped(text)

    def _number_or_date(self, text: str) -> Cell:
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            return text
        if self._style not in self._dates or not 1 <= number < 1_000_000:
            return number
        at = self._day_0 + timedelta(seconds=round(number * 86_400))
        return date(at.year, at.month, at.day) if number == int(number) else at


def _other_kind(archive: zipfile.ZipFile) -> str:
    """What a zip file is that is no workbook of the newer kind, in words for a person."""
    names = set(archive.namelist())
    if "content.xml" in names and "mimetype" in names:
        return N_("it is a LibreOffice file")
    if any(name.startswith("Index") and name.endswith((".iwa", ".zip")) for name in names):
        return N_("it is a Numbers file")
    return N_("it is a zip file of another kind")


def _is_date(code: str) -> bool:
    """Whether a form shows days or hours: dd/mm/yyyy does, 0.00 "dozen" does not."""
    return bool(re.search("[dmyhs]", _NO_CODE.sub("", code.casefold().replace("general", ""))))


def _column(reference: str) -> int:
    """The number of the column of a cell: AB7 lies in 28. Raises: ValueError."""
    letters = reference.rstrip("0123456789")
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise ValueError(reference)
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
