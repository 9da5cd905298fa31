"""`vopt evaluate photos`: what it says, and what it says of photos that it cannot use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.vision.drawn import SHIRT, TROUSERS, garment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "foto"
    folder.mkdir()
    rows = ["path,label"]
    for number in range(12):
        outline, label = ((SHIRT, "camicia"), (TROUSERS, "pantaloni"))[number % 2]
        garment(outline, colour=(20 * number, 60, 90)).save(folder / f"{number}.jpg")
        rows.append(f"{number}.jpg,{label}")
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


def test_photos_are_judged_beside_grey_pixels_and_chance(vopt: Vopt, folder: Path) -> None:
    answer = vopt("evaluate", "photos", str(folder), "--labels", "labels.csv")
    assert answer.status == 0
    assert answer.lines[0].startswith("12 photos of 2 kinds")
    assert {line.split("  ")[0] for line in answer.lines} >= {"shapes-1", "grey pixels", "chance", "camicia"}
    assert max(map(len, answer.lines)) <= 110


def test_programs_get_json(vopt: Vopt, folder: Path) -> None:
    answer = vopt("evaluate", "photos", str(folder), "--labels", str(folder / "labels.csv"), "--json")
    told = json.loads(answer.out)
    assert (told["photos"], told["name"]) == (12, "shapes-1")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--embedder", "ViT-Z"], "vopt cannot compare photos with “ViT-Z”."),
        (["--labels", "nulla.csv"], "it does not exist"),
    ],
)
def test_what_cannot_be_judged_is_told_in_one_sentence(
    vopt: Vopt, folder: Path, arguments: list[str], told: str
) -> None:
    answer = vopt("evaluate", "photos", str(folder), "--labels", "labels.csv", *arguments)
    assert (answer.status, answer.out) == (1, "")
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_the_help_fits_eighty_columns(vopt: Vopt) -> None:
    page = vopt("evaluate", "photos", "--help")
    assert page.status == 0
    assert max(map(len, page.lines)) <= 80
