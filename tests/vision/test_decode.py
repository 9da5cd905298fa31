"""A photo comes upright, in sRGB, on white, of any kind that phones and shops write."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageCms

from tests.vision.pictures import drawn, quarters, written
from vopt_lib.errors import PhotoTooLarge, PhotoUnreadable
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.vision.decode import open_photo

KINDS = ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"]
UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the sensor saw it, for each way of holding a phone that Exif knows."""


@cache
def large(kind: str) -> bytes:
    return written(drawn(1201, 803), kind)


def off(image: Image.Image, other: Image.Image) -> float:
    """How far two images of one size differ, of 255."""
    return float(np.abs(np.asarray(image, float) - np.asarray(other.convert("RGB"), float)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_of_any_kind_is_the_same_photo(kind: str) -> None:
    photo = open_photo(written(drawn(), kind, quality=90))
    assert (photo.mode, photo.size, photo.info) == ("RGB", (120, 160), {})
    assert off(photo, drawn()) < 8


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("held", UPRIGHT)
def test_a_photo_comes_upright_however_the_phone_was_held(kind: str, held: int) -> None:
    turn = UPRIGHT[held]
    seen = quarters() if turn is None else quarters().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = held
    photo = open_photo(written(seen, kind, exif=exif.tobytes(), quality=95))
    assert photo.size == (80, 120)
    assert off(photo, quarters()) < 6


def test_the_ending_of_a_name_says_nothing() -> None:
    assert open_photo(written(drawn(), "PNG")).size == (120, 160)
    with pytest.raises(PhotoUnreadable):
        open_photo(written(drawn().quantize(), "GIF"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIC"])
@pytest.mark.parametrize("longest", [100, 400, 800, 5000])
def test_a_photo_may_come_smaller_but_never_below_what_is_wanted(kind: str, longest: int) -> None:
    photo = open_photo(large(kind), longest=longest)
    assert max(photo.size) >= min(longest, 1201)
    assert photo.width / photo.height == pytest.approx(1201 / 803, abs=0.02)


def test_a_jpeg_is_drawn_smaller_where_that_is_enough() -> None:
    assert open_photo(written(drawn(1200, 800), "JPEG"), longest=300).size == (300, 200)
    assert open_photo(written(drawn(1200, 800), "JPEG"), longest=301).size == (600, 400)


def test_what_is_transparent_lies_on_white() -> None:
    photo = Image.new("RGBA", (40, 40), (200, 0, 0, 255))
    photo.paste((0, 0, 0, 0), (0, 0, 20, 40))
    for image in (photo, photo.convert("LA"), photo.quantize(8)):
        assert open_photo(written(image, "PNG")).getpixel((5, 5)) == (255, 255, 255)
        assert open_photo(written(image, "PNG")).getpixel((35, 5)) != (255, 255, 255)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    steps = np.linspace(0, 65535, 256).astype(np.uint16).reshape(1, 256).repeat(20, axis=0)
    photo = np.asarray(open_photo(written(Image.fromarray(steps), "PNG")))
    assert np.abs(photo[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_cmyk_is_not_turned_inside_out() -> None:
    photo = open_photo(written(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", quality=95))
    red, green, blue = photo.getpixel((20, 20))  # type: ignore[misc]
    assert red > 180
    assert max(green, blue) < 80


def swapped() -> bytes:
    """The profile of a screen whose red is our green: what it calls red must come out green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132], "big")
    tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    profile[red + 4 : red + 12], profile[green + 4 : green + 12] = (
        profile[green + 4 : green + 12],
        profile[red + 4 : red + 12],
    )
    return bytes(profile)


@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_what_the_profile_means(kind: str) -> None:
    photo = open_photo(written(Image.new("RGB", (64, 64), (220, 20, 20)), kind, icc_profile=swapped(), quality=95))
    red, green, blue = photo.getpixel((32, 32))  # type: ignore[misc]
    assert green > 180
    assert max(red, blue) < 60


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "AVIF"])
def test_the_first_of_several_pictures_is_the_photo(kind: str) -> None:
    moving = written(drawn(), kind, save_all=True, append_images=[drawn(seed=1), drawn(seed=2)], quality=90)
    assert off(open_photo(moving), drawn()) < 8


def test_a_photo_of_exactly_the_largest_size_is_opened() -> None:
    photo = written(drawn(), "JPEG")
    assert open_photo(photo + bytes(LARGEST_PHOTO - len(photo))).size == (120, 160)
    with pytest.raises(PhotoTooLarge):
        open_photo(photo + bytes(LARGEST_PHOTO - len(photo) + 1))
