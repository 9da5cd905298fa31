"""This is where tests write sightings and coverage in one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from vopt_lib.market.catalogues import ANCESTORS
from vopt_lib.schema.tables import CRAWL_COVERAGE, LISTING_SEEN, Table

FIRST_DAY = date(2026, 10, 30)

# 1 Donna > 2 Vestiti > 3 Abiti, 4 Jeans
TREE = pl.DataFrame(
    [(1, 1), (2, 2), (2, 1), (3, 3), (3, 2), (3, 1), (4, 4), (4, 2), (4, 1)], schema=ANCESTORS, orient="row"
)

_SEEN: Mapping[str, Any] = {
    "source": "vinted",
    "market": "it",
    "listing_id": 1,
    "run_id": "run",
    "query_catalog_id": 3,
    "query_key": "abiti",
    "query_narrowed_by": "",
    "shape": "svc-2026-09",
    "brand": "Zara",
    "size": "M",
    "condition_id": 2,
    "asked_amount": Decimal("20.00"),
    "currency": "EUR",
    "favourite_count": 0,
    "promoted": False,
    "state": "on_sale",
}

_COVERED: Mapping[str, Any] = {
    "source": "vinted",
    "market": "it",
    "run_id": "run",
    "query_key": "abiti",
    "query_catalog_id": 3,
    "query_narrowed_by": "",
    "brands": [],
    "sizes": [],
    "condition_ids": [],
    "is_exhaustive": True,
    "parts": 1,
    "pages": 1,
    "requests": 1,
    "listings": 1,
    "promoted": 0,
}


def day(number: int) -> date:
    """The day of that number; day 1 is 30 October, so that day 3 is in November."""
    return FIRST_DAY + timedelta(days=number - 1)


def at(number: int, hour: float = 10) -> datetime:
    """A moment of that day, UTC."""
    return datetime.combine(day(number), time(), UTC) + timedelta(hours=hour)


def seen(number: int, hour: float = 10, **facts: Any) -> dict[str, Any]:
    """A sighting; `price` stands for asked_amount."""
    row = {**_SEEN, **facts, "observed_at": at(number, hour), "day": at(number, hour).date()}
    if "price" in row:
        price = row.pop("price")
        row["asked_amount"] = None if price is None else Decimal(str(price))
    row.setdefault("price_eur", row["asked_amount"] if row["currency"] == "EUR" else None)
    return row


def page(number: int, hour: float = 10, **facts: Any) -> dict[str, Any]:
    """A sighting on the listing's own page: no query asked for it."""
    return seen(
        number,
        hour,
        **{"query_catalog_id": None, "query_key": None, "query_narrowed_by": "", "shape": "item-page", **facts},
    )


def covered(number: int, hour: float = 11, **facts: Any) -> dict[str, Any]:
    """A query that ended then, an hour after it began."""
    row = {**_COVERED, **facts, "observed_at": at(number, hour), "day": at(number, hour).date()}
    for name in ("price_from", "price_to"):
        if row.get(name) is not None:
            row[name] = Decimal(str(row[name]))
    return {"started_at": row["observed_at"] - timedelta(hours=1), **row}


def frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows as a frame of that table."""
    return pl.DataFrame(
        [{**dict.fromkeys(table.schema.names()), **row} for row in rows], schema=table.schema, strict=True
    )


def seen_frame(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """listing_seen of these rows."""
    return frame(LISTING_SEEN, rows)


def coverage_frame(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """crawl_coverage of these rows."""
    return frame(CRAWL_COVERAGE, rows)
