"""`vopt draft`: photos in, a first draft out, in both languages and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.desk.drafting import BACK, SHIRT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    there = tmp_path / "giacca"
    there.mkdir()
    (there / "1.jpg").write_bytes(SHIRT)
    (there / "2.jpg").write_bytes(BACK)
    return there


def test_photos_and_facts_become_a_draft_that_is_kept(vopt: Vopt, folder: Path) -> None:
    told = vopt("draft", str(folder), "--facts", "marca=Levi's,categoria=Giubbotti di jeans,taglia=M", "--save")
    assert (told.status, told.err) == (0, "")
    assert "  Giacca di jeans Levi's da donna taglia M" in told.lines
    assert told.lines[-1] == "It is kept as a draft, number 1, with the code A-0001."


def test_programs_get_json_in_the_language_they_ask_for(vopt: Vopt, folder: Path) -> None:
    told = vopt("draft", str(folder / "1.jpg"), "--facts", "brand=Zara", "--lang", "de", "--tone", "plain", "--json")
    plain = json.loads(told.out)
    assert plain["text"]["title"] == "Zara"
    assert plain["text"]["language"] == "de"
    assert "kept" not in plain


def test_a_file_that_is_no_photo_is_told_and_the_others_are_used(vopt: Vopt, folder: Path) -> None:
    (folder / "0.jpg").write_bytes(b"<html>")
    told = vopt("draft", str(folder), "--facts", "brand=Zara")
    assert told.status == 1
    assert told.err.startswith("0.jpg: This photo cannot be opened: ")
    assert "  Zara" in told.lines


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--lang", "xx"], "“xx” is none of these: it, en, fr, de, es."),
        (["--facts", "prezzo=10"], "Nothing of a thing is called “prezzo”. Known: brand (marca)"),
        (["--facts", "Levi's"], "Write it as name=value"),
    ],
)
def test_what_is_not_understood_is_told_with_what_is_known(
    vopt: Vopt, folder: Path, wrong: list[str], said: str
) -> None:
    told = vopt("draft", str(folder), *wrong)
    assert told.status != 0
    assert said in " ".join(told.err.split())
