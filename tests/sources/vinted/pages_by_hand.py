"""This is where pages of the site are written by hand in the recorded shapes, for the tests of the parsers."""

from __future__ import annotations

import json
from typing import Any

from tests.sources.vinted.answers import PHOTO

PORTRAIT = "https://images1.vinted.net/t/portrait/f800/1.jpeg?s=1"


def item_page(*, flight: str = "", details: str = "", json_ld: dict[str, Any] | None = None, cut: int = 40) -> str:
    """An item page about listing 7001 with this flight text, pushed in pieces of `cut` characters."""
    return (
        '<!DOCTYPE html><html lang="it-IT"><head><meta charset="utf-8"/><title>Gonna | Vinted</title>'
        '<link rel="canonical" href="https://www.vinted.it/items/7001-gonna"/>'
        '<link rel="alternate" hrefLang="fr-FR" href="https://www.vinted.fr/items/7001-gonna"/>'
        '<meta property="og:title" content="Gonna | Vinted"/>'
        '<meta property="og:description" content="Gonna - Come nuova"/>'
        '<meta property="og:url" content="https://www.vinted.it/items/7001-gonna"/>'
        f'<meta property="og:image" content="{PHOTO}"/></head><body>'
        f'<script type="application/ld+json">{json.dumps(product() | (json_ld or {}))}</script>'
        f'<div class="details-list">{details}</div>{pushes(flight, cut)}</body></html>'
    )


def product() -> dict[str, Any]:
    """The JSON-LD of the item page."""
    return {
        "@type": "Product",
        "name": "Gonna",
        "description": "Come nuova, mai messa",
        "image": PHOTO,
        "brand": {"@type": "Brand", "name": "Mango"},
        "offers": {"@type": "Offer", "priceCurrency": "EUR", "price": 15, "availability": "InStock"},
        "category": "Donna Gonne",
        "color": "Blu",
    }


def detail(name: str, text: str) -> str:
    """One row of the list of details."""
    return f'<div data-testid="item-attributes-{name}"><span itemprop="{name}"><span>{text}</span></span></div>'


def pushes(flight: str, cut: int = 40) -> str:
    """A flight text as the page pushes it, cut anywhere."""
    pieces = [flight[start : start + cut] for start in range(0, len(flight), cut)]
    return "".join(
        "<script>self.__next_f.push([1," + json.dumps(piece).replace("</", "\\u003c/") + "])</script>"
        for piece in pieces
    )


def plugins(item_id: int = 7001, *, seller_id: int = 123456789, login: str = "maria_rossi88", **status: Any) -> str:
    """The flight text of an item page: its plug-ins, after a row of plain text."""
    state = {"is_closed": False, "is_reserved": False, "is_hidden": False, "item_closing_action": None} | status
    blocks = [
        {"name": "favourite", "data": {"item_id": item_id, "seller_id": seller_id, "favourite_count": 11}},
        {"name": "item_status", "data": {"item_id": item_id, **state}},
        {"name": "user_info_header", "data": {"id": seller_id, "login": login, "photo": {"url": PORTRAIT}}},
    ]
    return "1:T5,ciao\n2:" + json.dumps(["$", "div", None, {"plugins": blocks}]) + "\n"


def catalogue_flight(*products: dict[str, Any]) -> str:
    """The flight text of a catalogue page."""
    shown = {
        "items": {
            "items": [{"productItem": entry} for entry in products],
            "pagination": {"currentPage": 1, "perPage": 96, "totalEntries": 960, "totalPages": 10, "time": 1789900000},
        }
    }
    return "7:" + json.dumps(["$", "$L1", None, shown]) + "\n"


def product_item(listing_id: int = 7001, **changed: Any) -> dict[str, Any]:
    """A listing as a catalogue page's flight data shows it."""
    return {
        "id": listing_id,
        "title": "Gonna",
        "url": f"/items/{listing_id}-gonna",
        "price": {"amount": "15.00", "currencyCode": "EUR"},
        "serviceFee": {"amount": "1.45", "currencyCode": "EUR"},
        "totalItemPrice": {"amount": "16.45", "currencyCode": "EUR"},
        "photos": [{"url": PHOTO}],
        "thumbnailUrl": PHOTO,
        "itemBox": {"firstLine": "Mango", "secondLine": "S · Ottime", "badge": "$undefined"},
        "favouriteCount": 4,
        "isPromoted": False,
        "user": {"id": 123456789, "login": "maria_rossi88", "isBusiness": True},
    } | changed
