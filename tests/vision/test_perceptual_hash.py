"""A fingerprint stays nearly what it was when a photo is copied, and is another for another photo."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.vision.copies import COPIES, drawn
from vopt_lib.vision.perceptual_hash import (
    PACKED_BYTES,
    THUMBNAIL,
    WINDOWS,
    WORDS,
    Fingerprint,
    Hashes,
    fingerprint,
    mirrored,
)

PHOTOS = drawn(12)
WHOLE = 0


def bits(one: Hashes, other: Hashes) -> int:
    """In how many bits two hashes differ."""
    return int(np.bitwise_count(one ^ other).sum())


def test_a_fingerprint_holds_a_hash_of_each_window_and_a_small_picture() -> None:
    made = fingerprint(PHOTOS[0])
    assert (made.hashes.shape, made.hashes.dtype) == ((len(WINDOWS), WORDS), np.uint64)
    assert (made.thumbnail.shape, made.thumbnail.dtype) == ((THUMBNAIL, THUMBNAIL, 3), np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (3, 800), (20, 20), (800, 800)])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "RGBA"])
def test_a_picture_of_any_size_and_mode_has_one(size: tuple[int, int], mode: str) -> None:
    assert fingerprint(Image.new(mode, size)).hashes.shape == (len(WINDOWS), WORDS)


@pytest.mark.parametrize("name", ["saved anew", "half the size", "darker"])
@pytest.mark.parametrize("photo", PHOTOS[:4])
def test_a_copy_differs_in_hardly_a_bit(photo: Image.Image, name: str) -> None:
    before, after = fingerprint(photo).hashes[WHOLE], fingerprint(COPIES[name](photo)).hashes[WHOLE]
    assert bits(before[:1], after[:1]) <= 4
    assert bits(before, after) <= 32


@pytest.mark.parametrize("photo", PHOTOS[:4])
def test_a_mirrored_copy_has_the_mirrored_hash(photo: Image.Image) -> None:
    before, after = fingerprint(photo).hashes[WHOLE], fingerprint(COPIES["mirrored"](photo)).hashes[WHOLE]
    assert bits(mirrored(before), after) <= 4
    assert bits(before, after) > 32
    np.testing.assert_array_equal(mirrored(mirrored(before)), before)


@pytest.mark.parametrize("photo", PHOTOS[:4])
def test_a_cropped_copy_is_what_a_window_shows(photo: Image.Image) -> None:
    width, height = photo.size
    cut = photo.crop((round(0.05 * width), 0, round(0.95 * width), round(0.9 * height)))
    window = WINDOWS.index((0.05, 0.0, 0.95, 0.9))
    assert bits(fingerprint(photo).hashes[window], fingerprint(cut).hashes[WHOLE]) <= 32


def test_different_photos_differ_in_many_bits() -> None:
    hashes = [fingerprint(photo).hashes[WHOLE] for photo in PHOTOS]
    differ = [bits(one, other) for place, one in enumerate(hashes) for other in hashes[:place]]
    assert min(differ) > 48
    assert np.median(differ) > 90


def test_the_first_word_holds_the_lowest_frequencies() -> None:
    # Half a wave across and nothing else: the first frequency of the first row.
    wave = 128 + 100 * np.cos(np.pi * (np.arange(96) + 0.5) / 96)
    plain = Image.fromarray(np.broadcast_to(wave, (96, 96)).astype(np.uint8))
    first = int(fingerprint(plain).hashes[WHOLE][0])
    assert first >> 62 == 0b01  # how light it is says nothing; then the wave


def test_a_fingerprint_that_was_packed_is_the_same() -> None:
    made = fingerprint(PHOTOS[0])
    back = Fingerprint.unpacked(made.packed())
    assert len(made.packed()) == PACKED_BYTES
    np.testing.assert_array_equal(back.hashes, made.hashes)
    np.testing.assert_array_equal(back.thumbnail, made.thumbnail)
    with pytest.raises(ValueError, match="bytes, not 3"):
        Fingerprint.unpacked(b"abc")
