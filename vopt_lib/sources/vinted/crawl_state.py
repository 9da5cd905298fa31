"""This is where a crawl's progress is kept, so that a killed run goes on where it stopped.

A query that holds more listings than the site shows is read in parts. Prices are whole cents here: bands of prices then
neither overlap nor leave a gap.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from vopt_lib.schema.queries import CatalogueQuery, Term

RESUMABLE_FOR = timedelta(hours=6)
"""A state older than this is not resumed: what it saw is no longer one sight of the market."""

FORMAT = 1

Axis = Literal["brands", "conditions", "sizes", "colours"]
AXES: tuple[Axis, ...] = ("brands", "conditions", "sizes", "colours")
"""Filters that split a crowded single price, in the order they are tried."""

Work = Literal["read", "split", "rest"]


@dataclass
class Part:
    """One sub-query: a band of prices (cents, both ends included, None: open) narrowed by terms.

    `work` says what comes next: `read` its next page, `split` it by a filter because its price cannot be split, or find
    the `rest` of its crowd that the parts read so far did not show.
    """

    price_from: int | None = None
    price_to: int | None = None
    terms: dict[Axis, tuple[Term, ...]] = field(default_factory=dict)
    depth: int = 0
    crowd: int | None = None
    work: Work = "read"
    splits: bool = True
    page: int = 1
    per_page: int = 96
    time: int | None = None
    total: int | None = None
    met: set[int] = field(default_factory=set)
    found: set[int] = field(default_factory=set)
    paid: int = 0
    stale_pages: int = 0

    def query_in(self, whole: CatalogueQuery) -> CatalogueQuery:
        """The question of this part, newest first."""
        return replace(
            whole,
            price_from=None if self.price_from is None else Decimal(self.price_from).scaleb(-2),
            price_to=None if self.price_to is None else Decimal(self.price_to).scaleb(-2),
            order="newest_first",
            brands=self.terms.get("brands", whole.brands),
            conditions=self.terms.get("conditions", whole.conditions),
            sizes=self.terms.get("sizes", whole.sizes),
            colours=self.terms.get("colours", whole.colours),
        )

    def narrowed(self, axis: Axis, terms: tuple[Term, ...]) -> Part:
        """The unread part of this one that has one of these terms."""
        return Part(self.price_from, self.price_to, {**self.terms, axis: terms}, self.depth + 1, self.crowd)


@dataclass
class Crowd:
    """More listings at one price than a result shows: read by one filter after the other until all are found.

    `total` is the site's own count; None, when it does not say.
    """

    total: int | None
    found: set[int]
    axes: list[Axis]
    tried: int = 0

    @property
    def is_complete(self) -> bool:
        """Every listing of it has been found."""
        return self.total is not None and len(self.found) >= self.total


@dataclass
class CrawlState:
    """How far the crawl of one query has come.

    `lacks` says why it cannot be exhaustive. It `is_covered` once its whole coverage has been told: then it is over.
    """

    query_key: str
    started_at: datetime
    observed_at: datetime
    todo: list[Part]
    crowds: list[Crowd] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    seen_promoted: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    promoted: int = 0
    parts: int = 0
    pages: int = 0
    requests: int = 0
    deepest: int = 0
    lacks: list[str] = field(default_factory=list)
    is_covered: bool = False

    @classmethod
    def new(cls, query: CatalogueQuery, now: datetime) -> CrawlState:
        """The state before the first request."""
        whole = Part(_cents(query.price_from, ROUND_CEILING) or None, _cents(query.price_to, ROUND_FLOOR))
        return cls(query.key, now, now, [whole])

    @property
    def is_finished(self) -> bool:
        """Nothing is left to ask."""
        return not self.todo

    @property
    def is_exhaustive(self) -> bool:
        """Every listing that fits was shown."""
        return self.is_finished and not self.lacks

    def lack(self, what: str) -> None:
        """Remember why the crawl is not exhaustive."""
        if what not in self.lacks:
            self.lacks.append(what)

    def can_resume(self, query: CatalogueQuery, now: datetime) -> bool:
        """Whether going on with it makes one sight of the market: the same question, begun and left not long ago."""
        is_fresh = abs(now - self.observed_at) < RESUMABLE_FOR and self.started_at.date() == now.date()
        return self.query_key == query.key and not self.is_covered and is_fresh

    def copy(self) -> CrawlState:
        """The state as it stands now."""
        return copy.deepcopy(self)

    def as_json(self) -> dict[str, object]:
        """Plain values for a file."""
        plain: dict[str, Any] = {name: _plain(value) for name, value in vars(self).items()}
        return {**plain, "format": FORMAT}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> CrawlState | None:
        """The state that `as_json` wrote; None for the format of another vopt, which then starts anew."""
        if plain.get("format") != FORMAT:
            return None
        values = {name: plain[name] for name in cls.__dataclass_fields__}
        for name in ("started_at", "observed_at"):
            values[name] = datetime.fromisoformat(values[name])
        for name in ("seen", "seen_promoted", "refused"):
            values[name] = set(values[name])
        values["todo"] = [_part(part) for part in values["todo"]]
        values["crowds"] = [Crowd(**{**crowd, "found": set(crowd["found"])}) for crowd in values["crowds"]]
        return cls(**values)


def _cents(price: Decimal | None, rounding: str) -> int | None:
    return None if price is None else int((price * 100).to_integral_value(rounding))


def _part(plain: Mapping[str, Any]) -> Part:
    terms = {axis: tuple(Term(**term) for term in terms) for axis, terms in plain["terms"].items()}
    return Part(**{**plain, "terms": terms, "met": set(plain["met"]), "found": set(plain["found"])})


def _plain(value: object) -> object:
    match value:
        case set():
            return sorted(value)
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case dict():
            return {name: _plain(entry) for name, entry in value.items()}
        case datetime():
            return value.isoformat()
        case Part() | Crowd() | Term():
            return {name: _plain(entry) for name, entry in vars(value).items()}
        case _:
            return value
