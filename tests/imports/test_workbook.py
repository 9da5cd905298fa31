"""Workbooks made to do harm are refused or read in little memory; odd but honest ones are read."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.tables import SHEET, package, sheet, workbook
from vopt_lib.errors import IngestError, NotATable, TableHostile
from vopt_lib.imports.workbook import Row, rows_of_workbook

HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>Titolo</t></is></c></row>'


def rows(file: Path) -> list[Row]:
    return list(rows_of_workbook(file))


def test_cells_of_every_kind_are_read(tmp_path: Path) -> None:
    told = sheet(
        '<row r="3"><c r="B3" t="s"><v>1</v></c><c r="D3"><v>12.5</v></c><c r="E3" t="b"><v>1</v></c>'
        '<c r="F3" t="str"><f>A1</f><v>a_x000D_b</v></c><c r="G3" t="e"><v>#N/A</v></c></row>'
        "<row/><row><c><v>7</v></c><c/><c><v>8</v></c></row>"
    )
    texts = "<sst><si><t>no</t></si><si><r><t>così </t></r><r><t>è</t></r><rPh><t>spoken</t></rPh></si></sst>"
    assert rows(package(tmp_path, {**told, "xl/sharedStrings.xml": texts})) == [
        (3, [None, "così è", None, Decimal("12.5"), True, "a\rb", "#N/A"]),
        (5, [Decimal(7), None, Decimal(8)]),
    ]


def test_what_excel_writes_is_read(tmp_path: Path) -> None:
    at = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001
    file = workbook(tmp_path, ("è\nb", 12.25, date(2026, 11, 20), at, False, "=1+1"))
    assert rows(file) == [(1, ["è\nb", Decimal("12.25"), date(2026, 11, 20), at, False])]


def test_days_counted_from_1904_are_those_days(tmp_path: Path) -> None:
    book = '<workbook xmlns:r="x"><workbookPr date1904="1"/><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    rels = zipfile.ZipFile(package(tmp_path, {})).read("xl/_rels/workbook.xml.rels").decode()
    rels = rels.replace("sharedStrings", "styles")
    parts = {"xl/workbook.xml": book, "xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": rels}
    file = package(tmp_path, {**parts, **sheet('<row><c s="1"><v>44884</v></c></row>')})
    assert rows(file) == [(1, [date(2026, 11, 20)])]


def bomb(folder: Path) -> Path:
    """64 MB of nothing in 64 kB."""
    return package(folder, {SHEET: b"<worksheet>" + b" " * (64 * 2**20)})


def laughs(folder: Path) -> Path:
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    return package(folder, {"xl/sharedStrings.xml": f"<!DOCTYPE x [{entities}]><sst><si><t>&j;</t></si></sst>"})


def slip(folder: Path) -> Path:
    return package(folder, {"../../out.xml": "x"})


def elsewhere(folder: Path) -> Path:
    return package(folder, {"xl/workbook.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><workbook/>'})


def many_columns(folder: Path) -> Path:
    return package(folder, sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'))


def deep(folder: Path) -> Path:
    return package(folder, sheet("<a>" * 100_000))


def long_cell(folder: Path) -> Path:
    return package(folder, sheet(f'<row><c t="str"><v>{"x" * 40_000}</v></c></row>'))


def long_tag(folder: Path) -> Path:
    name = "".join(f"{number:x}" for number in range(600_000))
    return package(folder, sheet(f'<row a="{name}"/>'))


@pytest.mark.parametrize(
    "made", [bomb, laughs, slip, elsewhere, many_columns, deep, long_cell, long_tag], ids=lambda made: made.__name__
)
def test_a_workbook_made_to_do_harm_is_refused(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    with pytest.raises(TableHostile, match="was refused"):
        rows(made(tmp_path))


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["mimetype", "content.xml"], "LibreOffice"),
        (["Index/Document.iwa"], "Numbers"),
        (["index.html"], "zip file of another kind"),
    ],
)
def test_a_table_of_another_program_is_named(tmp_path: Path, names: list[str], why: str) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    with pytest.raises(NotATable, match=why):
        rows(file)


def test_a_workbook_that_is_not_whole_says_so(tmp_path: Path) -> None:
    whole = workbook(tmp_path, ("Titolo",), *(("Abito",) for _ in range(100)))
    whole.write_bytes(whole.read_bytes()[:-3000])
    with pytest.raises(IngestError, match="not whole"):
        rows(whole)
    with pytest.raises(NotATable, match="not whole"):
        rows(package(tmp_path, sheet("<row><c></row>")))


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_whatever_stands_in_a_sheet_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = package(tmp_path_factory.mktemp("wild"), sheet(HEAD + text))
    try:
        assert rows(file)[0] == (1, ["Titolo"])
    except (NotATable, TableHostile):
        return


READ = """
import sys
from pathlib import Path
from vopt_lib.errors import TableHostile
from vopt_lib.imports.workbook import rows_of_workbook
try:
    print(sum(1 for _ in rows_of_workbook(Path(sys.argv[1]))))
except TableHostile:
    print("refused")
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def empty_rows() -> bytes:
    """Three million rows that somebody formatted and left empty."""
    return (HEAD + '<row r="2" s="1"><c r="A2" s="1"/></row>' * 3_000_000).encode()


def other_tags() -> bytes:
    return (HEAD + "<other/>" * 10_000_000).encode()


def one_row() -> bytes:
    return b"<row>" + b'<c r="A1"><v>1</v></c>' * 4_000_000 + b"</row>"


@pytest.mark.slow
@pytest.mark.parametrize("made", [empty_rows, other_tags, one_row], ids=lambda made: made.__name__)
def test_a_huge_sheet_is_read_in_little_memory(tmp_path: Path, made: Callable[[], bytes]) -> None:
    file = package(tmp_path, {})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as written:
        for name, content in zip_parts(package(tmp_path, {})).items():
            written.writestr(name, content)
        written.writestr(SHEET, b"<worksheet><sheetData>" + made() + b"</sheetData></worksheet>")
    command = [sys.executable, "-c", READ, str(file)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert told[0] in ("1", "refused")
    assert int(told[1]) < 300


def zip_parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != SHEET}


@pytest.mark.slow
def test_texts_beyond_measure_are_refused_in_little_memory(tmp_path: Path) -> None:
    text = "<si><t>" + "x" * 30_000 + "</t></si>"
    file = package(tmp_path, {})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as written:
        for name, content in zip_parts(package(tmp_path, sheet(HEAD))).items():
            if name != "xl/sharedStrings.xml":
                written.writestr(name, content)
        written.writestr(SHEET, sheet(HEAD)[SHEET])
        with written.open("xl/sharedStrings.xml", "w") as stream:
            stream.write(b"<sst>")
            for _ in range(15_000):
                stream.write(text.encode())
            stream.write(b"</sst>")
    told = subprocess.run([sys.executable, "-c", READ, str(file)], check=True, capture_output=True, text=True).stdout
    assert told.split()[0] == "refused"
    assert int(told.split()[1]) < 300
