"""This is where the page of one listing is visited, to learn what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from vopt_lib.errors import PageGone, UnexpectedAnswer
from vopt_lib.schema.clock import Clock
from vopt_lib.schema.records import OwnListing, Pagination
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.parse_catalogue import answering_host
from vopt_lib.sources.vinted.parse_html import parse_item_page
from vopt_lib.sources.vinted.parse_page import Page, Shape, page_of
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.words import N_

_TICK = timedelta(microseconds=1)


class Client(Protocol):
    """What a visit needs of the client."""

    clock: Clock

    def get(self, url_or_path: str, params: Mapping[str, str] | None = None, *, kind: Kind) -> Answer:
        """The answer to one question."""
        ...


def visit(
    client: Client,
    listing_id: int,
    address: str | None,
    *,
    origin: Origin,
    pseudonyms: Pseudonyms,
    seen_at: datetime | None = None,
) -> Page:
    """The page of a listing as it is now; its one item's state says what it proves.

    It was read after `seen_at`, the listing's last sighting, also where a virtual clock stands still: two sightings of
    one listing must differ in time.

    Where the page is gone (404, 410, or it leads to the catalogue), the item is deleted: facts/vinted-web.md §3.3. The
    site may have moved all such pages, too: who visits must have read one that is not gone before believing it.

    Raises: UnexpectedAnswer, when the page is of another listing or of none; CollectingError, as the client.
    """
    earliest = datetime.min.replace(tzinfo=UTC) if seen_at is None else seen_at + _TICK
    try:
        answer = client.get(address or f"/items/{listing_id}", kind=Kind.ITEM_PAGE)
    except PageGone as gone:
        at = max(client.clock.now(), earliest)
        return _gone(listing_id, gone, at, origin=origin, pseudonyms=pseudonyms)
    answer = replace(answer, received_at=max(answer.received_at, earliest))
    page = parse_item_page(answer, origin, pseudonyms)
    if [item.id for item in page.items] != [listing_id]:
        raise UnexpectedAnswer(host=answering_host(answer, origin), why=N_("it holds no listings"))
    return page


def is_gone(page: Page) -> bool:
    """Whether the visit found no page any more."""
    return any(isinstance(item, OwnListing) and item.is_deleted for item in page.items)


def _gone(listing_id: int, gone: PageGone, at: datetime, *, origin: Origin, pseudonyms: Pseudonyms) -> Page:
    url, status = str(gone.facts["url"]), gone.facts["status"]
    return page_of(
        Answer(url, status if isinstance(status, int) else 404, "", b"", at),
        origin,
        Shape.ITEM_PAGE,
        kind=OwnListing,
        entries=[{"id": listing_id, "url": url, "is_deleted": True}],
        pagination=Pagination(),
        raw=b"",
        pseudonyms=pseudonyms,
    )
