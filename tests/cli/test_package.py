"""`vopt package` writes a listing as it goes to Vinted into a new folder or a new zip file."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.selling import sell
from vopt_lib.desk.instance import open_desk


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)


@pytest.mark.usefixtures("vopt")
@pytest.mark.parametrize("called", ["1", "A-0001"])
def test_a_listing_is_packed_into_a_folder_of_its_own(vopt: Vopt, called: str) -> None:
    sell(open_desk(), "Abito", asked=Decimal("12.00"))
    told = vopt("package", called)
    assert (told.status, told.err) == (0, "")
    assert "“Abito” is packed for Vinted: A-0001-Abito" in told.out
    assert "Vinted also asks for: Photos, Category, Condition, Parcel size." in told.out
    assert sorted(file.name for file in Path("A-0001-Abito").iterdir()) == [
        *("checklist.html", "listing.csv", "listing.json", "listing.txt")
    ]


def test_a_zip_file_is_written_once(vopt: Vopt) -> None:
    sell(open_desk(), "Abito")
    assert vopt("package", "1", "--output", "abito.zip").status == 0
    with zipfile.ZipFile("abito.zip") as pack:
        assert "listing.txt" in pack.namelist()
    told = vopt("package", "1", "--output", "abito.zip")
    assert (told.status, told.err.strip()) == (
        1,
        "abito.zip is there already, and nothing is replaced. Choose another name with --output.",
    )


def test_no_such_listing_is_said_so(vopt: Vopt) -> None:
    told = vopt("package", "A-0099")
    assert (told.status, list(Path.cwd().iterdir())) == (1, [])
    assert "“A-0099”" in told.err
