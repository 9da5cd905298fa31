"""This is where we say what is found for a photo: listings and own things that look like it, and what these cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from vopt_lib.schema.tables import MONEY, UTC_TIME
from vopt_lib.words import N_

FOUND: Final = pl.Schema(
    {
        "likeness": pl.Float64(),
        "photo_sha256": pl.String(),
        "listing_id": pl.Int64(),
        "title": pl.String(),
        "brand": pl.String(),
        "catalog_id": pl.Int64(),
        "size": pl.String(),
        "condition_id": pl.Int32(),
        "price_eur": MONEY,
        "evidence": pl.String(),
        "url": pl.String(),
        "thumbnail_url": pl.String(),
        "last_seen_at": UTC_TIME,
    }
)
"""A listing of the market. evidence: on_sale, sold (proven: price_eur is what it asked last), or left."""

EVIDENCE: Final = {"on_sale": N_("on sale"), "sold": N_("sold"), "left": N_("gone, perhaps sold")}
"""What is known of a listing of the market, as message ids for people."""

OWN_FOUND: Final = pl.Schema(
    {
        "likeness": pl.Float64(),
        "photo_sha256": pl.String(),
        "item_id": pl.Int64(),
        "listing_id": pl.Int64(),
        "title": pl.String(),
        "brand": pl.String(),
        "catalog_id": pl.Int64(),
        "size": pl.String(),
        "condition_id": pl.Int32(),
        "currency": pl.String(),
        "asked": MONEY,
        "state": pl.String(),
    }
)
"""A thing of her own; item_id and listing_id are the shop's own numbers."""


@dataclass(frozen=True)
class SimilarFilters:
    """Which listings of a market are wanted. category: a catalogue with all below it. sold: True: those proven to be
    sold alone; False: those on sale alone. Prices in euro, the ends included.
    """

    market: str = "it"
    category: int | None = None
    brand: str | None = None
    price_from: float | None = None
    price_to: float | None = None
    sold: bool | None = None


@dataclass(frozen=True)
class PriceBand:
    """What look-alikes ask, EUR: a quarter asks less than `low`, half less than `middle`, three quarters less than
    `high`. listings: how many it rests on.
    """

    low: float
    middle: float
    high: float
    listings: int


@dataclass(frozen=True)
class Similar:
    """What looks like a photo, the most alike first.

    market: FOUND. own: OWN_FOUND. asked: the prices of what is clearly alike and on sale; sold: the last asked
    prices of those proven to be sold; None: too few. photos: so many photos of the market it was looked for in.
    """

    market: pl.DataFrame
    own: pl.DataFrame
    asked: PriceBand | None
    sold: PriceBand | None
    photos: int
