"""This is where an answer that looks right is held against its question: a repeated old feed, a filter not applied.

Both come with status 200 and would be recorded as a market that stands still, or as prices of another brand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from vopt_lib.errors import FilterIgnored, FrozenFeed
from vopt_lib.files import write_json
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.records import Listing, amount
from vopt_lib.schema.vinted_terms import condition_id, folded
from vopt_lib.sources.vinted.parse_catalogue import answering_host
from vopt_lib.sources.vinted.parse_page import Page
from vopt_lib.sources.vinted.query import PER_PAGE_MAX, RESULT_CAP, currency_of
from vopt_lib.sources.vinted.state import moment, read_cache

TOLERATED_SHARE = 0.1
"""Share of listings that may not fit: labels are written by people, and a price can change while it is shown."""

TOLERATED_LISTINGS = 1
"""One odd listing is never proof."""

SOON = timedelta(minutes=15)
"""Within this time the same answer is no sign of anything."""

MOST_LAG = timedelta(hours=3)
"""The site's own time behind ours: delays of two hours were reported (facts §2.2), a wrong zone is one or two."""

BUSY_FOR = timedelta(hours=24)
"""In so long, a query of more listings than can be shown gets new ones."""

ABSURD = Decimal(100_000)
"""A price above it, like one of zero or below, is a spoiled row, refused later: it says nothing of a filter."""

_KEPT_FOR = timedelta(days=30)


def is_promoted(item: Listing) -> bool:
    """A paid place: it need not fit the query at all."""
    return bool(item.promoted) or "promoted" in (item.content_source or "")


def check_feed(page: Page, query: CatalogueQuery, folder: Path) -> None:
    """Let the first page of a query pass that is not an old answer, and remember it for the next time.

    Frozen is a site's time that stands still while ours goes on: for a quarter of an hour under the same listings, for
    three hours under any. Of a real site alone (a set served by the simulator never changes, nor need its clock be
    ours) also a first answer that is three hours old, and the same first page of a busy query after a day.

    Raises: FrozenFeed, naming the moment since when.
    """
    file = folder / f"feeds-{query.market}.json"
    remembered = read_cache(file)
    now = page.answer.received_at
    known = remembered.get(query.key)
    shown = {"ids": _print_of(page), "time": page.pagination.time, "at": now.isoformat()}
    since = _frozen_since(shown, known, now) if known else None
    if since is None and page.origin.source == "vinted":
        since = _real_frozen_since(page, shown, known)
    if since is not None:
        raise FrozenFeed(host=answering_host(page.answer, page.origin), since=since)
    kept = {key: value for key, value in remembered.items() if now - _at(value) < _KEPT_FOR}
    write_json(file, {**kept, query.key: shown})


def check_filters(page: Page, query: CatalogueQuery) -> None:
    """Let a page pass whose listings fit the brands, sizes, conditions and prices asked for.

    Promoted places are not looked at, nor is what a listing does not tell. Catalogue and colour are not told by a
    search result at all: see `check_total`.

    Raises: FilterIgnored, naming the filter and the share that does not fit.
    """
    listings = [item for item in page.items if not is_promoted(item)]
    for name, fits in _fitting(query).items():
        verdicts = [verdict for verdict in map(fits, listings) if verdict is not None]
        misfits = verdicts.count(False)
        if misfits > max(TOLERATED_LISTINGS, TOLERATED_SHARE * len(verdicts)):
            share = f"{misfits / len(verdicts):.0%}"
            raise FilterIgnored(host=answering_host(page.answer, page.origin), name=name, share=share)


def fills_more_than(page: Page, count: int | None) -> bool:
    """Whether a result is far fuller than the site's own count of what fits: a filter was not applied.

    The only sign there is for a catalogue or a colour, and only for small ones: a result never tells more than 960.
    """
    total = page.pagination.total_entries
    return bool(count) and total is not None and total > 3 * (count or 0) + PER_PAGE_MAX


Fit = Callable[[Listing], bool | None]


def _fitting(query: CatalogueQuery) -> Mapping[str, Fit]:
    """Per filter asked for, whether a listing fits; None when it does not tell."""
    fits: dict[str, Fit] = {}
    brands, sizes = _named(query.brands), _named(query.sizes)
    conditions = {term.id for term in query.conditions}
    if brands:
        fits["brand"] = lambda item: _is_one_of(item.brand, brands)
    if sizes:
        fits["size"] = lambda item: _shares_a_size(item.size, sizes)
    if conditions:
        fits["condition"] = lambda item: _has_condition(item.condition_label, conditions)
    if query.price_from is not None or query.price_to is not None:
        fits["price"] = lambda item: _costs(item, query)
    return fits


def _named(terms: Sequence[Term]) -> tuple[str, ...]:
    """Folded titles; none at all when one is known by its id alone, because then nothing can be told."""
    titles = tuple(folded(term.title) for term in terms)
    return () if any(title in ("", str(term.id)) for title, term in zip(titles, terms, strict=True)) else titles


def _is_one_of(brand: str | None, asked: Sequence[str]) -> bool | None:
    if not brand:
        return None
    shown = folded(brand)
    # Lines of a house are brands of their own: "Nike" and "Nike Air".
    return any(shown == title or _begins(shown, title) or _begins(title, shown) for title in asked)


def _begins(whole: str, start: str) -> bool:
    return whole.startswith(f"{start} ")


def _shares_a_size(size: str | None, asked: Sequence[str]) -> bool | None:
    if not size:
        return None
    shown = _size_names(folded(size))
    return any(shown & _size_names(title) for title in asked)


def _size_names(size: str) -> frozenset[str]:
    """A size is written in several systems at once: "M / IT 42 / EU 38", "W34 | FR 44"."""
    return frozenset(name.strip() for name in (size, *re.split(r"[/|]", size)) if name.strip())


def _has_condition(label: str | None, asked: Iterable[int]) -> bool | None:
    known = condition_id(label) if label else None
    return None if known is None else known in asked


def _costs(item: Listing, query: CatalogueQuery) -> bool | None:
    asked = Decimal(item.asked_amount or 0)
    if not 0 < asked < ABSURD or item.asked_currency not in (None, currency_of(query.market)):
        return None
    # Whether the site's price filter means the price with or without the fee is not known: either fits.
    prices = [asked, Decimal(amount(item.total_item_price) or asked)]
    lowest, highest = query.price_from or Decimal(0), query.price_to
    return any(price >= lowest and (highest is None or price <= highest) for price in prices)


def _frozen_since(shown: Mapping[str, Any], known: Mapping[str, Any], now: datetime) -> datetime | None:
    """Since when the site's time has stood still; None: it moves, or cannot be told.

    Only its moves are compared with ours, so a clock that is simply wrong does no harm.
    """
    elapsed = now - _at(known)
    if elapsed < SOON or None in (shown["time"], known["time"]):
        return None
    moved = timedelta(seconds=shown["time"] - known["time"])
    is_same = shown["ids"] == known["ids"] and moved < elapsed / 10
    return _at(known) + max(moved, timedelta()) if is_same or elapsed - moved > MOST_LAG else None


def _real_frozen_since(page: Page, shown: Mapping[str, Any], known: Mapping[str, Any] | None) -> datetime | None:
    now = page.answer.received_at
    if known is None and page.pagination.time is not None:
        told = datetime.fromtimestamp(page.pagination.time, UTC)
        return told if now - told > MOST_LAG else None
    is_busy = (page.pagination.total_entries or 0) >= RESULT_CAP
    if known and is_busy and shown["ids"] == known["ids"] and now - _at(known) >= BUSY_FOR:
        return _at(known)
    return None


def _print_of(page: Page) -> str:
    ids = " ".join(str(item.id) for item in page.items if not is_promoted(item))
    return hashlib.sha256(ids.encode()).hexdigest()[:16]


def _at(remembered: Mapping[str, Any]) -> datetime:
    return moment(remembered["at"])
