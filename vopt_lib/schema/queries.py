"""This is where we say what can be asked of a marketplace, and what is followed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Order = Literal["newest_first", "relevance", "price_low_to_high", "price_high_to_low"]


@dataclass(frozen=True, order=True)
class Term:
    """A value of a filter: the marketplace's id and the words people know it by."""

    id: int
    title: str


@dataclass(frozen=True)
class CatalogueQuery:
    """What to ask of one market: a catalogue, narrowed by filters.

    Titles travel with the ids because today's search results carry words, not ids, and a result must be checked
    against its query.
    """

    market: str
    catalog: Term | None = None
    brands: tuple[Term, ...] = ()
    sizes: tuple[Term, ...] = ()
    conditions: tuple[Term, ...] = ()
    colours: tuple[Term, ...] = ()
    materials: tuple[Term, ...] = ()
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    search_text: str | None = None
    order: Order = "newest_first"

    @property
    def key(self) -> str:
        """16 hex digits that are the same for the same question, whatever its titles and order of results."""
        asked = {
            name: sorted({term.id for term in value}) if isinstance(value, tuple) else str(value)
            for name, value in self._filters().items()
        }
        asked["market"] = self.market
        asked["catalog"] = str(self.catalog.id) if self.catalog else ""
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def narrowed_by(self) -> str:
        """Names of the filters beside the catalogue, comma-joined: "" is a whole catalogue, "brand" one brand of it."""
        return ",".join(self._filters())

    def _filters(self) -> dict[str, object]:
        named: dict[str, object] = {
            "brand": self.brands,
            "size": self.sizes,
            "condition": self.conditions,
            "colour": self.colours,
            "material": self.materials,
            "price": self._price_band(),
            "text": " ".join((self.search_text or "").split()).casefold(),
        }
        return {name: value for name, value in named.items() if value}

    def _price_band(self) -> str:
        """The prices to the cent; a lowest price of nothing asks for nothing."""
        lowest, highest = self.price_from or None, self.price_to
        if lowest is None and highest is None:
            return ""
        return "-".join("" if price is None else f"{price:.2f}" for price in (lowest, highest))


@dataclass(frozen=True)
class Follow:
    """A query that is collected again and again."""

    id: str
    name: str
    query: CatalogueQuery
    created_at: datetime
    paused: bool = False

    def as_json(self) -> dict[str, object]:
        """Plain values for a file."""
        plain = asdict(self)
        plain["created_at"] = self.created_at.isoformat()
        query = plain["query"]
        query |= {name: str(query[name]) for name in ("price_from", "price_to") if query[name] is not None}
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, object]) -> Follow:
        """The follow that `as_json` wrote."""
        query = dict(plain["query"])  # type: ignore[call-overload]
        for name in ("brands", "sizes", "conditions", "colours", "materials"):
            query[name] = tuple(Term(**term) for term in query[name])
        query["catalog"] = Term(**query["catalog"]) if query["catalog"] else None
        for name in ("price_from", "price_to"):
            query[name] = Decimal(query[name]) if query[name] is not None else None
        return cls(
            id=str(plain["id"]),
            name=str(plain["name"]),
            query=CatalogueQuery(**query),
            created_at=datetime.fromisoformat(str(plain["created_at"])),
            paused=bool(plain["paused"]),
        )
