"""A market in memory that filters, sorts, caps and pages like the site, behind the client's own `get`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import orjson

from vopt_lib.errors import BudgetSpent, EndpointMoved
from vopt_lib.schema.queries import Term
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.sources.vinted.site import Site

CAP = 960
CATALOG = 9_000_001
BRANDS = {1: "Alfa", 2: "Beta", 3: "Gamma", 4: "Delta"}
CONDITIONS = {6: "Nuovo con cartellino", 1: "Nuovo senza cartellino", 2: "Ottime", 3: "Buone", 4: "Discrete"}
ORIGIN = Origin(source="simulator", market="it", run_id="run-1", follow_id="dresses")
PSEUDONYMS = Pseudonyms(b"k" * 32)
START = datetime(2026, 11, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    """One listing on sale; it is newer the greater its id."""

    id: int
    cents: int
    brand: int | None = 1
    condition: int | None = 2
    size: str = "M"


@dataclass
class FakeClock:
    """A clock that stands still until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def site(*, is_real: bool = False) -> Site:
    """The site of the tests."""
    return Site(
        source="vinted" if is_real else "simulator",
        market="it",
        www="http://www.vinted.localhost",
        api="http://api.vinted.localhost",
        items_url="http://api.vinted.localhost/svc-catalogue/items",
        locale="it-IT",
        host="www.vinted.localhost",
        is_real=is_real,
    )


@dataclass
class ScriptedMarket:
    """What stands behind the client, and its knobs: each one is a way in which the site may behave."""

    state: Path
    things: Sequence[Thing]
    clock: FakeClock = field(default_factory=FakeClock)
    promoted: Sequence[Thing] = ()
    promoted_replace: bool = False
    ignores: frozenset[str] = frozenset()
    facet_codes: frozenset[str] = frozenset({"catalog", "brand", "status"})
    budget: int | None = None
    spoil: Callable[[dict[str, object]], dict[str, object]] = lambda item: item
    time: int | None = None
    tells_total: bool = True
    site: Site = field(default_factory=site)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stats: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(requests=0))

    def get(self, url: str, params: Mapping[str, str] | None = None, *, kind: Kind) -> Answer:
        asked = dict(params or {})
        if self.budget is not None and self.stats.requests >= self.budget:
            raise BudgetSpent(limit=self.budget, period="run", until=self.clock.now())
        self.stats.requests += 1
        self.asked.append((url.rsplit("/", 1)[-1], asked))
        body = self._items(asked) if kind is Kind.CATALOGUE else self._facets(url, asked)
        address = f"{url}?{urlencode(asked)}"
        return Answer(address, 200, "application/json", orjson.dumps(body), self.clock.now())

    def pages_asked(self) -> list[dict[str, str]]:
        """The parameters of every search so far."""
        return [params for name, params in self.asked if name == "items"]

    def _items(self, asked: dict[str, str]) -> dict[str, object]:
        fitting = sorted(self._fitting(asked), key=lambda thing: -thing.id)
        page, per_page = int(asked["page"]), min(int(asked["per_page"]), 96)
        total = min(len(fitting), CAP)
        own_places = per_page - (len(self.promoted) if self.promoted_replace else 0)
        shown = fitting[:CAP][(page - 1) * own_places : page * own_places]
        items = [self.spoil(card(thing)) for thing in shown]
        if shown:
            items = [card(thing, promoted=True) for thing in self.promoted] + items
        now = self.time if self.time is not None else int(self.clock.now().timestamp())
        pagination = {"current_page": page, "per_page": per_page, "time": int(asked.get("time", now))}
        if self.tells_total:
            pagination |= {"total_entries": total, "total_pages": -(-total // per_page)}
        return {"items": items, "pagination": pagination}

    def _facets(self, url: str, asked: dict[str, str]) -> dict[str, object]:
        code = asked.get("filter_code", "")
        if not url.endswith("/facets") or code not in self.facet_codes:
            raise EndpointMoved(url=url)
        column, titles = {
            "brand": ("brand", BRANDS),
            "status": ("condition", CONDITIONS),
            "catalog": ("catalog", {CATALOG: "Abiti"}),
        }[code]
        counts = Counter(getattr(thing, column, CATALOG) for thing in self._fitting(asked))
        return {
            "options": [
                {"id": str(key), "title": titles[key], "type": "default", "items_count": count}
                for key, count in counts.items()
                if key is not None
            ]
        }

    def _fitting(self, asked: dict[str, str]) -> list[Thing]:
        brands, conditions = _ids(asked, "brand"), _ids(asked, "status")
        lowest, highest = (
            round(float(asked[name]) * 100) if name in asked and "price" not in self.ignores else None
            for name in ("price_from", "price_to")
        )
        return [
            thing
            for thing in self.things
            if (lowest is None or thing.cents >= lowest)
            and (highest is None or thing.cents <= highest)
            and (not brands or "brand" in self.ignores or thing.brand in brands)
            and (not conditions or "status" in self.ignores or thing.condition in conditions)
        ]


def card(thing: Thing, *, promoted: bool = False) -> dict[str, object]:
    """A listing as today's search shows it."""
    condition = CONDITIONS.get(thing.condition or 0, "")
    return {
        "id": thing.id,
        "title": f"Abito {thing.id}",
        "url": f"/items/{thing.id}-abito",
        "price": {"amount": f"{thing.cents / 100:.2f}", "currency_code": "EUR"},
        "item_box": {"first_line": BRANDS.get(thing.brand or 0, ""), "second_line": f"{thing.size} · {condition}"},
        "promoted": promoted,
        "content_source": "search_promoted_items" if promoted else "search",
        "user": {"id": 7, "login": "maria", "business": False},
    }


def brand(key: int) -> Term:
    """A brand of the scripted market."""
    return Term(key, BRANDS[key])


def _ids(asked: dict[str, str], code: str) -> set[int]:
    return {int(key) for key in asked.get(f"attribute_ids[{code}]", "").split(",") if key}
