"""Photos that people took of their clothes: the built-in descriptor must find what is alike, and be quick about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recorded.listings import LISTINGS
from vopt_lib.desk.evaluate_photos import PhotosEvaluation, evaluate_photos

PHOTOS = LISTINGS.parent.parent / "photos"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not PHOTOS.is_dir(), reason=f"no recorded photos at {PHOTOS} (VOPT_RECORDED_DATA)"),
]


@pytest.fixture(scope="module")
def judged() -> PhotosEvaluation:
    return evaluate_photos(PHOTOS, Path("labels.csv"))


def test_grey_pixels_find_as_much_as_they_were_found_to(judged: PhotosEvaluation) -> None:
    # Source: facts/market-statistics.md.
    assert judged.photos == 500
    assert judged.pixels.at_10 == pytest.approx(0.239, abs=0.005)
    assert judged.chance == pytest.approx(0.098, abs=0.001)


def test_the_built_in_descriptor_finds_at_least_twice_as_much(judged: PhotosEvaluation) -> None:
    assert judged.ratio is not None
    assert judged.ratio >= 2.0


def test_no_kind_of_thing_is_found_worse_than_by_grey_pixels(judged: PhotosEvaluation) -> None:
    worse = [one.label for one in judged.by_label if one.embedder.at_10 <= one.pixels.at_10]
    assert worse == []
