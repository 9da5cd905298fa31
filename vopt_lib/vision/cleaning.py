"""This is where a photo is made fit for a listing or a page: a little cropped and lit, small, nothing but the picture.

Nothing that a file says beside its pixels goes on: no place, no camera, no comment, no profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from PIL.Image import Image, Resampling, Transpose

from vopt_lib.schema.photo_hints import Background, PhotoHint
from vopt_lib.vision.background import Segmenter, on_plain, verdict
from vopt_lib.vision.crop import without_plain_borders
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.hints import hints_of
from vopt_lib.vision.light import well_lit

LONG_EDGE: Final = 1600
"""Pixels. Source: Vinted keeps no more than 1200 × 1600 of a photo (facts, measured)."""

QUALITY: Final = 88
SMALL_QUALITY: Final = 82
WHOLE_QUALITY: Final = 92

_QUARTERS: Final = {1: Transpose.ROTATE_270, 2: Transpose.ROTATE_180, 3: Transpose.ROTATE_90}

_ONE_AT_A_TIME = Lock()
"""A large photo takes 300 MB while it is decoded; several pages of one server may ask at once."""


@dataclass(frozen=True)
class PreparedPhoto:
    """A JPEG for a listing, its size in pixels, and what could be better about what it was made from.

    background: what became of it; None: it was not to be changed.
    """

    content: bytes
    width: int
    height: int
    hints: tuple[PhotoHint, ...]
    background: Background | None = None


def prepared(content: bytes, *, quarters: int = 0, segmenter: Segmenter | None = None) -> PreparedPhoto:
    """The photo as Vinted takes it: upright, turned by so many quarters clockwise, without plain borders, with better
    light where it was dim, at most LONG_EDGE on its long edge, never enlarged. A segmenter puts the thing on a plain
    background, where it is sure of it. Raises: PhotoTooLarge; PhotoUnreadable.
    """
    with _ONE_AT_A_TIME:
        opened = turned(open_photo(content, longest=LONG_EDGE), quarters)
    taken = fitted(without_plain_borders(opened), LONG_EDGE)
    photo, background = well_lit(taken), None
    if segmenter is not None:
        mask = segmenter.mask(taken)
        background = verdict(mask)
        photo = on_plain(photo, mask) if background is Background.PLAIN else photo
    return PreparedPhoto(as_jpeg(photo, QUALITY), photo.width, photo.height, hints_of(opened), background)


def thumbnail(content: bytes, size: int, *, quarters: int = 0) -> bytes:
    """The photo as a JPEG that fits into a square of so many pixels, upright, and turned by so many quarters clockwise.

    Raises: as `prepared`.
    """
    with _ONE_AT_A_TIME:
        return small_jpeg(turned(open_photo(content, longest=size), quarters), size)


def small_jpeg(photo: Image, size: int) -> bytes:
    """An opened photo as a JPEG that fits into a square of so many pixels."""
    return as_jpeg(fitted(photo, size), SMALL_QUALITY)


def whole(content: bytes, *, quarters: int = 0) -> bytes:
    """The photo as large as `open_photo` gives it, otherwise in the same way."""
    with _ONE_AT_A_TIME:
        return as_jpeg(turned(open_photo(content), quarters), WHOLE_QUALITY)


def judged(content: bytes, *, quarters: int = 0) -> tuple[PhotoHint, ...]:
    """What could be better about the photo, upright and turned by so many quarters. Raises: as `prepared`."""
    with _ONE_AT_A_TIME:
        return hints_of(turned(open_photo(content, longest=LONG_EDGE), quarters))


def turned(photo: Image, quarters: int) -> Image:
    """The photo turned clockwise by so many quarters; less than none turns the other way."""
    return photo.transpose(_QUARTERS[quarters % 4]) if quarters % 4 else photo


def fitted(photo: Image, size: int) -> Image:
    """The photo with at most so many pixels on its long edge; a smaller one as it is."""
    longest = max(photo.size)
    if longest <= size:
        return photo
    width, height = (max(round(edge * size / longest), 1) for edge in photo.size)
    return photo.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)


def as_jpeg(photo: Image, quality: int) -> bytes:
    """The photo as a file; what hangs on the image stays out of it."""
    written = BytesIO()
    nothing = {"exif": b"", "xmp": b"", "comment": b"", "icc_profile": None}
    photo.save(written, "JPEG", quality=quality, optimize=True, **nothing)
    return written.getvalue()
