"""This is where the simulator reads what is asked: today's query dialect, the old one, and that of people's links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal
from urllib.parse import parse_qsl

from vopt_lib.simulator.offers import FILTERED_BY, FilterCode, ShelfQuery

Order = Literal["relevance", "newest_first", "price_low_to_high", "price_high_to_low"]
ORDERS: tuple[Order, ...] = ("relevance", "newest_first", "price_low_to_high", "price_high_to_low")
MOST_PER_PAGE = 96
Params = Sequence[tuple[str, str]]


class BadQuery(ValueError):
    """What the site answers with 400."""


@dataclass(frozen=True)
class Asked:
    """A search as the site understood it; what came on sale after `time` (epoch seconds) is not wanted."""

    query: ShelfQuery
    order: Order = "relevance"
    page: int = 1
    per_page: int = MOST_PER_PAGE
    time: int | None = None


def pairs(query_string: bytes) -> Params:
    """The parameters as sent, empty and repeated ones included."""
    return parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)


def todays_search(params: Params) -> Asked:
    """What `svc-catalogue/items` understands: `attribute_ids[…]`, comma-joined. The old names are ignored in silence.

    Raises: BadQuery for an empty or wrong price, a repeated `attribute_ids` key, or an id that is not a number.
    """
    names = [name for name, _ in params]
    if any(name.startswith("attribute_ids[") and names.count(name) > 1 for name in names):
        raise BadQuery("repeated attribute_ids")
    given = dict(params)
    if any(given.get(name) == "" for name in ("price_from", "price_to")):
        raise BadQuery("empty price")
    return _asked(params, {code: [given.get(f"attribute_ids[{code}]", "")] for code in FILTERED_BY}, per_page=20)


def old_search(params: Params) -> Asked:
    """What `/api/v2/catalog/items` understood: `catalog_ids`, `brand_ids` …, comma-joined, repeated or with []."""
    ids = {code: _values(params, f"{code}_ids") for code in FILTERED_BY}
    return _asked(params, ids, per_page=20)


def peoples_search(params: Params, *, catalog_id: int | None = None, brand_id: int | None = None) -> Asked:
    """What the address of a catalogue page means: `catalog[]`, `brand_ids[]` … and ids from its path."""
    ids = {code: _values(params, f"{code}_ids") for code in FILTERED_BY}
    ids["catalog"] = [*_values(params, "catalog"), *([str(catalog_id)] if catalog_id else [])]
    ids["brand"] = [*ids["brand"], *([str(brand_id)] if brand_id else [])]
    return _asked(params, ids, per_page=MOST_PER_PAGE)


_BEYOND_ANY_PRICE = 10**9
_MOST_DIGITS = 18
"""Of a number: more would not fit the int64 of ids."""


def _values(params: Params, name: str) -> list[str]:
    return [value for key, value in params if key in (name, f"{name}[]")]


def _asked(params: Params, ids: dict[FilterCode, list[str]], *, per_page: int) -> Asked:
    given = dict(params)
    order = given.get("order", "relevance")
    return Asked(
        query=ShelfQuery(
            catalog_ids=_ids(ids["catalog"]),
            brand_ids=_ids(ids["brand"]),
            size_ids=_ids(ids["size"]),
            condition_ids=_ids(ids["status"]),
            colour_ids=_ids(ids["color"]),
            material_ids=_ids(ids["material"]),
            price_from=_price(given.get("price_from", "")),
            price_to=_price(given.get("price_to", "")),
            search_text=given.get("search_text", "").strip() or None,
        ),
        order=order if order in ORDERS else "relevance",
        page=_whole(given.get("page", "1")),
        per_page=min(_whole(given.get("per_page", str(per_page))), MOST_PER_PAGE),
        time=_whole(given["time"]) if given.get("time") else None,
    )


def _ids(values: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({_whole(chunk) for value in values for chunk in value.split(",") if chunk}))


def _price(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        raise BadQuery("price") from None
    if not price.is_finite() or not 0 <= price < _BEYOND_ANY_PRICE:
        raise BadQuery("price")
    return price


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) > 0):
        raise BadQuery("number")
    return int(text)
