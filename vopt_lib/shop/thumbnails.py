"""This is where a photo of a thing is made fit to be shown, whatever file it claims to be: small, or bare."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from vopt_lib.errors import PhotoUnusable

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES: Final = 25 * 2**20
MOST_PIXELS: Final = 50_000_000
"""The largest photos of telephones have 48 to 50 million; more is made to fill the memory."""

QUALITY: Final = 82

WHOLE_QUALITY: Final = 92

KINDS: Final = ("JPEG", "PNG", "WEBP")
"""Nothing else is opened: each format is a decoder that can be attacked."""

_ONE_AT_A_TIME = Lock()
"""A photo of 50 million pixels takes 200 MB while it is made small, twice that while it is written anew."""


def thumbnail(photo: bytes, size: int) -> bytes:
    """The photo as a JPEG that fits into a square of so many pixels, upright, with nothing but the picture in it: no
    place, no camera, no comment. Raises: PhotoUnusable.
    """
    with _ONE_AT_A_TIME, _drawn(photo) as image:
        image.draft("RGB", (2 * size, 2 * size))
        upright = _upright(image)
        upright.thumbnail((size, size))
        return _written(upright, QUALITY)


def bare(photo: bytes) -> bytes:
    """The photo in its whole size, in the same way: the file that she gave may say where she lives."""
    with _ONE_AT_A_TIME, _drawn(photo) as image:
        return _written(_upright(image), WHOLE_QUALITY)


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image)
    return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _written(image: Image.Image, quality: int) -> bytes:
    """As a JPEG, on white where it is transparent."""
    from PIL import Image

    flat = image
    if image.mode == "RGBA":
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image)
    # What the file said of itself hangs on the image, and would be written again.
    flat.info = {}
    written = io.BytesIO()
    flat.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


@contextmanager
def _drawn(photo: bytes) -> Iterator[Image.Image]:
    """The photo, to be decoded within. Raises: PhotoUnusable."""
    image = _opened(photo)
    try:
        yield image
    except Exception as error:  # a broken photo breaks decoders in every way there is
        raise PhotoUnusable from error


def _opened(photo: bytes) -> Image.Image:
    """The photo, not decoded yet. Raises: PhotoUnusable, for no photo or too big a one."""
    from PIL import Image

    if len(photo) > MOST_BYTES:
        raise PhotoUnusable
    try:
        image = Image.open(io.BytesIO(photo), formats=KINDS)
    except Exception as error:  # as above
        raise PhotoUnusable from error
    if image.width * image.height > MOST_PIXELS:
        raise PhotoUnusable
    return image
