"""This is where the rows of a text table (CSV) are read one after the other, whatever its letters and separators are.

Neither is said in such a file: letters are UTF-8 where all of it can be that, columns are parted by whatever parts the
first rows evenly.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, Literal, TextIO

from vopt_lib.errors import NotATable, TableHostile
from vopt_lib.imports.workbook import MOST_COLUMNS, Row
from vopt_lib.words import N_

LARGEST_TEXT: Final = 512 * 2**20  # bytes

_DELIMITERS: Final = ";,\t|"
_TRIED_ROWS: Final = 30
_CHUNK: Final = 2**16
_LONGEST_LINE: Final = 2**20
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def rows_of_text(file: Path) -> Iterator[Row]:
    """Its rows that hold anything, numbered as a spreadsheet numbers them.

    Raises: NotATable; TableHostile; OSError.
    """
    if file.stat().st_size > LARGEST_TEXT:
        raise TableHostile(file=file.name, why=N_("it grows to more than such a file ever does"))
    encoding = _encoding(file)
    delimiter, skipped = _delimiter(file, encoding)
    with file.open(encoding=encoding, newline="") as stream:
        yield from _rows(file, stream, delimiter, skipped)


def _rows(file: Path, stream: TextIO, delimiter: str, skipped: int) -> Iterator[Row]:
    number = 0
    try:
        quoting: Literal[0, 3] = (
            csv.QUOTE_NONE if delimiter == "\t" and _quotes_are_text(file, stream) else csv.QUOTE_MINIMAL
        )
        rows = csv.reader(_lines(file, stream), delimiter=delimiter, strict=True, quoting=quoting)
        for number, row in enumerate(islice(rows, skipped, None), 1):
            if len(row) > MOST_COLUMNS:
                raise TableHostile(file=file.name, why=N_("it has more columns than any table does"))
            if any(cell.strip() for cell in row):
                yield number, list(row)
    except csv.Error as error:
        raise NotATable(
            file=file.name, why=N_("the quotation marks after row {row} do not pair"), row=number
        ) from error
    except UnicodeDecodeError as error:
        raise NotATable(file=file.name, why=N_("its letters cannot be read")) from error


def _quotes_are_text(file: Path, stream: TextIO) -> bool:
    """Whether quotation marks are letters like others between tabs, as some programs write: every line is a row of the
    same width, and yet in one of them they do not pair."""
    widths, unpaired = set(), False
    for line in filter(str.strip, _lines(file, stream)):
        widths.add(line.count("\t"))
        if len(widths) > 1:
            break
        unpaired = unpaired or ('"' in line and not _pairs(line))
    stream.seek(0)
    return unpaired and len(widths) == 1


def _pairs(line: str) -> bool:
    try:
        return len(next(csv.reader([line], delimiter="\t", strict=True))) == line.count("\t") + 1
    except csv.Error:
        return False


def _lines(file: Path, stream: TextIO) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise TableHostile(file=file.name, why=N_("a cell holds more text than a spreadsheet can"))
        yield line


def _encoding(file: Path) -> str:
    """UTF-8 or UTF-16 where the file says so, or can be read as UTF-8 to its end; else that of Windows."""
    with file.open("rb") as stream:
        begin = stream.read(_CHUNK)
        for mark, encoding in _MARKS:
            if begin.startswith(mark):
                return encoding
        if _looks_wide(begin[1::2]):
            return "utf-16-le"
        if _looks_wide(begin[::2]):
            return "utf-16-be"
        if b"\0" in begin or begin.lstrip().startswith((b"%PDF", b"<", b"{\\rtf")):
            raise NotATable(file=file.name, why=N_("it is a file of another kind"))
        stream.seek(0)
        return "utf-8" if _is_utf8(stream) else "cp1252"


def _looks_wide(half: bytes) -> bool:
    """Whether this half of the bytes is nothing but the empty half of western letters."""
    return len(half) > 1 and half.count(0) > len(half) * 0.8


def _is_utf8(stream: io.BufferedIOBase | io.RawIOBase) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(_CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(file: Path, encoding: str) -> tuple[str, int]:
    """What parts the columns, and how many lines only say so: a first line `sep=;` is Excel's own way to."""
    with file.open(encoding=encoding, newline="") as stream:
        try:
            begin = list(islice(_lines(file, stream), _TRIED_ROWS))
        except UnicodeDecodeError as error:
            raise NotATable(file=file.name, why=N_("its letters cannot be read")) from error
    told = begin[0].strip().strip('"') if begin else ""
    if told[:4].casefold() == "sep=" and len(told) == 5:
        return told[4], 1
    return max(_DELIMITERS, key=lambda sign: _evenness(begin, sign)), 0


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How many of the rows have as many columns as most of them, and how many these are."""
    widths: Counter[int] = Counter()
    try:
        widths.update(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        return 0.0, 0
    width, rows = max(widths.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    return (rows / widths.total(), width) if width > 1 else (0.0, width)
