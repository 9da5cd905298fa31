"""This is where pages made for people are read: the page of one listing, and a catalogue page (HTML or RSC)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from lxml import html as lxml_html

from vopt_lib.errors import MissingItems, UnexpectedAnswer
from vopt_lib.schema.records import Listing, OwnListing, Pagination, pagination
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse_catalogue import answering_host
from vopt_lib.sources.vinted.parse_flight import flight_text, islands, objects, snake_case
from vopt_lib.sources.vinted.parse_page import Page, Shape, page_of
from vopt_lib.sources.vinted.parse_upload import upload_time
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.sources.vinted.pseudonyms_html import clean_page, clean_rsc
from vopt_lib.words import N_

ITEM_ID = re.compile(r"/items/([0-9]{1,18})(?![0-9])")
_ID = re.compile(r"[0-9]{1,18}")
STATE_KEYS = ("is_draft", "is_closed", "is_reserved", "is_hidden", "item_closing_action")
FLIGHT_KEYS = (
    *STATE_KEYS,
    "favourite_count",
    "view_count",
    "service_fee",
    "total_item_price",
    "conversion",
    "photo",
    "photos",
)
SOLD_OUT = ("SoldOut", "OutOfStock", "Discontinued")


def parse_item_page(answer: Answer, origin: Origin, pseudonyms: Pseudonyms) -> Page:
    """The one listing that an item page is about.

    What is told by JSON-LD wins over OpenGraph; flight data counts only where it names this listing's id.

    Raises: UnexpectedAnswer when the page is not about a listing.
    """
    text = clean_page(answer.body.decode("utf-8", "replace"), pseudonyms)
    page = _document(text)
    listing_id = _listing_id(page)
    if listing_id is None:
        raise UnexpectedAnswer(host=answering_host(answer, origin), why=N_("it holds no listings"))
    told = _of_json_ld(page) | {"id": listing_id, "url": _property(page, "og:url") or _canonical(page)}
    told = _of_open_graph(page) | told | _of_attributes(page)
    flight = _of_flight(flight_text(text), listing_id)
    uploaded = _attribute(page, "upload_date")
    entry = {**flight, **{key: value for key, value in told.items() if value is not None}}
    entry |= {"uploaded_at": flight.get("uploaded_at") or upload_time(uploaded, answer.received_at)}
    if flight.get("is_closed") is False:
        entry["item_closing_action"] = flight.get("item_closing_action")
    return page_of(
        answer,
        origin,
        Shape.ITEM_PAGE,
        kind=OwnListing,
        entries=[entry],
        pagination=Pagination(),
        raw=text.encode(),
        pseudonyms=pseudonyms,
    )


def parse_catalogue_page(answer: Answer, origin: Origin, pseudonyms: Pseudonyms) -> Page:
    """The listings of a catalogue page, from its flight data; the body is HTML or an RSC answer.

    Raises: MissingItems when the page holds no list of listings.
    """
    body = answer.body.decode("utf-8", "replace")
    is_html = body.lstrip()[:1] == "<"
    text = clean_page(body, pseudonyms) if is_html else clean_rsc(body, pseudonyms)
    shown = _shown_listings(flight_text(text) if is_html else text)
    if shown is None:
        raise MissingItems(host=answering_host(answer, origin), what="items")
    entries, received_pagination = shown
    return page_of(
        answer,
        origin,
        Shape.CATALOG_PAGE,
        kind=Listing,
        entries=[_of_card(entry) for entry in entries],
        pagination=pagination(received_pagination or {}),
        raw=text.encode(),
        pseudonyms=pseudonyms,
    )


def _document(text: str) -> Any:
    parser = lxml_html.HTMLParser(encoding="utf-8")
    return lxml_html.document_fromstring(text.encode() if text.strip() else b"<html></html>", parser=parser)


def _listing_id(page: Any) -> int | None:
    for address in (_canonical(page), _property(page, "og:url")):
        found = ITEM_ID.search(address or "")
        if found:
            return int(found[1])
    return None


def _canonical(page: Any) -> str | None:
    return next(iter(page.xpath("//link[@rel='canonical']/@href")), None)


def _property(page: Any, name: str) -> str | None:
    return next(iter(page.xpath("//meta[@property=$name]/@content", name=name)), None)


def _of_open_graph(page: Any) -> dict[str, Any]:
    title = (_property(page, "og:title") or "").removesuffix(" | Vinted")
    description = (_property(page, "og:description") or "").removeprefix(f"{title} - ")
    image = _property(page, "og:image")
    return {"title": title or None, "description": description or None, "photo": {"url": image} if image else None}


def _of_json_ld(page: Any) -> dict[str, Any]:
    product = next(_products(page), {})
    offers, brand = _object(product.get("offers")), _object(product.get("brand"))
    image = product.get("image")
    image = image[0] if isinstance(image, list) and image else image
    told = {
        "title": product.get("name"),
        "description": product.get("description"),
        "brand_title": brand.get("name"),
        "price": offers.get("price"),
        "currency": offers.get("priceCurrency"),
        "category": product.get("category"),
        "colour": product.get("color"),
        "photo": {"url": image} if isinstance(image, str) else None,
        "item_closing_action": "sold" if str(offers.get("availability")).rpartition("/")[2] in SOLD_OUT else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _products(page: Any) -> Iterator[Mapping[str, Any]]:
    for script in page.xpath("//script[@type='application/ld+json']/text()"):
        try:
            value = orjson.loads(str(script))
        except orjson.JSONDecodeError:
            continue
        yield from (node for node in objects(value) if node.get("@type") == "Product")


def _object(value: Any) -> Mapping[str, Any]:
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def _of_attributes(page: Any) -> dict[str, Any]:
    """Size, condition and colour from the list of details, which only the page itself shows."""
    told = {
        "size_title": _attribute(page, "size"),
        "status": _attribute(page, "status"),
        "colour": _attribute(page, "color"),
    }
    return {key: value for key, value in told.items() if value}


def _attribute(page: Any, name: str) -> str | None:
    today = "//*[@data-testid=$place]//*[@itemprop=$name]"
    before = "//*[@itemprop=$name][ancestor::*[contains(@class, 'details-list')]]"
    found = page.xpath(f"{today} | {before}", place=f"item-attributes-{name}", name=name)
    if not found:
        return None
    moment = next(iter(found[0].xpath(".//@datetime")), None)
    return moment or " ".join(found[0].text_content().split()) or None


def _of_flight(text: str, listing_id: int) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for island in islands(text):
        for about, node in _about(snake_case(island.value)):
            if about == listing_id:
                told = {**_facts(node), **told}
    photos = told.pop("photos", None)
    if isinstance(photos, list) and photos and isinstance(photos[0], dict):
        told.setdefault("photo", photos[0])
    return told


def _about(value: Any) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Every object with the listing it is about: the one it names, else the one that the object around it names."""
    waiting: list[tuple[int | None, Any]] = [(None, value)]
    while waiting:
        about, node = waiting.pop()
        if isinstance(node, dict):
            about = _named_listing(node) or about
            yield about, node
            waiting += [(about, below) for below in reversed(list(node.values()))]
        elif isinstance(node, list):
            waiting += [(about, below) for below in reversed(node)]


def _named_listing(node: Mapping[str, Any]) -> int | None:
    named = node.get("item_id")
    if named is None and any(key in node for key in (*STATE_KEYS, "price", "title", "seller_id", "favourite_count")):
        named = node.get("id")
    return int(named) if isinstance(named, int) or (isinstance(named, str) and _ID.fullmatch(named)) else None


def _facts(node: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: node[key] for key in FLIGHT_KEYS if node.get(key) is not None}
    if node.get("seller_id"):
        told["user"] = {"id": node["seller_id"]}
    if isinstance(node.get("user"), dict) and node["user"].get("id"):
        told["user"] = node["user"]
    for key in ("created_at_ts", "created_at", "uploaded_at", "upload_date"):
        moment = _moment(node.get(key))
        if moment:
            told["uploaded_at"] = moment
    return told


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, int) and not isinstance(value, bool) and value > 10**9:
            return datetime.fromtimestamp(value if value < 10**11 else value / 1000, UTC)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def _shown_listings(text: str) -> tuple[list[Any], Any] | None:
    """The listings (`{"items": [{"productItem": …}]}`) of a catalogue's flight text, and their pagination."""
    for island in islands(text):
        for node in objects(island.value):
            entries = node.get("items")
            if isinstance(entries, list) and (entries or "pagination" in node) and all(map(_is_card, entries)):
                return [entry["productItem"] for entry in entries], snake_case(node.get("pagination"))
    return None


def _is_card(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("productItem"), dict)


def _of_card(received: Mapping[str, Any]) -> dict[str, Any]:
    """A card's listing under the names of the JSON answers."""
    card: dict[str, Any] = snake_case(received)
    photos = card.pop("photos", None)
    photo = dict(photos[0]) if isinstance(photos, list) and photos and isinstance(photos[0], dict) else {}
    if card.get("thumbnail_url") and not photo.get("thumbnails"):
        photo["thumbnails"] = [{"type": "thumb310x430", "url": card["thumbnail_url"]}]
    return {**card, "photo": photo or None, "promoted": card.get("is_promoted", card.get("promoted"))}
