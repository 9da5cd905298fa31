"""The size of the pictures in an AVIF is known before they are decoded, whatever the file says of its size."""

from __future__ import annotations

import struct

import pytest
from PIL import Image

from tests.vision.pictures import drawn, told_place, written
from vopt_lib.vision.av1 import largest_picture


@pytest.mark.parametrize(
    "options",
    [{}, {"quality": 100, "subsampling": "4:4:4"}, {"exif": told_place().tobytes()}],
    ids=["as it is", "full colour", "with a place"],
)
def test_the_picture_tells_its_size(options: dict[str, object]) -> None:
    assert largest_picture(written(drawn(), "AVIF", **options)) == 120 * 160


def test_transparency_is_a_picture_of_its_own() -> None:
    assert largest_picture(written(Image.new("RGBA", (50, 70), (9, 9, 9, 99)), "AVIF")) == 50 * 70


def test_a_moving_one_is_told_by_its_pictures() -> None:
    moving = written(drawn(), "AVIF", save_all=True, append_images=[drawn(seed=1)])
    assert largest_picture(moving) == 120 * 160


def test_a_box_that_lies_is_not_believed() -> None:
    photo = written(drawn(), "AVIF")
    assert largest_picture(photo.replace(struct.pack(">II", 120, 160), struct.pack(">II", 2, 2))) == 120 * 160


def item_table(count: int, extents: int) -> bytes:
    """A file whose list of items says that there are so many, each of so many pieces that take no room."""

    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", 8 + len(content)) + name + content

    table = b"\0\0\0\0" + b"\0\0" + struct.pack(">H", count) + struct.pack(">HHH", 1, 0, extents) * count
    return box(b"meta", b"\0\0\0\0" + box(b"iinf", b"\0\0\0\0\0\0") + box(b"iloc", table))


def test_a_list_made_to_take_hours_is_refused() -> None:
    assert largest_picture(item_table(3, 5)) == 0
    with pytest.raises(ValueError, match="too many pieces"):
        largest_picture(item_table(1000, 65_535))
