"""This is where a page that was read moves a crawl on: what is new in it, and what its part needs next."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Literal
from zlib import crc32

import orjson

from vopt_lib.sources.vinted.checks import is_promoted
from vopt_lib.sources.vinted.crawl_state import CrawlState, Part
from vopt_lib.sources.vinted.parse_page import Page, Reject
from vopt_lib.sources.vinted.query import RESULT_CAP

STALE_PAGES = 2
"""So many pages in a row without a new listing end a part, whatever the site says of more pages."""

CHANGING_SHARE = 50
"""One listing in so many may come or go while a part is read."""

Outlook = Literal["more", "end", "crowded", "cut"]


def take(state: CrawlState, part: Part, page: Page) -> Page:
    """The page with only what this crawl has not seen before: a listing is one sighting, its first.

    A paid place is kept as a row of its own until the listing shows up by itself, and never counts as a match. An entry
    refused on an earlier page is not refused twice. State and part now know the page.
    """
    own = {item.id for item in page.items if not is_promoted(item)}
    promoted = {item.id for item in page.items if is_promoted(item)}
    refused = {_key(reject): reject for reject in page.rejects if reject.reason != "duplicate_in_page"}
    fresh = page.without((own & state.seen) | (promoted & (state.seen | state.seen_promoted)))
    if refused.keys() & state.refused:
        known = {id(reject) for key, reject in refused.items() if key in state.refused}
        fresh = replace(fresh, rejects=tuple(reject for reject in fresh.rejects if id(reject) not in known))
    paid = page.entry_count - len(own) - len(page.rejects)
    _note_part(state, part, page, found=own | refused.keys(), promoted=promoted)
    if part.total is None:
        # An empty or short answer that names no total may be a refusal in disguise: nobody is absent from it.
        state.lack("total")
    part.paid += paid
    state.seen |= own
    state.seen_promoted |= promoted
    state.refused |= refused.keys()
    state.promoted += paid
    state.pages += 1
    state.observed_at = page.answer.received_at
    return fresh


def outlook(part: Part, page: Page) -> Outlook:
    """What its newest page says of a part: read `more`, it is at its `end`, it is too full (`crowded`) or `cut` off."""
    total, last_page = part.total, ceil(RESULT_CAP / part.per_page)
    is_short = page.entry_count < part.per_page
    if page.entry_count == 0:
        return "end"
    is_full = total is not None and total >= RESULT_CAP
    if (is_full and part.page == 1 and part.splits) or (part.page >= last_page and (is_full or total is None)):
        return "crowded" if part.splits else "cut"
    if part.page >= last_page or part.stale_pages >= STALE_PAGES:
        return "end"
    if total is None:
        return "end" if is_short else "more"
    if len(part.found) >= total:
        return "end"
    # Paid places may have pushed listings beyond the last page that the site admits: look once more.
    is_beyond = part.page >= ceil(total / part.per_page)
    return "end" if is_beyond and (is_short or part.stale_pages) else "more"


def falls_short(part: Part) -> bool:
    """Whether a part that was read to its end showed clearly fewer listings than its result has.

    Paid places count in the result's total, also those of a listing that shows up by itself as well.
    """
    return part.total is not None and part.total - len(part.found) - part.paid > part.total // CHANGING_SHARE


def _note_part(state: CrawlState, part: Part, page: Page, *, found: set[int], promoted: set[int]) -> None:
    known = len(part.met)
    part.found |= found
    part.met |= found | promoted
    part.stale_pages = 0 if len(part.met) > known else part.stale_pages + 1
    part.per_page = max(page.pagination.per_page or part.per_page, 1)
    part.time = part.time if part.time is not None else page.pagination.time
    if page.pagination.total_entries is not None and (page.entry_count or part.page == 1):
        part.total = page.pagination.total_entries
    if part.crowd is not None:
        state.crowds[part.crowd].found |= found


def _key(reject: Reject) -> int:
    """The id of a refused entry, else a negative number made of its text."""
    try:
        received = orjson.loads(reject.raw)
    except orjson.JSONDecodeError:
        received = None
    listing_id = received.get("id") if isinstance(received, dict) else None
    return listing_id if isinstance(listing_id, int) and listing_id > 0 else -1 - crc32(reject.raw.encode())
