"""This is where tests write tables as people keep them, and workbooks as nobody should."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
_HEADER = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "_rels/.rels": f'{_HEADER}<Relationships><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_HEADER}<workbook xmlns:r="{_OFFICE}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'{_HEADER}<Relationships><Relationship Id="r1" Type="{_OFFICE}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_OFFICE}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": f"{_HEADER}<sst/>",
    SHEET: f"{_HEADER}<worksheet><sheetData/></worksheet>",
}


def text_table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A CSV file."""
    file = folder / "tabella.csv"
    file.write_bytes(text.encode(encoding))
    return file


def workbook(folder: Path, *rows: Sequence[object]) -> Path:
    """An Excel file with these rows, as Excel writes it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = folder / "tabella.xlsx"
    book.save(file)
    return file


def package(folder: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A workbook with these parts put in, or instead of its own."""
    file = folder / "fatta.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in {**_PARTS, **parts}.items():
            made.writestr(name, content)
    return file


def sheet(rows: str) -> dict[str, str]:
    """The one sheet of a package, with these rows as XML."""
    return {SHEET: f"{_HEADER}<worksheet><sheetData>{rows}</sheetData></worksheet>"}
