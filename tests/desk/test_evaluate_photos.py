from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vision.drawn import BLUE, FLOOR, RED, SHIRT, TROUSERS, WALL, garment
from vopt_lib.desk.evaluate_photos import evaluate_photos
from vopt_lib.desk.photos_evaluation_told import lines
from vopt_lib.errors import (
    IngestError,
    LabelledPhotoMissing,
    LabelledPhotoUnusable,
    NotLabels,
    OneLabelOnly,
    TooFewPhotos,
    UnknownEmbedder,
)
from vopt_lib.words import Words

OUTLINES = {"shirt": SHIRT, "trousers": TROUSERS}
COLOURS = [RED, BLUE, (30, 120, 60), (90, 90, 95), (230, 200, 60), (240, 240, 240)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos of six shirts and six trousers in six colours on two grounds, and what they show."""
    rows = ["path,label"]
    for label, outline in OUTLINES.items():
        for number, colour in enumerate(COLOURS):
            ground = (FLOOR, WALL)[number % 2]
            garment(outline, colour=colour, ground=ground).save(tmp_path / f"{label}{number}.jpg", quality=90)
            rows.append(f"{label}{number}.jpg,{label}")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    return tmp_path


def labelled(folder: Path, rows: list[str]) -> Path:
    file = folder / "labels.csv"
    file.write_text("\n".join(["path,label", *rows]))
    return file


def test_each_photo_is_looked_for_among_all_others(folder: Path) -> None:
    done = evaluate_photos(folder, folder / "labels.csv")
    assert (done.photos, done.name, done.dims > 100, done.photos_per_s > 0) == (12, "shapes-1", True, True)
    # Of the ten of eleven others that are most alike, five at most are of the same kind.
    assert done.embedder.at_1 == 1.0
    assert 0.4 < done.embedder.at_10 <= 0.5
    assert done.chance == pytest.approx(5 / 11)
    assert [(one.label, one.photos) for one in done.by_label] == [("shirt", 6), ("trousers", 6)]
    assert np.mean([one.embedder.at_10 for one in done.by_label]) == pytest.approx(done.embedder.at_10)


def test_labels_may_lie_in_the_folder(folder: Path) -> None:
    assert evaluate_photos(folder, Path("labels.csv")).photos == 12


def test_it_is_told_how_far_it_is(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    evaluate_photos(folder, folder / "labels.csv", on_photos=lambda done, of: told.append((done, of)))
    assert told == [(0, 12)]


def test_programs_get_the_same(folder: Path) -> None:
    done = evaluate_photos(folder, folder / "labels.csv")
    told = json.loads(done.as_json())
    assert told["embedder"]["at_10"] == done.embedder.at_10
    assert told["ratio"] == pytest.approx(done.embedder.at_10 / done.pixels.at_10)
    assert told["by_label"][0]["label"] == "shirt"


def test_people_get_it_in_words(folder: Path) -> None:
    said = list(lines(evaluate_photos(folder, folder / "labels.csv"), Words("en")))
    assert said[0].startswith("12 photos of 2 kinds")
    assert any(line.startswith("shapes-1") and "100.0%" in line for line in said)
    assert any(line.startswith("chance") and "45.5%" in line for line in said)
    assert "photos a second on one core" in said[-1]


def test_an_embedder_that_there_is_not_is_told_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UnknownEmbedder):
        evaluate_photos(tmp_path, tmp_path / "labels.csv", name="nothing")


def test_labels_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"labels\.csv"):
        evaluate_photos(tmp_path, tmp_path / "labels.csv")


def test_a_table_without_labels_is_told(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,kind\nshirt0.jpg,shirt\n")
    with pytest.raises(NotLabels, match="path and label"):
        evaluate_photos(folder, folder / "labels.csv")


def test_fewer_than_twelve_photos_are_too_few(folder: Path) -> None:
    labels = labelled(folder, [f"shirt{number}.jpg,shirt" for number in range(6)])
    with pytest.raises(TooFewPhotos, match=r"names 6 photos.*at least 12"):
        evaluate_photos(folder, labels)


def test_one_label_alone_judges_nothing(folder: Path) -> None:
    names = [f"{kind}{number}.jpg" for kind in OUTLINES for number in range(6)]
    labels = labelled(folder, [f"{name},thing" for name in names])
    with pytest.raises(OneLabelOnly, match="“thing”"):
        evaluate_photos(folder, labels)


def test_a_photo_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "shirt3.jpg").unlink()
    with pytest.raises(LabelledPhotoMissing, match=r"“shirt3\.jpg”"):
        evaluate_photos(folder, folder / "labels.csv")


def test_a_photo_that_cannot_be_opened_is_named(folder: Path) -> None:
    (folder / "shirt3.jpg").write_bytes(b"no photo at all")
    with pytest.raises(LabelledPhotoUnusable, match=r"“shirt3\.jpg” cannot be opened"):
        evaluate_photos(folder, folder / "labels.csv")


def test_photos_that_all_look_alike_are_found_as_often_as_chance_has_it(tmp_path: Path) -> None:
    for number in range(40):
        Image.new("RGB", (40, 60), FLOOR).save(tmp_path / f"{number}.png")
    done = evaluate_photos(tmp_path, labelled(tmp_path, [f"{number}.png,{'ab'[number % 2]}" for number in range(40)]))
    assert done.embedder.at_10 == pytest.approx(done.chance, abs=0.1)
    assert done.pixels.at_10 == pytest.approx(done.chance, abs=0.1)
