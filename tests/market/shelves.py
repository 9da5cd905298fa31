"""This is where tests get a market of dresses and bags whose prices follow a rule that they can check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DRESSES, SKIRTS, CLOTHES = 4, 5, 1
TREE = pl.DataFrame(
    {"catalog_id": [1, 4, 4, 5, 5], "ancestor_id": [1, 4, 1, 5, 1]},
    schema={"catalog_id": pl.Int64, "ancestor_id": pl.Int64},
)
BRANDS = {"Zara": 1.0, "OVS": 0.6, "Max Mara": 3.0}
CONDITIONS = {6: 1.4, 2: 1.0, 4: 0.6}
SIZES = ("S", "M", "L")
KINDS = ("lungo", "corto", "elegante")
SCHEMA: dict[str, Any] = {
    "listing_id": pl.Int64, "title": pl.String, "brand": pl.String, "size": pl.String, "condition_id": pl.Int32,
    "url": pl.String, "leaf_catalog_id": pl.Int64, "price_eur": pl.Float64, "first_price_eur": pl.Float64,
    "promoted": pl.Boolean, "seller_hash": pl.String, "first_seen_at": pl.Datetime("us", "UTC"),
    "last_seen_at": pl.Datetime("us", "UTC"), "asked_since": pl.Datetime("us", "UTC"), "favourite_count": pl.Int32,
    "evidence": pl.String,
}  # fmt: skip


def usual_price(brand: str, condition_id: int) -> float:
    """What such a dress is worth."""
    return 20.0 * BRANDS[brand] * CONDITIONS[condition_id]


def dress(number: int, **changed: Any) -> dict[str, Any]:
    """One dress of many: its number says what it is, and its price lies near the usual one."""
    brand = [*BRANDS][number % 3]
    condition_id = [*CONDITIONS][number // 3 % 3]
    facts = {
        "listing_id": 1000 + number,
        "title": f"Abito {KINDS[number // 27 % 3]} {brand}",
        "brand": brand,
        "size": SIZES[number // 9 % 3],
        "condition_id": condition_id,
        "url": f"https://www.vinted.it/items/{1000 + number}",
        "leaf_catalog_id": DRESSES,
        "price_eur": round(usual_price(brand, condition_id) * Random(number).lognormvariate(0, 0.15), 2),
        "promoted": False,
        "seller_hash": f"seller-{number}",
        "first_seen_at": NOW - timedelta(days=2),
        "last_seen_at": NOW,
        "asked_since": NOW - timedelta(days=2),
        "favourite_count": 0,
        "evidence": "on_sale",
    } | changed
    return {"first_price_eur": facts["price_eur"]} | facts


def shelf(*others: Mapping[str, Any], dresses: int = 200) -> pl.DataFrame:
    """So many dresses, and these listings besides."""
    return rows([*(dress(number) for number in range(dresses)), *others])


def rows(listings: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """These listings as a frame."""
    return pl.DataFrame([dict(one) for one in listings], schema=SCHEMA)
