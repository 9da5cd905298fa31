"""This is where tests get a published market whose prices can be learnt: its tables are written, not collected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tests.lake.frames import rows
from tests.markets import FixedClock
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.schema.tables import CATALOG_DAY, LISTING_ENDED, LISTING_LIVE, LISTING_SEEN

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
BAGS, MINI_DRESSES = 19, 9000002
WORTH = {"Zara": 12.0, "Gucci": 150.0, "H&M": 7.0, "Levi's": 35.0}
LEATHER = "pelle"
WORDS = ("borsa nera", "tracolla pelle", "shopper grande", "pochette sera", "zaino blu")


def priced_market(folder: Path, *, listings: int = 900, now: datetime = NOW, **given: Any) -> Desk:
    """A vopt whose published market has so many listings on sale, seen first over the thirty days before `now`."""
    desk = open_desk(data=folder, clock=FixedClock(now), **given)
    publish_listings(desk, listings, until=now)
    return desk


def publish_listings(
    desk: Desk, count: int, *, until: datetime, source: str = "vinted", market: str = "it", **columns: Any
) -> None:
    """Let these listings be on sale, a few of them sold or gone, and published. `columns` are put in their place."""
    told = {**facts(count, until), "source": source, "market": market, **columns}
    gone = max(count // 20, 1) if count else 0
    desk.lake.publish(
        {
            "listing_live": desk.lake.overwrite("listing_live", _live(told, count), partitions=[{}]),
            "listing_ended": desk.lake.overwrite("listing_ended", _ended(told, gone, until), partitions=[{}]),
            "listing_seen": desk.lake.append("listing_seen", _pages(told, min(count, 10))),
            "catalog_day": desk.lake.overwrite("catalog_day", _day(until, source, market), partitions=[{}]),
        }
    )


def facts(count: int, until: datetime) -> Mapping[str, Any]:
    """Columns of so many listings: each asks what its brand is worth, thrice that for leather, a fifth more or less."""
    chance = np.random.default_rng(11).normal(0, 0.2, count)
    brands = [list(WORTH)[n % len(WORTH)] for n in range(count)]
    words = [WORDS[n % len(WORDS)] for n in range(count)]
    worth = [WORTH[brand] * (3 if LEATHER in word else 1) for brand, word in zip(brands, words, strict=True)]
    prices = [Decimal(f"{eur * float(np.exp(off)):.2f}") for eur, off in zip(worth, chance, strict=True)]
    first = [until - timedelta(days=30 * (count - n) / max(count, 1)) for n in range(count)]
    return {
        "listing_id": list(range(1000, 1000 + count)),
        "title": [f"{words[n]} {brands[n]} {n}" for n in range(count)],
        "brand": brands,
        "size": ["M"] * count,
        "condition_id": [(1, 2, 3)[n % 3] for n in range(count)],
        "leaf_catalog_id": [(BAGS, MINI_DRESSES)[n % 2] for n in range(count)],
        "last_price_eur": prices,
        "last_asked_amount": prices,
        "currency": "EUR",
        "promoted": False,
        "seller_hash": [f"seller {n}" for n in range(count)],
        "first_seen_at": first,
        "last_seen_at": [until - timedelta(hours=1)] * count,
    }


def _live(told: Mapping[str, Any], count: int) -> pl.DataFrame:
    return rows(
        LISTING_LIVE, count, **told, query_keys=[[] for _ in range(count)], missed_on=[[] for _ in range(count)]
    )


def _ended(told: Mapping[str, Any], count: int, until: datetime) -> pl.DataFrame:
    """As many that were sold as left: the same things under other ids, of other sellers."""
    cut = {name: value[:count] if isinstance(value, list) else value for name, value in told.items()}
    changed = {
        "listing_id": list(range(1, 1 + count)),
        "seller_hash": [f"gone {n}" for n in range(count)],
        "evidence": [("sold", "unknown")[n % 2] for n in range(count)],
        "ended_month": f"{until:%Y-%m}",
        "gone_after": until - timedelta(days=2),
        "gone_before": until - timedelta(days=1),
        "gone_on": (until - timedelta(days=1)).date(),
        "decided_on": until.date(),
    }
    return rows(LISTING_ENDED, count, **(cut | changed))


def _pages(told: Mapping[str, Any], count: int) -> pl.DataFrame:
    """Pages of some of them were visited."""
    where = {name: told[name] for name in ("source", "market")}
    at = told["last_seen_at"][0] if told["last_seen_at"] else NOW
    ids = told["listing_id"][:count]
    return rows(LISTING_SEEN, count, **where, listing_id=ids, observed_at=at, day=at.date(), shape="item-page",
                state="on_sale", description="Come nuova", colour="Nero")  # fmt: skip


def _day(until: datetime, source: str, market: str) -> pl.DataFrame:
    day: date = until.date()
    return rows(CATALOG_DAY, 1, source=source, market=market, catalog_id=BAGS, day=day, month=f"{day:%Y-%m}")
