"""This is where we say what a page is that takes photos from a phone, and what is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vopt_lib.schema.own_photos import MOST_SHOWN
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.schema.qr_code import QrCode

OPEN_FOR: Final = timedelta(minutes=15)
"""How long a code holds."""

MOST_PHOTOS: Final = MOST_SHOWN
"""Photos that one code lets in."""


@dataclass(frozen=True)
class PhonePage:
    """A page that is open for photos of a listing. address: what the code says, with its secret word."""

    address: str
    title: str
    ends_at: datetime
    most: int = MOST_PHOTOS


@dataclass(frozen=True)
class PhoneShown:
    """Such a page and the code that opens it, to be shown."""

    page: PhonePage
    code: QrCode


@dataclass(frozen=True)
class PhotoArrived:
    """A photo that came. number: the how many-th of this code; hints: what could be better about it."""

    number: int
    hints: tuple[PhotoHint, ...] = ()
