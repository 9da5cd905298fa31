"""This is where a listing's photo becomes JSON: sizes, signed addresses, and in the old API the moment of its upload.

A signature fits one exact address: another size of the same photo is a 404.

Source: facts/vinted-web.md §2.3 and §2.4.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from vopt_lib.simulator.offers import Offer

Photograph = dict[str, Any]

FULL_SIZE = "tc"
SIZES = {"70x100": (70, 100), "150x210": (150, 210), "310x430": (310, 430), "f800": (600, 800), FULL_SIZE: (1200, 1600)}
"""Pixels of each size that an address can name. Source: facts/vinted-web.md §2.3."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 24

_THUMBNAILS = (
    ("thumb70x100", "70x100", 70, 100),
    ("thumb150x210", "150x210", 150, 210),
    ("thumb310x430", "310x430", 310, 430),
    ("thumb428x624", "f800", 321, 428),
    ("thumb624x428", "f800", 468, 624),
    ("thumb364x428", "f800", 273, 364),
)


@dataclass(frozen=True)
class Photo:
    """One photo of one listing, the leading one being number 1."""

    listing_id: int
    number: int


class ImageUrls:
    """Addresses of photos on the image host. A photo's id hides its listing from readers but not from the server."""

    def __init__(self, base: str, seed: int) -> None:
        self._base = base
        self._key = hashlib.sha256(f"simulated images {seed}".encode()).digest()

    def photo_id(self, photo: Photo) -> str:
        """The photo's id, in the form of the recorded ones: 06_0082b_FgHcZi296vwTGmKyGM3kBxsu."""
        plain = photo.listing_id.to_bytes(8, "big") + photo.number.to_bytes(1, "big")
        nonce = self._digest(plain)[:8]
        hidden = bytes(a ^ b for a, b in zip(plain, self._digest(nonce), strict=False))
        number, letters = int.from_bytes(nonce + hidden, "big"), ""
        for _ in range(_ID_LENGTH):
            number, digit = divmod(number, len(_ALPHABET))
            letters = _ALPHABET[digit] + letters
        return f"{nonce[0] % 6 + 1:02d}_{nonce[1:4].hex()[:5]}_{letters}"

    def photo(self, photo_id: str) -> Photo | None:
        """The photo of an id; None: not one of ours."""
        letters = photo_id.rpartition("_")[2]
        if len(letters) != _ID_LENGTH or not set(letters) <= set(_ALPHABET):
            return None
        number = 0
        for letter in letters:
            number = number * len(_ALPHABET) + _ALPHABET.index(letter)
        raw = number.to_bytes(18, "big")[1:]
        nonce, hidden = raw[:8], raw[8:]
        plain = bytes(a ^ b for a, b in zip(hidden, self._digest(nonce), strict=False))
        photo = Photo(int.from_bytes(plain[:8], "big"), plain[8])
        return photo if self._digest(plain)[:8] == nonce else None

    def url(self, photo_id: str, size: str, file_name: str) -> str:
        """The signed address of a photo in one size."""
        path = f"/tc/{photo_id}/{file_name}" if size == FULL_SIZE else f"/t/{photo_id}/{size}/{file_name}"
        return f"{self._base}{path}?s={self._signature(path)}"

    def is_signed(self, path: str, signature: str) -> bool:
        """Whether the signature was made for exactly this path."""
        return signature.isascii() and hmac.compare_digest(signature, self._signature(path))

    def _signature(self, path: str) -> str:
        return hmac.digest(self._key, path.encode(), "sha1").hex()

    def _digest(self, raw: bytes) -> bytes:
        return hmac.digest(self._key, raw, "sha256")


@lru_cache(maxsize=20_000)
def todays_photo(images: ImageUrls, listing_id: int) -> orjson.Fragment:
    """The leading photo as finished JSON: it is the heavy part of a page and never changes."""
    photo_id = images.photo_id(Photo(listing_id, 1))
    name = _file_name(photo_id)
    colour = hashlib.sha1(photo_id.encode(), usedforsecurity=False).hexdigest()[:6].upper()
    photo = {
        "dominant_color": f"#{colour}",
        "dominant_color_opaque": f"#{colour}",
        "extra": {},
        "full_size_url": images.url(photo_id, FULL_SIZE, name),
        "height": 800,
        "high_resolution": {"id": photo_id, "orientation": None},
        "id": 1,
        "image_no": 1,
        "is_main": True,
        "thumbnails": _thumbnails(images, photo_id, name),
        "url": images.url(photo_id, "f800", name),
        "width": 600,
    }
    return orjson.Fragment(orjson.dumps(photo))


def old_photo(images: ImageUrls, offer: Offer) -> Photograph | None:
    """The leading photo of the old API: with the moment of its upload, and JPEG."""
    if not offer.photo_count:
        return None
    photo_id, uploaded = images.photo_id(Photo(offer.listing_id, 1)), int(offer.published_at.timestamp())
    name = f"{uploaded}.jpeg"
    return {
        "id": offer.listing_id * 4 + 1,
        "image_no": 1,
        "width": 600,
        "height": 800,
        "dominant_color": "#7F634E",
        "dominant_color_opaque": "#D9D0CA",
        "url": images.url(photo_id, "f800", name),
        "is_main": True,
        "thumbnails": _thumbnails(images, photo_id, name),
        "high_resolution": {"id": photo_id, "timestamp": uploaded, "orientation": None},
        "is_suspicious": False,
        "full_size_url": images.url(photo_id, FULL_SIZE, name),
        "is_hidden": False,
        "extra": {},
    }


def portrait(images: ImageUrls, seller_id: int, uploaded: int) -> Photograph:
    """A person's portrait, as the old API showed it beside each of her listings; its photo is never answered."""
    photo_id = f"01_{seller_id % 0xFFFFF:05x}_portrait{seller_id:016d}"
    url = images.url(photo_id, "f800", f"{uploaded}.jpeg")
    return {
        "id": seller_id + 1,
        "width": 600,
        "height": 800,
        "temp_uuid": None,
        "url": url,
        "dominant_color": "#31abc2",
        "dominant_color_opaque": "#C1E6ED",
        "thumbnails": [
            {"type": f"thumb{side}", "url": url, "width": side, "height": side, "original_size": None}
            for side in (310, 150, 100, 50, 20)
        ],
        "is_suspicious": False,
        "orientation": None,
        "reaction": None,
        "high_resolution": {"id": photo_id, "timestamp": uploaded, "orientation": None},
        "full_size_url": url,
        "is_hidden": False,
        "extra": {},
    }


def _thumbnails(images: ImageUrls, photo_id: str, name: str) -> list[Photograph]:
    return [
        {
            "height": height,
            "original_size": True if size == "f800" else None,
            "type": kind,
            "url": images.url(photo_id, size, name),
            "width": width,
        }
        for kind, size, width, height in _THUMBNAILS
    ]


def _file_name(photo_id: str) -> str:
    return hashlib.sha1(photo_id.encode(), usedforsecurity=False).hexdigest()[:8] + ".webp"


def photo_url(images: ImageUrls, listing_id: int, number: int = 1) -> str:
    """The signed address of one of a listing's photos, as today's site delivers it."""
    photo_id = images.photo_id(Photo(listing_id, number))
    return images.url(photo_id, "f800", _file_name(photo_id))
