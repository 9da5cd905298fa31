"""What could be better about a photo is said where it is so, and a good photo gets no hint."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageFilter

from tests.vision.pictures import drawn, thing
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.vision.hints import hints_of

GOOD = thing(1200, 1600)


def among_things() -> Image.Image:
    """A photo that was taken in the middle of everything."""
    image = drawn(300, 400, seed=5).resize((1200, 1600), Image.Resampling.NEAREST)
    image.paste(GOOD.crop((200, 300, 1000, 1300)), (200, 300))
    return image


def test_a_good_photo_gets_no_hint() -> None:
    assert hints_of(GOOD) == ()


@pytest.mark.parametrize(
    ("hint", "spoil"),
    [
        (PhotoHint.DARK, lambda photo: photo.point(lambda value: value * 2 // 5)),
        (PhotoHint.BLURRED, lambda photo: photo.filter(ImageFilter.GaussianBlur(12))),
        (PhotoHint.BLURRED, lambda photo: photo.filter(ImageFilter.BoxBlur((25, 0)))),
        (PhotoHint.SMALL, lambda photo: photo.resize((450, 600))),
        (PhotoHint.CLUTTERED, lambda photo: among_things()),
        (PhotoHint.WIDE, lambda photo: photo.transpose(Image.Transpose.ROTATE_90)),
    ],
    ids=["dark", "out of focus", "moved", "small", "among things", "on its side"],
)
def test_a_spoilt_photo_gets_its_hint(hint: PhotoHint, spoil: Callable[[Image.Image], Image.Image]) -> None:
    assert hints_of(spoil(GOOD)) == (hint,)


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (15, 15), (2000, 2000)], ids=str)
def test_a_picture_without_anything_to_see_is_not_called_blurred(size: tuple[int, int]) -> None:
    assert PhotoHint.BLURRED not in hints_of(Image.new("RGB", size, "white"))


def test_every_hint_says_what_helps() -> None:
    assert all(hint.sentence.count(":") == 1 and hint.sentence.endswith(".") for hint in PhotoHint)
