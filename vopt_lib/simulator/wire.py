"""This is where a listing becomes the JSON of one era of Vinted's web API.

Source: facts/vinted-web.md §2.2 to §2.4 and §3.1. The search results of today carry no upload time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson

from vopt_lib.schema.vinted_terms import LABEL_LANGUAGES, LabelLanguage, conditions, folded
from vopt_lib.simulator.faults import Fault, Taken
from vopt_lib.simulator.offers import Offer
from vopt_lib.simulator.photo_wire import ImageUrls, old_photo, portrait, todays_photo
from vopt_lib.simulator.shelf import REPEATED, Placed, ShelfPage
from vopt_lib.simulator.tree import way_down

Item = dict[str, Any]


class Era(StrEnum):
    """A generation of the web API."""

    V2_2023 = "v2-2023"
    V2_2025 = "v2-2025"
    SVC_2026_09 = "svc-2026-09"

    @property
    def cap(self) -> int:
        """The most results that a search admits to. Source: facts/vinted-web.md §2.2."""
        return 3000 if self is Era.V2_2023 else 960


@dataclass(frozen=True)
class Addresses:
    """Where the simulated site stands: what absolute addresses begin with."""

    www: str
    images: ImageUrls


def label_language(locale: str | None) -> LabelLanguage:
    """The language of labels for a `Locale` header (it-IT): French without one, as on the real site."""
    code = (locale or "fr")[:2].lower()
    return code if code in LABEL_LANGUAGES else "fr"


def catalogue_answer(
    shown: ShelfPage, era: Era, addresses: Addresses, *, language: LabelLanguage, taken: Taken
) -> bytes:
    """The body of a catalogue search."""
    make = _ITEM_OF[era]
    items = []
    for place, placed in enumerate(shown.places):
        item = _spoiled(make(placed, addresses, language), place, taken)
        items.append(item | dict(placed.offer.wire) if placed.offer.wire else item)
    return orjson.dumps(_envelope(items, shown, era))


def wardrobe_answer(
    offers: list[Offer],
    addresses: Addresses,
    *,
    page: int,
    per_page: int,
    language: LabelLanguage,
    taken: Taken = MappingProxyType({}),
) -> bytes:
    """The body of one page of a seller's closet."""
    first = (page - 1) * per_page
    if Fault.DUPLICATE_ITEMS in taken:
        first = max(first - REPEATED, 0)
    shown = [_wardrobe_item(offer, addresses, language) for offer in offers[first : first + per_page]]
    body = {
        "items": [_spoiled(item, place, taken) for place, item in enumerate(shown)],
        "pagination": {
            "current_page": page,
            "total_pages": -(-len(offers) // per_page),
            "total_entries": len(offers),
            "per_page": per_page,
        },
        "code": 0,
    }
    return orjson.dumps(body)


def item_path(offer: Offer) -> str:
    """The relative address of a listing's page."""
    return f"/items/{offer.listing_id}-{slug(offer.title)}"


def slug(text: str) -> str:
    """The text as it stands in an address."""
    plain = "".join(char if char.isascii() and char.isalnum() else " " for char in folded(text))
    return "-".join(plain.split())[:80].strip("-") or "articolo"


def condition_label(condition_id: int | None, language: LabelLanguage) -> str:
    """The condition in words, "" without one."""
    return _condition_labels().get((condition_id, language), "")


def closing(offer: Offer) -> Item:
    """What became of a listing, as closets and item pages tell it."""
    return {
        "is_closed": offer.status == "sold",
        "is_reserved": offer.status == "reserved",
        "is_hidden": offer.status == "hidden",
        "item_closing_action": "sold" if offer.status == "sold" else None,
    }


def box_lines(offer: Offer, language: LabelLanguage) -> tuple[str, str]:
    """The two lines under a photo: the brand; size and condition."""
    facts = [offer.size.title if offer.size else "", condition_label(offer.condition_id, language)]
    return offer.brand.title if offer.brand else "", " · ".join(fact for fact in facts if fact)


def search_id(*facts: object) -> str:
    """A made-up id of one search, the same for the same facts."""
    return str(UUID(bytes=hashlib.md5(repr(facts).encode(), usedforsecurity=False).digest(), version=4))


def _envelope(items: list[Item], shown: ShelfPage, era: Era) -> Item:
    session = search_id("session", shown.time, shown.total_entries)
    correlation = search_id("correlation", shown.time, shown.page, shown.serial)
    pagination = {
        "current_page": shown.page,
        "per_page": shown.per_page,
        "time": shown.time,
        "total_entries": shown.total_entries,
        "total_pages": shown.total_pages,
    }
    tracking = {"search_correlation_id": correlation, "search_session_id": session}
    if era is Era.SVC_2026_09:
        tracking["global_search_session_id"] = search_id("global", shown.time)
        return {"items": items, "pagination": pagination, "search_tracking_params": tracking}
    dominant = {"dominant_brand": None} if era is Era.V2_2023 else {}
    return {"items": items, **dominant, "search_tracking_params": tracking, "pagination": pagination, "code": 0}


def _todays_item(placed: Placed, addresses: Addresses, language: LabelLanguage) -> Item:
    offer = placed.offer
    first_line, second_line = box_lines(offer, language)
    photo = todays_photo(addresses.images, offer.listing_id) if offer.photo_count else None
    return {
        "content_source": "search_promoted_items" if placed.promoted else "search",
        "favourite_count": offer.favourites,
        "id": offer.listing_id,
        "is_favourite": False,
        "item_box": {
            "accessibility_label": _spoken(offer, language, _two_decimals),
            "exposures": [],
            "ff_exposures": [],
            "first_line": first_line,
            "item_id": offer.listing_id,
            "second_line": second_line,
        },
        "photo": photo,
        "photos": [photo] if photo else [],
        "price": _money(offer.price, offer.currency, _two_decimals),
        "promoted": placed.promoted,
        "search_tracking_params": {"score": 1 if placed.score == 1 else placed.score},
        "service_fee": _money(offer.service_fee, offer.currency, _two_decimals),
        "show_1st_time_seller_discount": False,
        "title": offer.title,
        "total_item_price": _money(offer.total, offer.currency, _two_decimals),
        "url": item_path(offer),
        "user": {"business": offer.seller_is_business, "id": offer.seller_id, "login": offer.seller_login},
        "view_count": 0,
    }


def _money_object_item(placed: Placed, addresses: Addresses, language: LabelLanguage) -> Item:
    offer = placed.offer
    first_line, second_line = box_lines(offer, language)
    return {
        "id": offer.listing_id,
        "title": offer.title,
        "price": _money(offer.price, offer.currency, _shortest),
        "is_visible": True,
        "discount": None,
        "brand_title": offer.brand.title if offer.brand else "",
        "path": item_path(offer),
        "user": {
            "id": offer.seller_id,
            "login": offer.seller_login,
            "profile_url": f"{addresses.www}/member/{offer.seller_id}-{offer.seller_login}",
            "photo": _portrait(addresses, offer),
            "business": offer.seller_is_business,
        },
        "conversion": _conversion(offer),
        "url": addresses.www + item_path(offer),
        "promoted": placed.promoted,
        "photo": old_photo(addresses.images, offer),
        "favourite_count": offer.favourites,
        "is_favourite": False,
        "badge": None,
        "service_fee": _money(offer.service_fee, offer.currency, _shortest),
        "total_item_price": _money(offer.total, offer.currency, _shortest),
        "view_count": 0,
        "size_title": offer.size.title if offer.size else "",
        "content_source": "search_promoted_items" if placed.promoted else "search",
        "status": condition_label(offer.condition_id, language),
        "icon_badges": [],
        "item_box": {
            "first_line": first_line,
            "second_line": second_line,
            "exposure": None,
            "accessibility_label": _spoken(offer, language, _shortest),
            "badge": None,
            "item_id": offer.listing_id,
        },
        "search_tracking_params": {"score": placed.score, "matched_queries": []},
        "show_1st_time_seller_discount": False,
    }


def _string_price_item(placed: Placed, addresses: Addresses, language: LabelLanguage) -> Item:
    offer = placed.offer
    return {
        "id": offer.listing_id,
        "title": offer.title,
        "price": _shortest(offer.price),
        "is_visible": 1,
        "discount": None,
        "currency": offer.currency,
        "brand_title": offer.brand.title if offer.brand else "",
        "is_for_swap": False,
        "user": {
            "id": offer.seller_id,
            "login": offer.seller_login,
            "business": offer.seller_is_business,
            "profile_url": f"{addresses.www}/member/{offer.seller_id}-{offer.seller_login}",
            "photo": _portrait(addresses, offer),
        },
        "url": f"{addresses.www}{_catalogue_path(offer.catalog_id)}/{offer.listing_id}-{slug(offer.title)}",
        "promoted": placed.promoted,
        "photo": old_photo(addresses.images, offer),
        "favourite_count": offer.favourites,
        "is_favourite": False,
        "favourite_group_id": None,
        "badge": None,
        "conversion": _conversion(offer),
        "service_fee": _shortest(offer.service_fee),
        "shipping_fee": None,
        "total_item_price": _shortest(offer.total),
        "view_count": 0,
        "size_title": offer.size.title if offer.size else "",
        "content_source": "catalog_promoted_items" if placed.promoted else "catalog",
        "search_tracking_params": {"buyer_item_distance_km": None, "score": placed.score, "matched_queries": []},
    }


_ITEM_OF: Mapping[Era, Callable[[Placed, Addresses, LabelLanguage], Item]] = {
    Era.SVC_2026_09: _todays_item,
    Era.V2_2025: _money_object_item,
    Era.V2_2023: _string_price_item,
}


def _wardrobe_item(offer: Offer, addresses: Addresses, language: LabelLanguage) -> Item:
    item = {
        "id": offer.listing_id,
        "title": offer.title,
        "price": _money(offer.price, offer.currency, _shortest),
        "currency": offer.currency,
        "brand": offer.brand.title if offer.brand else "",
        "size": offer.size.title if offer.size else "",
        "status": condition_label(offer.condition_id, language),
        "url": addresses.www + item_path(offer),
        "path": item_path(offer),
        "user_id": offer.seller_id,
        "user": {"id": offer.seller_id, "login": offer.seller_login, "business": offer.seller_is_business},
        "photos": [old_photo(addresses.images, offer)] if offer.photo_count else [],
        "favourite_count": offer.favourites,
        "is_favourite": False,
        "view_count": 0,
        "service_fee": _money(offer.service_fee, offer.currency, _shortest),
        "total_item_price": _money(offer.total, offer.currency, _shortest),
        "is_draft": False,
        "is_processing": False,
        "can_edit": False,
        **closing(offer),
        "promoted": False,
    }
    return item | dict(offer.wire) if offer.wire else item


def _portrait(addresses: Addresses, offer: Offer) -> Item:
    return portrait(addresses.images, offer.seller_id, int(offer.created_at.timestamp()))


_MONEY = ("price", "service_fee", "total_item_price")


def _spoiled(item: Item, place: int, taken: Taken) -> Item:
    if Fault.SCHEMA_DRIFT in taken:
        item = _drifted(item)
    if Fault.HALF_WITHOUT_PRICE in taken and place % 2:
        item = item | {"price": None}
    if Fault.OTHER_CURRENCY in taken:
        money = {name: {**item[name], "currency_code": "PLN"} for name in _MONEY if isinstance(item.get(name), dict)}
        item = item | money
    return item


def _drifted(item: Item) -> Item:
    """The item as after a change that nobody announced."""
    price = item["price"]
    value = (
        {"value": price["amount"], "currency": price["currency_code"]} if isinstance(price, dict) else {"value": price}
    )
    return {name: field for name, field in item.items() if name != "item_box"} | {"price": value}


def _money(amount: Decimal, currency: str, form: Callable[[Decimal], str]) -> dict[str, str]:
    return {"amount": form(amount), "currency_code": currency}


def _two_decimals(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _shortest(amount: Decimal) -> str:
    """As the old API wrote money: 10.0, 11.2, 1.08."""
    return str(float(amount))


def _conversion(offer: Offer) -> dict[str, str] | None:
    if offer.conversion is None:
        return None
    return {
        "seller_price": _shortest(offer.conversion.seller_price),
        "seller_currency": offer.conversion.seller_currency,
        "buyer_currency": offer.currency,
        "fx_rounded_rate": str(offer.conversion.rate),
        "fx_base_amount": _shortest(offer.conversion.seller_price),
        "fx_markup_rate": str(offer.conversion.markup),
    }


_SPOKEN: Mapping[LabelLanguage, tuple[str, str, str]] = {
    "it": ("Brand", "Condizioni", "Taglia"),
    "fr": ("Marque", "État", "Taille"),
    "en": ("Brand", "Condition", "Size"),
    "es": ("Marca", "Estado", "Talla"),
    "de": ("Marke", "Zustand", "Größe"),
    "nl": ("Merk", "Staat", "Maat"),
    "pl": ("Marka", "Stan", "Rozmiar"),
}
"""What screen readers hear. Source: the Italian words are recorded, "Brand" included; the others are ours."""


def _spoken(offer: Offer, language: LabelLanguage, form: Callable[[Decimal], str]) -> str:
    brand, condition, size = _SPOKEN[language]
    label = condition_label(offer.condition_id, language)
    sign = "€" if offer.currency == "EUR" else offer.currency
    parts = [
        offer.title,
        f"{brand}: {offer.brand.title}" if offer.brand else "",
        f"{condition}: {label}" if label else "",
        f"{size}: {offer.size.title}" if offer.size else "",
        f"{form(offer.price)} {sign}",
        f"{form(offer.total)} {sign}",
    ]
    return ", ".join(part for part in parts if part)


@lru_cache(maxsize=1)
def _condition_labels() -> Mapping[tuple[int | None, LabelLanguage], str]:
    return {
        (condition.id, language): condition.labels[language]
        for condition in conditions()
        for language in LABEL_LANGUAGES
    }


@lru_cache(maxsize=4096)
def _catalogue_path(catalog_id: int) -> str:
    titles = [node.title for node in way_down(catalog_id)] or ["Altro"]
    return "".join(f"/{slug(title)}" for title in titles)
