"""This is where a photo of a thing is made small, whatever file it claims to be."""

from __future__ import annotations

import io
from threading import Lock
from typing import TYPE_CHECKING, Final

from vopt_lib.errors import PhotoUnusable

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES: Final = 25 * 2**20
MOST_PIXELS: Final = 50_000_000
"""The largest photos of telephones have 48 to 50 million; more is made to fill the memory."""

QUALITY: Final = 82

KINDS: Final = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
"""{what Pillow calls it: its media type}. Nothing else is opened: each format is a decoder that can be attacked."""

_ONE_AT_A_TIME = Lock()
"""A photo of 50 million pixels takes 200 MB while it is made small."""


def media_type(photo: bytes) -> str:
    """What kind of photo this is, by its content. Raises: PhotoUnusable."""
    return KINDS[_opened(photo).format or ""]


def thumbnail(photo: bytes, size: int) -> bytes:
    """The photo as a JPEG that fits into a square of so many pixels, upright, with nothing but the picture in it: no
    place, no camera, no comment. Raises: PhotoUnusable.
    """
    from PIL import Image, ImageOps

    with _ONE_AT_A_TIME:
        image = _opened(photo)
        try:
            image.draft("RGB", (2 * size, 2 * size))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            upright.thumbnail((size, size))
            small = Image.new("RGB", upright.size, "white")
            small.paste(upright, mask=upright)
        except Exception as error:  # a broken photo breaks decoders in every way there is
            raise PhotoUnusable from error
    written = io.BytesIO()
    small.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def _opened(photo: bytes) -> Image.Image:
    """The photo, not decoded yet. Raises: PhotoUnusable, for no photo or too big a one."""
    from PIL import Image

    if len(photo) > MOST_BYTES:
        raise PhotoUnusable
    try:
        image = Image.open(io.BytesIO(photo), formats=("JPEG", "PNG", "WEBP"))
    except Exception as error:  # as above
        raise PhotoUnusable from error
    if image.width * image.height > MOST_PIXELS:
        raise PhotoUnusable
    return image
