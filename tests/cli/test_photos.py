"""`vopt photos prepare`: a line for each photo, a word for each that is none, in both languages and for programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.conftest import Vopt
from tests.vision.masks import Drawn, block
from tests.vision.pictures import drawn, thing, written
from vopt_lib.desk import photos_prepare


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "foto"
    there.mkdir()
    (there / "1.jpg").write_bytes(written(thing(900, 1200), "JPEG", quality=95))
    (there / "2.png").write_bytes(written(drawn(100, 50), "PNG"))
    return there


def test_each_photo_is_told_with_what_could_be_better(vopt: Vopt, folder: Path) -> None:
    told = vopt("photos", "prepare", str(folder), "--to", str(folder / "x"))
    assert (told.status, told.err) == (0, "")
    assert told.lines[0].endswith("1.jpg: 900 × 1200 pixels") or told.lines[0].endswith("1.jpg: 900 × 1,200 pixels")
    assert "  Too small: it will look coarse on Vinted. Send the original, not a copy out of a chat." in told.lines
    assert sorted(path.name for path in (folder / "x").iterdir()) == ["1.jpg", "2.jpg"]


def test_a_bad_file_is_told_and_the_others_are_prepared(vopt: Vopt, folder: Path) -> None:
    (folder / "0.jpg").write_bytes(b"<html>")
    told = vopt("photos", "prepare", str(folder))
    assert told.status == 1
    assert told.err.startswith("0.jpg: This photo cannot be opened: ")
    assert (folder / "prepared" / "1.jpg").exists()


def test_programs_get_json(vopt: Vopt, folder: Path) -> None:
    (folder / "0.jpg").write_bytes(b"")
    told = vopt("photos", "prepare", str(folder), "--json")
    assert told.status == 1
    bad, good, small = json.loads(told.out)
    assert "there is nothing in it" in bad["error"]
    assert good == {
        "file": str(folder / "1.jpg"),
        "prepared": str(folder / "prepared" / "1.jpg"),
        "size": [900, 1200],
        "hints": [],
        "background": None,
        "error": None,
    }
    assert "small" in small["hints"]


def test_an_empty_folder_is_told(vopt: Vopt, tmp_path: Path) -> None:
    told = vopt("photos", "prepare", str(tmp_path))
    assert told.status == 1
    assert told.err.startswith("There are no photos in ")


def test_the_help_fits_eighty_columns(vopt: Vopt) -> None:
    page = vopt("photos", "prepare", "--help")
    assert page.status == 0
    assert max(map(len, page.lines)) <= 80


def test_a_plain_background_needs_a_model_and_says_so(
    vopt: Vopt, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", ModuleType("onnxruntime"))
    told = vopt("photos", "prepare", str(folder), "--plain-background")
    assert (told.status, told.out) == (1, "")
    assert told.err.startswith("No model that tells a thing from its background lies in ")
    assert not (folder / "prepared").exists()


def test_what_became_of_the_background_is_told(vopt: Vopt, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos_prepare, "segmenter_in", lambda _: Drawn(block()))
    told = vopt("photos", "prepare", str(folder / "1.jpg"), "--plain-background")
    assert told.status == 0
    assert told.lines[-1].startswith("  The background stays: no thing stands out from it.")
