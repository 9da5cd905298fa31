"""This is where random small markets are collected: a few listings, a few queries, some days, and whatever happens."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl

from tests.market.rows import coverage_frame, covered, page, seen, seen_frame

_QUERIES: tuple[dict[str, Any], ...] = (
    {"query_key": "abiti", "query_catalog_id": 3},
    {"query_key": "vestiti", "query_catalog_id": 2},
    {"query_key": "zara", "query_catalog_id": 3, "query_narrowed_by": "brand", "brands": ["zara"]},
    {"query_key": "band", "query_catalog_id": 2, "query_narrowed_by": "price", "price_from": 10, "price_to": 30},
    {"query_key": "words", "query_catalog_id": None, "query_narrowed_by": "text", "search_text": "seta"},
    {"query_key": "medium", "query_catalog_id": 2, "query_narrowed_by": "size", "sizes": ["m"]},
)
_STATES = ("sold", "reserved", "reserved", "hidden", "deleted", "closed", "on_sale")


@dataclass(frozen=True)
class Unit:
    """What one run collects on one day: some sightings, and the coverage of its query."""

    seen: tuple[dict[str, Any], ...]
    coverage: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class _Offer:
    listing_id: int
    leaf: int
    brand: str | None
    size: str
    market: str


def world(random: Random, *, days: int, listings: int) -> list[Unit]:
    """What is collected on these days, in order of time."""
    offers = [
        _Offer(
            1 + number,
            random.choice((3, 4)),
            random.choice(("Zara", "ZARA", "Mango", None)),
            random.choice("SM"),
            random.choice(("it", "it", "fr")),
        )
        for number in range(listings)
    ]
    prices = {offer.listing_id: Decimal(random.choice((8, 12, 20, 40))) for offer in offers}
    diligence = random.choice((0.1, 0.2, 0.5))
    units = []
    for number in range(1, days + 1):
        absent = {offer.listing_id for offer in offers if random.random() < 0.5}
        for offer in offers:
            if random.random() < 0.15:
                prices[offer.listing_id] += random.choice((-2, 1))
            if random.random() < 0.12:
                units.append(_page(random, number, offer, prices[offer.listing_id]))
        units += [
            _crawl(random, number, query, [offer for offer in offers if offer.market == market], prices, absent)
            for query in _QUERIES
            for market in ("it", "fr")
            if random.random() < diligence
        ]
    return [unit for unit in units if unit.seen or unit.coverage]


def _page(random: Random, number: int, offer: _Offer, price: Decimal) -> Unit:
    state, hour = random.choice(_STATES), random.choice((6, 10, 10.5, 15))
    facts = {"brand": offer.brand, "size": offer.size, "market": offer.market}
    return Unit((page(number, hour, listing_id=offer.listing_id, state=state, price=price, **facts),))


def _crawl(
    random: Random,
    number: int,
    query: dict[str, Any],
    offers: list[_Offer],
    prices: dict[int, Decimal],
    absent: set[int],
) -> Unit:
    began = random.choice((9.0, 14.0, 23.8))
    asked = {name: query.get(name, "") for name in ("query_key", "query_catalog_id", "query_narrowed_by")}
    rows = []
    for offer in offers:
        if offer.listing_id in absent or random.random() < 0.15 or not _fits(query, offer, prices[offer.listing_id]):
            continue
        hour = began + random.choice((0.1, 0.1, 0.3, 0.6))
        facts = {
            "brand": offer.brand,
            "size": offer.size,
            "market": offer.market,
            "favourite_count": int(number + hour),
        }
        price = None if random.random() < 0.05 else prices[offer.listing_id]
        promoted = random.random() < 0.15
        rows.append(seen(number, hour, listing_id=offer.listing_id, price=price, promoted=promoted, **facts, **asked))
    if not offers:
        return Unit(())
    covering = {"market": offers[0].market, "is_exhaustive": random.random() < 0.75, "listings": len(rows), **query}
    begin = covered(number, began)["observed_at"]
    share = random.choice((None, 0.5, 1.0))
    return Unit(tuple(rows), (covered(number, began + 0.7, **covering) | {"started_at": begin, "share_seen": share},))


def _fits(query: dict[str, Any], offer: _Offer, price: Decimal) -> bool:
    return (
        query["query_catalog_id"] in (None, 2, offer.leaf)
        and (query["query_key"] != "zara" or (offer.brand or "").casefold() == "zara")
        and (query["query_key"] != "band" or 10 <= price <= 30)
        and (query["query_key"] != "medium" or offer.size == "M")
    )


def frames(units: list[Unit]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """listing_seen and crawl_coverage of these units."""
    return (
        seen_frame(*(row for unit in units for row in unit.seen)),
        coverage_frame(*(row for unit in units for row in unit.coverage)),
    )
