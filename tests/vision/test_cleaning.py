"""A prepared photo fits Vinted and keeps its form; a thumbnail fits its square."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.vision.pictures import SECRET, drawn, quarters, segments, thing, told_place, written
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.vision.cleaning import LONG_EDGE, as_jpeg, fitted, judged, prepared, thumbnail, turned, whole


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 2000))
def test_a_fitted_photo_keeps_its_form(width: int, height: int, size: int) -> None:
    photo = fitted(Image.new("1", (width, height)), size)
    shrunk = min(size / max(width, height), 1)
    assert max(photo.size) == min(size, max(width, height))
    assert photo.width == pytest.approx(max(width * shrunk, 1), abs=1)
    assert photo.height == pytest.approx(max(height * shrunk, 1), abs=1)


@settings(max_examples=20)
@given(st.integers(17, 2600), st.integers(17, 2600), st.sampled_from(["JPEG", "PNG"]))
def test_a_prepared_photo_is_small_enough_and_keeps_its_form(width: int, height: int, kind: str) -> None:
    photo = prepared(written(drawn(width, height), kind))
    shrunk = min(LONG_EDGE / max(width, height), 1)
    assert opened(photo.content).size == (photo.width, photo.height)
    assert max(photo.width, photo.height) <= LONG_EDGE
    assert photo.width == pytest.approx(width * shrunk, abs=1)
    assert photo.height == pytest.approx(height * shrunk, abs=1)


def test_a_good_photo_stays_as_it_is() -> None:
    photo = prepared(written(thing(1200, 1600), "JPEG", quality=95))
    assert (photo.width, photo.height, photo.hints) == (1200, 1600, ())
    off = np.abs(np.asarray(opened(photo.content), float) - np.asarray(thing(1200, 1600), float)).mean()
    assert off < 4


def test_a_photo_is_prepared_the_same_twice() -> None:
    photo = written(thing(), "PNG")
    assert prepared(photo).content == prepared(photo).content


def test_what_could_be_better_is_said_of_the_photo_that_was_given() -> None:
    dim = prepared(written(thing(1200, 1600).point(lambda value: value // 4), "JPEG"))
    assert dim.hints == (PhotoHint.DARK,)
    assert np.asarray(opened(dim.content)).mean() > np.asarray(thing(1200, 1600)).mean() / 4


def test_small_and_whole_copies_are_turned_from_the_same_file_and_judged_as_they_are_shown() -> None:
    photo = written(thing(720, 960), "JPEG")
    assert [opened(make).size for make in (thumbnail(photo, 240, quarters=1), whole(photo, quarters=3))] == [
        (240, 180),
        (960, 720),
    ]
    assert (judged(photo), judged(photo, quarters=1)) == ((), (PhotoHint.WIDE,))


def test_a_photo_can_be_turned_by_quarters() -> None:
    """Clockwise: what was on the left comes to the top."""
    assert opened(prepared(written(drawn(), "PNG"), quarters=1).content).size == (160, 120)
    assert turned(quarters(), 1).getpixel((110, 5)) == quarters().getpixel((5, 5 + 5))
    assert turned(quarters(), 5).tobytes() == turned(quarters(), 1).tobytes()
    assert turned(turned(quarters(), -1), 1).tobytes() == quarters().tobytes()
    assert turned(quarters(), 2).getpixel((79, 119)) == quarters().getpixel((0, 0))


@pytest.mark.parametrize(("size", "becomes"), [(240, (180, 240)), (960, (720, 960)), (4000, (1200, 1600))])
def test_a_thumbnail_fits_its_square_and_is_never_enlarged(size: int, becomes: tuple[int, int]) -> None:
    assert opened(thumbnail(written(drawn(1200, 1600), "JPEG"), size)).size == becomes


def test_a_whole_photo_keeps_its_size() -> None:
    assert opened(whole(written(drawn(2000, 1000), "WEBP"))).size == (2000, 1000)


def test_nothing_that_hangs_on_an_image_is_written() -> None:
    image = drawn()
    image.info = {"exif": told_place().tobytes(), "xmp": SECRET.encode(), "comment": SECRET.encode(), "dpi": (300, 300)}
    image.info["icc_profile"] = SECRET.encode()
    jpeg = as_jpeg(image, 80)
    assert set(segments(jpeg)) == {"APP0", "DQT", "SOF0", "DHT"}
    assert SECRET.encode() not in jpeg
