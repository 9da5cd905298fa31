"""This is where hand-shaped catalogue answers are made, as many as a measurement wants.

Nothing here is recorded: the shape is today's, every value is drawn from a seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import orjson

SIZES = ("XS", "S", "M", "L", "M / IT 42 / EU 38", "W34 | FR 44", "1-3 mesi / 56 cm", "")
CONDITIONS = ("Nuovo con cartellino", "Nuovo senza cartellino", "Ottime", "Buone", "Discrete")
BRANDS = ("Zara", "Nike", "H&M", "Levi's", "Max Mara", "")
THUMBNAILS = (("70x100", 70, 100), ("150x210", 150, 210), ("310x430", 310, 430))
WHOLE = (("428x624", 321, 428), ("624x428", 468, 624), ("364x428", 273, 364))


def catalogue_bodies(pages: int, *, seed: int = 1, per_page: int = 96) -> Iterator[bytes]:
    """Bodies of so many svc-catalogue pages, each listing with its own id, seller and photo."""
    draw = random.Random(seed)
    for page in range(pages):
        first = 10_000_000_000 + page * per_page
        envelope = {
            "items": [listing(first + n, draw) for n in range(per_page)],
            "pagination": {
                "current_page": page % 10 + 1,
                "per_page": per_page,
                "time": 1_790_000_000,
                "total_entries": 960,
                "total_pages": 10,
            },
            "search_tracking_params": {"search_session_id": f"{draw.getrandbits(128):032x}"},
        }
        yield orjson.dumps(envelope)


def listing(listing_id: int, draw: random.Random) -> dict[str, Any]:
    """One listing as svc-catalogue shows it."""
    brand, size, condition = draw.choice(BRANDS), draw.choice(SIZES), draw.choice(CONDITIONS)
    cents = draw.randrange(100, 20_000)
    fee = 70 + cents // 20
    title = f"{draw.choice(('Maglione', 'Vestito', 'Jeans', 'Giacca'))} {brand} {draw.randrange(9999)}".strip()
    photo = _photo(draw)
    return {
        "content_source": "search",
        "favourite_count": draw.randrange(60),
        "id": listing_id,
        "is_favourite": False,
        "item_box": {
            "accessibility_label": f"{title}, Brand: {brand}, Condizioni: {condition}, Taglia: {size}, {cents / 100} €",
            "exposures": [],
            "ff_exposures": [],
            "first_line": brand,
            "item_id": listing_id,
            "second_line": f"{size} · {condition}" if size else condition,
        },
        "photo": photo,
        "photos": [photo],
        "price": _money(cents),
        "promoted": draw.random() < 0.05,
        "search_tracking_params": {"score": draw.random()},
        "service_fee": _money(fee),
        "show_1st_time_seller_discount": False,
        "title": title,
        "total_item_price": _money(cents + fee),
        "url": f"/items/{listing_id}-{title.lower().replace(' ', '-')}",
        "user": {"business": False, "id": draw.randrange(10**8, 10**9), "login": f"armadio_{draw.randrange(10**7)}"},
        "view_count": 0,
    }


def _money(cents: int) -> dict[str, str]:
    return {"amount": f"{cents // 100}.{cents % 100:02d}", "currency_code": "EUR"}


def _photo(draw: random.Random) -> dict[str, Any]:
    place = f"{draw.randrange(9):02d}_{draw.getrandbits(20):05x}_{draw.getrandbits(96):024x}"
    leaf = f"{draw.getrandbits(32):08x}.webp"
    whole = _image(f"t/{place}/f800/{leaf}", draw)
    small = [_thumbnail(name, _image(f"t/{place}/{name}/{leaf}", draw), (w, h), None) for name, w, h in THUMBNAILS]
    large = [_thumbnail(name, whole, (w, h), True) for name, w, h in WHOLE]
    return {
        "dominant_color": "#54524F",
        "dominant_color_opaque": "#CCCBCA",
        "extra": {},
        "full_size_url": _image(f"tc/{place}/{leaf}", draw),
        "height": 800,
        "high_resolution": {"id": place, "orientation": None},
        "id": 1,
        "image_no": 1,
        "is_main": True,
        "thumbnails": small + large,
        "url": whole,
        "width": 600,
    }


def _thumbnail(name: str, url: str, box: tuple[int, int], same: bool | None) -> dict[str, Any]:
    return {"height": box[1], "original_size": same, "type": f"thumb{name}", "url": url, "width": box[0]}


def _image(path: str, draw: random.Random) -> str:
    return f"https://images1.vinted.net/{path}?s={draw.getrandbits(160):040x}"
