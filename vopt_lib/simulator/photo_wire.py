"""This is where a listing's photo becomes JSON: sizes, signed addresses, and in the old API the moment of its upload.

Source: facts/vinted-web.md §2.3 and §2.4.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import orjson

from vopt_lib.simulator.image_urls import FULL_SIZE, ImageUrls, Photo
from vopt_lib.simulator.offers import Offer

Photograph = dict[str, Any]

_THUMBNAILS = (
    ("thumb70x100", "70x100", 70, 100),
    ("thumb150x210", "150x210", 150, 210),
    ("thumb310x430", "310x430", 310, 430),
    ("thumb428x624", "f800", 321, 428),
    ("thumb624x428", "f800", 468, 624),
    ("thumb364x428", "f800", 273, 364),
)


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
