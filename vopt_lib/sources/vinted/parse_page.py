"""This is where one answer becomes a page: validated listings, refused entries, and the answer without people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import orjson

from vopt_lib.schema.records import Listing, Pagination, validate
from vopt_lib.sources.vinted.answer import Answer, Origin


class Shape(StrEnum):
    """The shapes an answer can have; the value is what `listing_seen.shape` says."""

    V2_2023 = "v2-2023"
    V2_2025 = "v2-2025"
    SVC_2026_09 = "svc-2026-09"
    WARDROBE = "wardrobe"
    ITEM_PAGE = "item-page"
    CATALOG_PAGE = "catalog-page"

    @property
    def is_search(self) -> bool:
        """A search result: its view counts are always 0 and its listings are on sale."""
        return self not in (Shape.WARDROBE, Shape.ITEM_PAGE)


@dataclass(frozen=True)
class Reject:
    """One entry refused: where it stood (from 0), the word of contract.REASONS, and the entry without people."""

    place: int
    reason: str
    detail: str
    raw: str


@dataclass(frozen=True)
class Page:
    """One answer, parsed.

    `items[i]` stood at `places[i]` (from 0) of the answer; `raw` is the whole answer. No person is in any of it but as
    a pseudonym; `answer.body` is empty for the same reason.
    """

    origin: Origin
    answer: Answer
    shape: Shape
    items: Sequence[Listing]
    places: Sequence[int]
    rejects: tuple[Reject, ...]
    pagination: Pagination
    raw: bytes
    entry_count: int = 0

    def without(self, listing_ids: Collection[int]) -> Page:
        """The same page less the listings of these ids: seen on an earlier page, or not what was asked for."""
        kept = [index for index, item in enumerate(self.items) if item.id not in listing_ids]
        if len(kept) == len(self.items):
            return self
        return replace(
            self,
            items=[self.items[index] for index in kept],
            places=[self.places[index] for index in kept],
        )

    def received(self, index: int) -> str:
        """What `items[index]` was validated from, as JSON."""
        if self.shape in (Shape.ITEM_PAGE, Shape.CATALOG_PAGE):
            return self.items[index].model_dump_json(exclude_none=True)
        envelope = orjson.loads(self.raw)
        return _text(envelope["items"][self.places[index]] if "items" in envelope else envelope["item"])


def page_of(answer: Answer, origin: Origin, shape: Shape, **parsed: Any) -> Page:
    """The page of these cleaned entries.

    Needs: kind (the class of listings), entries, pagination, raw and pseudonyms as keywords.
    """
    received: list[Any] = parsed["entries"]
    items, refused = validate(parsed["kind"], received)
    rejects = [Reject(index, reason, detail, _text(received[index])) for index, reason, detail in refused]
    gone = {reject.place for reject in rejects}
    places: Sequence[int] = [i for i in range(len(received)) if i not in gone] if gone else range(len(received))
    page = Page(
        origin=origin,
        answer=replace(answer, url=parsed["pseudonyms"].address(answer.url), body=b"", headers={}),
        shape=shape,
        items=items,
        places=places,
        rejects=tuple(rejects),
        pagination=parsed["pagination"],
        raw=parsed["raw"],
        entry_count=len(received),
    )
    return _once_each(page)


def _once_each(page: Page) -> Page:
    """Each listing once. A paid place of a listing that is shown anyway is the same sighting; any other is refused."""
    if len({item.id for item in page.items}) == len(page.items):
        return page
    first: dict[int, int] = {}
    repeated: list[int] = []
    for index, item in enumerate(page.items):
        earlier = first.setdefault(item.id, index)
        if earlier != index and page.items[earlier].promoted and not item.promoted:
            first[item.id] = index
        elif earlier != index and not item.promoted:
            repeated.append(index)
    kept = sorted(first.values())
    rejects = tuple(
        Reject(page.places[i], "duplicate_in_page", str(page.items[i].id), page.received(i)) for i in repeated
    )
    return replace(
        page,
        items=[page.items[index] for index in kept],
        places=[page.places[index] for index in kept],
        rejects=page.rejects + rejects,
    )


def site_of(page: Page) -> str:
    """Scheme and host that the relative addresses of a page belong to: the site that answered, else the market's."""
    asked = urlsplit(page.answer.url)
    if asked.scheme in ("http", "https") and asked.netloc:
        host = asked.netloc.removeprefix("api.")
        return f"{asked.scheme}://{host if host.startswith('www.') else 'www.' + host}"
    return f"https://www.vinted.{page.origin.market}"


def _text(entry: Any) -> str:
    return orjson.dumps(entry).decode()
