"""This is where a saved file is told by its content: what shape it has, which market and which moment it comes from."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from vopt_lib.schema.records import pagination
from vopt_lib.sources.vinted.decode import json_of
from vopt_lib.sources.vinted.parse_catalogue import catalogue_shape, is_wardrobe
from vopt_lib.sources.vinted.parse_html import ITEM_ID
from vopt_lib.sources.vinted.parse_page import Shape
from vopt_lib.sources.vinted.site import LOCALES

_MARKETS = "|".join(map(re.escape, LOCALES)).encode()
_SITE = re.compile(rb"https?:(?:\\?/){2}(?:www|api)\.vinted\.(" + _MARKETS + rb")(?=[\"'/\\?:])")
_MAIN_ADDRESS = re.compile(
    rb"""<link\b[^>]*\brel=["']canonical["'][^>]*>|<meta\b[^>]*\bproperty=["']og:url["'][^>]*>""", re.IGNORECASE
)
_LISTING_KEYS = frozenset({"title", "price", "item_box", "brand_title"})
_CARD = b"productItem"


def recognise(body: bytes, content_type: str) -> Shape | None:
    """The shape of an answer, told by its content (a saved file's type is often wrong); None: none of ours."""
    start = body.lstrip()[:1]
    if start in (b"{", b"["):
        shape = _recognise_json(body)
        return shape or (Shape.CATALOG_PAGE if _is_flight(body, content_type) else None)
    if start == b"<":
        return _recognise_html(body)
    return Shape.CATALOG_PAGE if _is_flight(body, content_type) else None


def market_of(body: bytes) -> str | None:
    """The market that an answer's own addresses name: the page's main address, else the most frequent; None if none."""
    for address in _MAIN_ADDRESS.finditer(body):
        found = _SITE.search(address[0])
        if found:
            return found[1].decode()
    named = Counter(_SITE.findall(body)).most_common(2)
    if not named or (len(named) == 2 and named[0][1] == named[1][1]):
        return None
    return str(named[0][0].decode())


def time_of(body: bytes) -> datetime | None:
    """When a JSON answer was given (`pagination.time`, UTC); None when it does not say."""
    try:
        envelope = json_of(body)
    except ValueError:
        return None
    told = pagination(envelope.get("pagination") or {}).time if isinstance(envelope, dict) else None
    return datetime.fromtimestamp(told, UTC) if told else None


def _recognise_json(body: bytes) -> Shape | None:
    try:
        envelope = json_of(body)
    except ValueError:
        return None
    if not isinstance(envelope, dict):
        return None
    if _is_listing(envelope.get("item")):
        return Shape.WARDROBE
    entries = envelope.get("items")
    if not isinstance(entries, list) or (entries and not any(map(_is_listing, entries))):
        return None
    if is_wardrobe(envelope):
        return Shape.WARDROBE
    return catalogue_shape(envelope) if entries or "pagination" in envelope else None


def _is_listing(entry: Any) -> bool:
    return isinstance(entry, dict) and "id" in entry and not _LISTING_KEYS.isdisjoint(entry)


def _recognise_html(body: bytes) -> Shape | None:
    main = b" ".join(address[0] for address in _MAIN_ADDRESS.finditer(body)).decode("utf-8", "replace")
    if ITEM_ID.search(main):
        return Shape.ITEM_PAGE
    return Shape.CATALOG_PAGE if _CARD in body and b"__next_f" in body else None


def _is_flight(body: bytes, content_type: str) -> bool:
    return _CARD in body and ("x-component" in content_type or re.match(rb"\s*[0-9a-f]+:", body) is not None)
