"""This is where JSON answers are read: catalogue searches of every era, and wardrobes."""

from __future__ import annotations

from typing import Any

import orjson

from vopt_lib.errors import MissingItems, NotJson
from vopt_lib.schema.records import Listing, OwnListing, pagination
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.decode import json_of
from vopt_lib.sources.vinted.parse_memory import without_garbage_collection
from vopt_lib.sources.vinted.parse_page import Page, Shape, page_of
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.sources.vinted.pseudonyms_json import JsonCleaner

WARDROBE_KEYS = frozenset(
    {"is_draft", "is_closed", "is_reserved", "is_processing", "item_closing_action", "can_edit", "user_id"}
)
"""Keys that only a wardrobe's listings have: a search result never shows what is not on sale."""


@without_garbage_collection()
def parse_catalogue(answer: Answer, origin: Origin, pseudonyms: Pseudonyms) -> Page:
    """One page of a catalogue search, in any of the three eras.

    Raises: NotJson for an HTML, empty or cut body; MissingItems for an answer without a list of items.
    """
    envelope = load_json(answer, origin)
    entries = envelope.get("items") if isinstance(envelope, dict) else None
    if not isinstance(entries, list):
        raise MissingItems(host=answering_host(answer, origin), what="items")
    shape = catalogue_shape(envelope)
    cleaner = JsonCleaner(pseudonyms)
    folded = _fold_photos(entries)
    cleaner.clean(envelope)
    for entry in folded:
        entry["photos"] = [entry["photo"]]
    if cleaner.knows_of_any(_free_text(entries)):
        cleaner.clean_texts(envelope)
    return page_of(
        answer,
        origin,
        shape,
        kind=Listing,
        entries=entries,
        pagination=pagination(envelope.get("pagination") or {}),
        raw=dump_json(envelope, answer, origin),
        pseudonyms=pseudonyms,
    )


def parse_wardrobe(answer: Answer, origin: Origin, pseudonyms: Pseudonyms) -> Page:
    """A page of somebody's wardrobe, or one listing of it (`{"item": …}`), with the state each listing is in.

    Raises: NotJson, MissingItems.
    """
    envelope = load_json(answer, origin)
    received = envelope if isinstance(envelope, dict) else {}
    entries = [received["item"]] if isinstance(received.get("item"), dict) else received.get("items")
    if not isinstance(entries, list):
        raise MissingItems(host=answering_host(answer, origin), what="items")
    cleaner = JsonCleaner(pseudonyms)
    cleaner.clean(envelope)
    cleaner.clean_texts(envelope)
    return page_of(
        answer,
        origin,
        Shape.WARDROBE,
        kind=OwnListing,
        entries=[_own(entry) for entry in entries],
        pagination=pagination(received.get("pagination") or {}),
        raw=dump_json(envelope, answer, origin),
        pseudonyms=pseudonyms,
    )


def load_json(answer: Answer, origin: Origin) -> Any:
    """The body as JSON. Raises: NotJson, saying what it is instead."""
    try:
        return json_of(answer.body)
    except ValueError as error:
        raise NotJson(host=answering_host(answer, origin), what=_what_it_is(answer.body)) from error


def dump_json(envelope: Any, answer: Answer, origin: Origin) -> bytes:
    """The cleaned answer as bytes. Raises: NotJson for one nested deeper than any real answer (254 levels)."""
    try:
        return orjson.dumps(envelope)
    except TypeError as error:
        raise NotJson(host=answering_host(answer, origin), what="[[[…") from error


def answering_host(answer: Answer, origin: Origin) -> str:
    """Who answered, as a person knows it."""
    return answer.url.split("/")[2] if answer.url.startswith(("http://", "https://")) else f"vinted.{origin.market}"


def is_wardrobe(envelope: dict[str, Any]) -> bool:
    """Whether an answer with `items` is a wardrobe's, told by its first listing."""
    return any(WARDROBE_KEYS & entry.keys() for entry in envelope["items"][:1] if isinstance(entry, dict))


def catalogue_shape(envelope: dict[str, Any]) -> Shape:
    """The era of a catalogue answer, told by its first listing."""
    first = next((entry for entry in envelope["items"] if isinstance(entry, dict)), {})
    if isinstance(first.get("price"), str | int | float):
        return Shape.V2_2023
    is_v2 = not {"brand_title", "size_title", "path", "conversion"}.isdisjoint(first)
    return Shape.V2_2025 if is_v2 or (not first and "code" in envelope) else Shape.SVC_2026_09


def _fold_photos(entries: list[Any]) -> list[dict[str, Any]]:
    """Set aside the `photos` that only repeat `photo`, as today's search results do: half of what must be cleaned."""
    folded = [
        entry
        for entry in entries
        if entry.__class__ is dict and "photo" in entry and entry.get("photos") == [entry["photo"]]
    ]
    for entry in folded:
        entry["photos"] = None
    return folded


def _free_text(entries: list[Any]) -> str:
    """Every text that stands directly in a listing or on its card."""
    boxes = [
        entry["item_box"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("item_box"), dict)
    ]
    rows = [entry for entry in entries if isinstance(entry, dict)] + boxes
    return "\n".join([value for row in rows for value in row.values() if value.__class__ is str])


def _own(entry: Any) -> Any:
    """A wardrobe's listing with the words of the edit form under the names of the others."""
    if not isinstance(entry, dict):
        return entry
    brand, photos = entry.get("brand_dto"), entry.get("photos")
    colours = [colour for colour in (entry.get("color1"), entry.get("color2")) if isinstance(colour, str) and colour]
    added: dict[str, Any] = {
        "brand_title": entry.get("brand_title")
        or (brand.get("title") if isinstance(brand, dict) else None)
        or entry.get("brand"),
        "size_title": entry.get("size_title") or entry.get("size"),
        "colour": ", ".join(colours) or None,
        "category": entry.get("catalog_name"),
        "photo": entry.get("photo") or (photos[0] if isinstance(photos, list) and photos else None),
    }
    return {**entry, **added}


def _what_it_is(body: bytes) -> str:
    start = body.lstrip()[:200].lower()
    if not start:
        return "0 B"
    return "HTML" if start.startswith(b"<") else "…" if start[:1] in b"{[" else "text"
