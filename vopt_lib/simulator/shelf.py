"""This is where a search becomes a page of listings: order, paid placements, paging and what the site never shows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np

from vopt_lib.simulator.arrays import Flags, Ints, Rows
from vopt_lib.simulator.dialects import Asked
from vopt_lib.simulator.draws import stable_number, uniforms
from vopt_lib.simulator.faults import Fault, Taken
from vopt_lib.simulator.offers import Offer, ShelfQuery, SimulatedMarket

_FIRST_PROMOTED = 2
_PROMOTED_EVERY = 3
_PROMOTED_MOST = 80
"""Paid placements fill a third of the first pages. Source: facts/vinted-web.md §2.2 (2 of 5; 36 of 40)."""
_RESHUFFLE = 2.0
"""How far relevance moves a listing from one request to the next, in pages: about half of a page stays.

Source: facts/vinted-web.md §2.2 (50 of 96 shared).
"""
REPEATED = 6
NOWHERE = 1
"""The id of no catalogue: what a renamed one has become."""
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Placed:
    """One listing in its place on a page."""

    offer: Offer
    promoted: bool
    score: float


@dataclass(frozen=True)
class ShelfPage:
    """One page of a search, with what the site says about the whole.

    Nothing shown came on sale after time (epoch seconds); serial differs from one search to the next unless the feed is
    frozen.
    """

    places: list[Placed]
    page: int
    per_page: int
    time: int
    total_entries: int
    serial: int

    @property
    def total_pages(self) -> int:
        """How many pages of this size the site would show."""
        return -(-self.total_entries // self.per_page)


@dataclass
class _Recent:
    """The latest results by what was asked, so that ten pages of one search are searched once."""

    size: int = 64
    _kept: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > self.size:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]  # type: ignore[return-value]


class Shelf:
    """What searches of one market show.

    `with_promoted`: paid placements stand among the results. `missed_share` of the listings are left out of all
    searches of a day, others on each day.
    """

    def __init__(
        self, market: SimulatedMarket, *, seed: int, with_promoted: bool = True, missed_share: float = 0.0
    ) -> None:
        self._market = market
        self._seed = seed
        self._with_promoted = with_promoted
        self._missed_share = missed_share
        self._searches = 0
        self._recent = _Recent()

    def page(self, asked: Asked, now: datetime, *, cap: int, taken: Taken) -> ShelfPage:
        """The page asked for, without what came on sale after `asked.time`.

        That moment brings nothing back: what has sold since is gone and prices are today's, so that pages read over a
        while still shift a little. Source: facts/vinted-web.md §2.2 (never sold items; a cursor against page shift).
        """
        query = ShelfQuery() if Fault.IGNORED_FILTERS in taken else asked.query
        if Fault.CATALOGUE_RENAMED in taken and query.catalog_ids:
            query = replace(query, catalog_ids=(NOWHERE,))
        frozen_at = taken.get(Fault.FROZEN_FEED)
        time = at = min(now, frozen_at or now)
        if asked.time is not None and asked.time < at.timestamp():
            time = datetime.fromtimestamp(asked.time, UTC)
            query = replace(query, published_by=time)
        self._searches += 1
        serial = 0 if frozen_at else self._searches
        rows, promoted = self._shown(query, asked, at, shuffle=serial)
        if Fault.DUPLICATE_ITEMS in taken:
            rows, promoted = _with_repeats(rows, promoted, asked.per_page)
        rows, promoted = rows[:cap], promoted[:cap]
        first = (asked.page - 1) * asked.per_page
        shown = slice(first, first + asked.per_page)
        offers = self._market.offers(rows[shown].tolist(), at)
        return ShelfPage(
            places=[
                Placed(offer, bool(paid), _score(first + place))
                for place, (offer, paid) in enumerate(zip(offers, promoted[shown], strict=True))
            ],
            page=asked.page,
            per_page=asked.per_page,
            time=int(time.timestamp()),
            total_entries=len(rows),
            serial=serial,
        )

    def _shown(self, query: ShelfQuery, asked: Asked, at: datetime, shuffle: int) -> tuple[Rows, Flags]:
        found = self._recent.get((query, at), lambda: self._found(query, at))
        match asked.order:
            case "newest_first":
                ordered = found
            case "relevance":
                ordered = self._reshuffled(found, asked.per_page, shuffle)
            case _:
                descending = asked.order == "price_high_to_low"
                ordered = self._recent.get(
                    (query, at, asked.order),
                    lambda: self._market.sorted_by_price(found, at, descending=descending),
                )
        if not self._with_promoted:
            return ordered, np.zeros(len(ordered), dtype=np.bool_)
        paid = self._recent.get((query, at, "promoted"), lambda: self._market.promoted(query, at))[:_PROMOTED_MOST]
        return _with_promoted(ordered, paid)

    def _found(self, query: ShelfQuery, at: datetime) -> Rows:
        rows = self._market.search(query, at)
        day = stable_number(self._seed, at.date())
        return rows[uniforms(rows + day, 0) >= self._missed_share] if self._missed_share else rows

    def _reshuffled(self, rows: Rows, per_page: int, shuffle: int) -> Rows:
        noise = np.random.default_rng((self._seed, shuffle)).random(len(rows)) * per_page * _RESHUFFLE
        return rows[np.argsort(np.arange(len(rows)) + noise, kind="stable")]


def _with_promoted(rows: Rows, paid: Rows) -> tuple[Rows, Flags]:
    """The results with paid placements at every third place."""
    before = np.arange(len(paid)) * (_PROMOTED_EVERY - 1) + _FIRST_PROMOTED
    before = before[before <= len(rows)]
    none = np.zeros(len(rows), dtype=np.bool_)
    return np.insert(rows, before, paid[: len(before)]), np.insert(none, before, True)


def _with_repeats(rows: Rows, promoted: Flags, per_page: int) -> tuple[Rows, Flags]:
    """The results with the last listings of each page again at the beginning of the next."""
    repeated = min(REPEATED, per_page - 1)
    pages: list[Ints] = []
    places, start = np.arange(len(rows)), 0
    while start < len(rows):
        again = places[max(0, start - repeated) : start]
        fresh = places[start : start + per_page - len(again)]
        pages += [again, fresh]
        start += len(fresh)
    shown = np.concatenate(pages) if pages else places
    return rows[shown], promoted[shown]


def _score(place: int) -> float:
    return 1.0 if place == 0 else round(0.99 / (1 + place / 400), 6)
