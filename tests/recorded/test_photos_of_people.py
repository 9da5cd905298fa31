"""Photos that people took of their clothes: good ones get few hints and stay as they are, spoilt copies get theirs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.vision.crop import without_plain_borders
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.hints import hints_of
from vopt_lib.vision.light import well_lit

HERE = Path(__file__).resolve().parents[2]
PHOTOS = Path(os.environ.get("VOPT_RECORDED_DATA", HERE.parent / "shared" / "data")) / "photos"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"no recorded photos at {PHOTOS} (VOPT_RECORDED_DATA)"),
]


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    return [open_photo(path.read_bytes()) for path in sorted(PHOTOS.rglob("*.jpg"))]


@pytest.fixture(scope="module")
def some(photos: list[Image.Image]) -> list[Image.Image]:
    """One in five, of each kind as many."""
    return photos[::5]


def share(photos: list[Image.Image], hint: PhotoHint) -> float:
    return sum(hint in hints_of(photo) for photo in photos) / len(photos)


def off(image: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(image, float) - np.asarray(other, float)).mean())


def test_few_of_them_get_a_hint(photos: list[Image.Image]) -> None:
    """But for their size: this copy of them has 360 pixels."""
    told = Counter(hint for photo in photos for hint in hints_of(photo))
    assert told[PhotoHint.SMALL] == len(photos)
    most = {PhotoHint.DARK: 0.02, PhotoHint.BLURRED: 0.02, PhotoHint.CLUTTERED: 0.15, PhotoHint.WIDE: 0.15}
    assert {hint: told[hint] / len(photos) for hint in most if told[hint] > most[hint] * len(photos)} == {}


@pytest.mark.parametrize(
    ("hint", "spoil", "at_least"),
    [
        (PhotoHint.DARK, lambda photo: photo.point(lambda value: value // 2), 0.85),
        (PhotoHint.DARK, lambda photo: photo.point(lambda value: value // 3), 0.99),
        (PhotoHint.BLURRED, lambda photo: photo.filter(ImageFilter.GaussianBlur(1.5)), 0.95),
        (PhotoHint.BLURRED, lambda photo: photo.filter(ImageFilter.BoxBlur((4, 0))), 0.95),
        (PhotoHint.BLURRED, lambda photo: photo.filter(ImageFilter.BoxBlur((0, 4))), 0.95),
    ],
    ids=["half as light", "a third as light", "out of focus", "moved across", "moved down"],
)
def test_spoilt_copies_get_their_hint(
    some: list[Image.Image], hint: PhotoHint, spoil: Callable[[Image.Image], Image.Image], at_least: float
) -> None:
    assert share([spoil(photo) for photo in some], hint) >= at_least


@pytest.mark.parametrize("light", [0.5, 0.7])
def test_a_darkened_copy_comes_nearer_to_the_photo(some: list[Image.Image], light: float) -> None:
    dim = [photo.point([int(value * light) for value in range(256)] * 3) for photo in some]
    nearer = [off(well_lit(dark), photo) < off(dark, photo) for dark, photo in zip(dim, some, strict=True)]
    assert np.mean(nearer) >= 0.99


def test_what_is_corrected_once_is_hardly_changed_again(some: list[Image.Image]) -> None:
    once = [well_lit(photo) for photo in some]
    assert np.median([off(well_lit(photo), photo) for photo in once]) < 1


def test_few_of_them_are_cut_and_none_by_half(photos: list[Image.Image]) -> None:
    left = [np.prod(without_plain_borders(photo).size) / np.prod(photo.size) for photo in photos]
    assert np.mean([kept < 1 for kept in left]) < 0.03
    assert min(left) > 0.5
