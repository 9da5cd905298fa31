"""`vopt export` writes a new file, and another's place only when asked to."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)


def test_an_export_gets_a_name_of_its_own_each_time(vopt: Vopt) -> None:
    for _ in range(2):
        told = vopt("export", "sales")
        assert (told.status, told.err) == (0, "")
        assert "0 rows written to" in told.out
    first, second = sorted(Path.cwd().iterdir(), key=lambda file: len(file.name))
    assert (first.name[:11], second.stem) == ("vopt-sales-", f"{first.stem}-2")


def test_a_file_that_is_there_stays_without_force(vopt: Vopt) -> None:
    Path("a.csv").write_text("mine")
    told = vopt("export", "inventory", "--output", "a.csv")
    assert (told.status, Path("a.csv").read_text()) == (1, "mine")
    assert "a.csv is there already" in told.err
    assert vopt("export", "inventory", "--form", "iso", "--output", "a.csv", "--force").status == 0
    assert Path("a.csv").read_text().startswith("SKU,Title,Brand,")


def test_a_year_is_a_pack(vopt: Vopt) -> None:
    assert vopt("export", "year", "--year", "2026", "--format", "xlsx", "--output", "a.zip").status == 0
    with zipfile.ZipFile("a.zip") as pack:
        assert len(pack.namelist()) == 6


def test_nobody_of_that_name_is_said_so(vopt: Vopt) -> None:
    told = vopt("export", "sales", "--person", "Zoe")
    assert (told.status, list(Path.cwd().iterdir())) == (1, [])
    assert "“Zoe”" in told.err


@pytest.mark.parametrize("arguments", [("inventory", "--year", "2026"), ("sales", "--year", "26"), ("nothing",)])
def test_what_makes_no_sense_is_refused(vopt: Vopt, arguments: tuple[str, ...]) -> None:
    told = vopt("export", *arguments)
    assert told.status == 2
    assert told.err
