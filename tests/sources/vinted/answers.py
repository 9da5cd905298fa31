"""This is where answers in the recorded shapes are written by hand, for the tests of the parsers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl

from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse import Page, frames, parse_catalogue
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms

SEEN_AT = datetime(2026, 9, 20, 10, 30, tzinfo=UTC)
ORIGIN = Origin("vinted", "it", "run-1", query_catalog_id=4, query_key="00ff", page=2, first_position=97)
PSEUDONYMS = Pseudonyms(b"0123456789abcdef0123456789abcdef")
PHOTO = "https://images1.vinted.net/t/01_00aa_xyz/f800/1758300000.webp?s=abc"
SMALL_PHOTO = "https://images1.vinted.net/t/01_00aa_xyz/310x430/1758300000.webp?s=def"


def answer(body: Any, *, url: str = "https://api.vinted.it/svc-catalogue/items?page=2", kind: str = "json") -> Answer:
    """A 200 with this body: bytes and text as they are, anything else as JSON."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Answer(url, 200, f"application/{kind}", raw, SEEN_AT)


def envelope(*listings: Any, **more: Any) -> dict[str, Any]:
    """A catalogue answer with these listings."""
    pagination = {"current_page": 2, "per_page": 96, "time": 1789900000, "total_entries": 960, "total_pages": 10}
    return {"items": list(listings), "pagination": pagination, **more}


def svc_listing(listing_id: int = 10_000_000_001, **changed: Any) -> dict[str, Any]:
    """A listing as svc-catalogue shows it since September 2026."""
    listing = {
        "id": listing_id,
        "title": "Vestito a fiori",
        "url": f"/items/{listing_id}-vestito-a-fiori",
        "price": {"amount": "12.50", "currency_code": "EUR"},
        "service_fee": {"amount": "1.33", "currency_code": "EUR"},
        "total_item_price": {"amount": "13.83", "currency_code": "EUR"},
        "item_box": {
            "first_line": "Zara",
            "second_line": "M / IT 42 / EU 38 · Ottime",
            "accessibility_label": "Vestito a fiori, Brand: Zara",
            "item_id": listing_id,
            "exposures": [],
        },
        "favourite_count": 7,
        "is_favourite": False,
        "view_count": 0,
        "promoted": False,
        "content_source": "search",
        "search_tracking_params": {"score": 0.5},
        "user": {"id": 123456789, "login": "maria_rossi88", "business": False},
        "photo": photo(),
        "photos": [photo()],
    }
    return listing | changed


def photo(timestamp: int | None = None) -> dict[str, Any]:
    """A leading photo with two thumbnails."""
    high = {"id": "01_00aa_xyz", "orientation": None} | ({"timestamp": timestamp} if timestamp else {})
    thumbnails = [
        {"type": "thumb70x100", "url": PHOTO.replace("f800", "70x100"), "width": 70, "height": 100},
        {"type": "thumb310x430", "url": SMALL_PHOTO, "width": 310, "height": 430},
    ]
    return {"id": 1, "url": PHOTO, "is_main": True, "high_resolution": high, "thumbnails": thumbnails}


def v2_2025_listing(listing_id: int = 5_000_000_001, **changed: Any) -> dict[str, Any]:
    """A listing of the money-object era."""
    listing = {
        "id": listing_id,
        "title": "Giacca",
        "url": f"https://www.vinted.it/items/{listing_id}-giacca",
        "path": f"/items/{listing_id}-giacca",
        "price": {"amount": "110.0", "currency_code": "EUR"},
        "service_fee": {"amount": "6.2", "currency_code": "EUR"},
        "total_item_price": {"amount": "116.2", "currency_code": "EUR"},
        "conversion": None,
        "brand_title": "Barbour",
        "size_title": "XXL",
        "status": "Buone",
        "view_count": 0,
        "favourite_count": 3,
        "promoted": False,
        "photo": photo(1758300000),
        "user": seller(),
    }
    return listing | changed


def v2_2023_listing(listing_id: int = 2_600_000_001, **changed: Any) -> dict[str, Any]:
    """A listing of the string-price era."""
    listing = {
        "id": listing_id,
        "title": "Pull en laine",
        "url": f"https://www.vinted.fr/femmes/pulls/{listing_id}-pull-en-laine",
        "price": "10.0",
        "currency": "EUR",
        "service_fee": "1.2",
        "total_item_price": "11.2",
        "brand_title": "",
        "size_title": "",
        "is_visible": 1,
        "promoted": True,
        "content_source": "catalog_promoted_items",
        "view_count": 0,
        "favourite_count": 14,
        "photo": photo(1674637860),
        "user": seller() | {"profile_url": "https://www.vinted.fr/member/123456789-maria_rossi88"},
    }
    return listing | changed


def seller(seller_id: int = 123456789, login: str = "maria_rossi88") -> dict[str, Any]:
    """A user object as the old eras had it."""
    portrait = f"https://images1.vinted.net/t/portrait_of_{login}/f800/1.jpeg?s=1"
    return {
        "id": seller_id,
        "login": login,
        "business": False,
        "profile_url": f"https://www.vinted.it/member/{seller_id}-{login}",
        "photo": {"url": portrait, "thumbnails": [{"type": "thumb50", "url": portrait}]},
    }


def parsed(*listings: Any, **more: Any) -> Page:
    """The page that a catalogue answer with these listings is."""
    return parse_catalogue(answer(envelope(*listings, **more)), ORIGIN, PSEUDONYMS)


def row_of(page: Page) -> dict[str, Any]:
    """The only row of a page."""
    seen = frames([page])["listing_seen"]
    assert len(seen) == 1, frames([page])["rejected"].to_dicts()
    return seen.row(0, named=True)


def reasons_of(page: Page) -> list[str]:
    """Why rows of a page were refused."""
    return frames([page])["rejected"]["reason"].to_list()


def everything_written(made: dict[str, pl.DataFrame]) -> bytes:
    """All that these frames would put on disk, page bodies uncompressed."""
    import zstandard

    unpacked = zstandard.ZstdDecompressor()
    bodies = b"".join(unpacked.decompress(body) for body in made["page_raw"]["body"])
    rows = b"".join(repr(row).encode() for frame in made.values() for row in frame.rows())
    return bodies + rows
