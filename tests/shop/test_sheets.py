"""Rows become files that spreadsheets and programs read rightly, and that run nothing."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from vopt_lib.errors import CannotWrite
from vopt_lib.imports.delimited import rows_of_text
from vopt_lib.imports.workbook import rows_of_workbook
from vopt_lib.schema.own_tables import FileForm, FileKind, unguarded
from vopt_lib.shop import sheets
from vopt_lib.shop.sheets import Sheet, clean, write_sheet

AT = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001
HEAD = ("Titolo", "Prezzo", "Comprato il", "Venduto il", "Pezzi", "Note")
ROW = ("Abito; bello, “nuovo”", Decimal("1234.50"), date(2026, 11, 20), AT, 2, None)
WRITTEN = Sheet("Prova", HEAD, [ROW])


def test_an_italian_csv_is_what_an_italian_spreadsheet_reads(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    assert write_sheet(file, WRITTEN, FileKind.CSV, FileForm.ITALIAN) == 1
    assert file.read_bytes().decode("utf-8-sig") == (
        "Titolo;Prezzo;Comprato il;Venduto il;Pezzi;Note\r\n"
        '"Abito; bello, “nuovo”";1234,50;20/11/2026;20/11/2026 09:30:00;2;\r\n'
    )
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_iso_csv_is_what_programs_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    write_sheet(file, WRITTEN, FileKind.CSV, FileForm.ISO)
    read = pl.read_csv(file, try_parse_dates=True)
    assert read.row(0) == ("Abito; bello, “nuovo”", 1234.5, date(2026, 11, 20), AT, 2, None)


@pytest.mark.parametrize(
    ("form", "day"), [(FileForm.ITALIAN, "dd/mm/yyyy"), (FileForm.ISO, "yyyy-mm-dd")], ids=["italian", "iso"]
)
def test_an_excel_file_keeps_types(tmp_path: Path, form: FileForm, day: str) -> None:
    file = tmp_path / "a.xlsx"
    write_sheet(file, WRITTEN, FileKind.XLSX, form)
    read = load_workbook(file).active
    assert [cell.value for cell in read[1]] == list(HEAD)
    assert [cell.value for cell in read[2]] == ["Abito; bello, “nuovo”", 1234.5, datetime(2026, 11, 20), AT, 2, None]  # noqa: DTZ001
    assert [cell.number_format for cell in read[2]][1:4] == ["0.00", day, f"{day} hh:mm:ss"]
    assert (read[1][0].font.b, read.freeze_panes) == (True, "A2")


RISKY = ("=1+1", "+39", "-2", "@x", "\t=1", "＝1", " =1", "#N/A")


def test_no_text_is_run(tmp_path: Path) -> None:
    rows = [(text,) for text in RISKY]
    write_sheet(tmp_path / "a.csv", Sheet("x", ["=head"], rows), FileKind.CSV, FileForm.ISO)
    with (tmp_path / "a.csv").open(newline="") as stream:
        told = [row[0] for row in csv.reader(stream)]
    assert told == ["'=head", *("'" + text for text in RISKY[:-1]), "#N/A"]
    write_sheet(tmp_path / "a.xlsx", Sheet("x", ["=head"], rows), FileKind.XLSX, FileForm.ISO)
    cells = [row[0] for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows()]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in ("=head", *RISKY)]
    assert {cell.number_format for cell in cells} == {"@"}


def test_a_negative_number_is_no_text(tmp_path: Path) -> None:
    write_sheet(tmp_path / "a.csv", Sheet("x", ["a"], [(Decimal("-2.50"),)]), FileKind.CSV, FileForm.ITALIAN)
    assert (tmp_path / "a.csv").read_text("utf-8-sig") == "a\n-2,50\n"


def test_a_text_is_cut_where_a_cell_ends_and_loses_what_no_file_holds() -> None:
    assert clean("a\x00b\x0bc\r\nd\re\ufffe\ud800") == "abc\nd\ne"
    assert len(clean("x" * 40_000)) == 32_767
    assert clean("😀" * 20_000) == "😀" * 16_383


def plain(text: str) -> str:
    """What of a text can come back."""
    return clean(text)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=4), st.sampled_from(FileForm))
def test_text_comes_back_from_csv(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], form: FileForm
) -> None:
    file = tmp_path_factory.mktemp("csv") / "a.csv"
    write_sheet(file, Sheet("x", ["a", "b"], rows), FileKind.CSV, form)
    found = {number: [unguarded(str(cell)) for cell in row] for number, row in rows_of_text(file)}
    expected = {number: [plain(cell) for cell in row] for number, row in enumerate(rows, 2)}
    assert found == {1: ["a", "b"]} | {number: row for number, row in expected.items() if "".join(row).strip()}


@settings(max_examples=40)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_text_comes_back_from_excel(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    file = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    write_sheet(file, Sheet("x", ["a", "b"], [("x", text) for text in texts]), FileKind.XLSX, FileForm.ISO)
    found = [row[1] if len(row) > 1 else "" for _, row in rows_of_workbook(file)][1:]
    assert found == [plain(text) for text in texts]
    read = [row[1].value or "" for row in load_workbook(file).active.iter_rows(min_row=2)]
    assert [re.sub("_x005F_", "_", text) for text in read] == [plain(text) for text in texts]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    rows = [(number,) for number in range(5)]
    assert write_sheet(tmp_path / "a.xlsx", Sheet("A/B", ["n"], rows), FileKind.XLSX, FileForm.ISO) == 5
    book = load_workbook(tmp_path / "a.xlsx")
    assert {sheet.title: [row[0].value for row in sheet] for sheet in book} == {
        "A B": ["n", 0, 1],
        "A B 2": ["n", 2, 3],
        "A B 3": ["n", 4],
    }


def breaking_off() -> Iterator[tuple[str]]:
    yield ("a",)
    raise RuntimeError


def test_a_file_that_is_not_complete_never_has_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("before")
    with pytest.raises(RuntimeError):
        write_sheet(tmp_path / "a.csv", Sheet("x", ["a"], breaking_off()), FileKind.CSV, FileForm.ISO)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.csv", "before")]


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="its folder does not exist"):
        write_sheet(tmp_path / "none" / "a.csv", WRITTEN, FileKind.CSV, FileForm.ISO)
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotWrite, match="folder"):
        write_sheet(tmp_path / "folder", WRITTEN, FileKind.CSV, FileForm.ISO)


WRITE = """
import sys
from decimal import Decimal
from pathlib import Path
from vopt_lib.schema.own_tables import FileForm, FileKind
from vopt_lib.shop.sheets import Sheet, write_sheet
rows = (("Abito", Decimal("12.50"), "x" * 500, "Zara", number, "M", "nero", "cotone") for number in range(100_000))
head = [f"colonna {number}" for number in range(8)]
print(write_sheet(Path(sys.argv[1]), Sheet("Prova", head, rows), FileKind(sys.argv[2]), FileForm.ITALIAN))
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_hundred_thousand_rows_are_written_in_little_memory(tmp_path: Path, kind: str) -> None:
    command = [sys.executable, "-c", WRITE, str(tmp_path / f"a.{kind}"), kind]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert told[0] == "100000"
    assert int(told[1]) < 300
