"""This is where we say what the pages of one listing and of deals are told: by the desk, to the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from vopt_lib.errors import VoptError
from vopt_lib.schema.comparables import Comparables
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.selling_page import Speed


@dataclass(frozen=True)
class Offer:
    """One listing as far as it is known.

    facts: its newest spell (columns of listing_live and listing_ended, which of them it has; evidence and the gone
    interval are there once it has ended). path: of its catalogue. prices: at, amount, spell: what was asked from then
    on, and the last sighting of each spell. others: spells before the newest. speed: how fast things like it sell,
    None without a catalogue.
    """

    facts: Mapping[str, Any]
    path: str | None
    prices: pl.DataFrame
    others: int
    compared: Comparables | None
    speed: Speed | None

    @property
    def is_live(self) -> bool:
        """Whether it may still be on sale."""
        return self.facts.get("gone_before") is None


@dataclass(frozen=True)
class ListingPage:
    """What the page of a listing shows: the offer, or that there is none of this id, or the `trouble`."""

    freshness: Freshness
    listing_id: int | None
    offer: Offer | None = None
    may_fetch_photos: bool = False
    trouble: VoptError | None = None


@dataclass(frozen=True)
class DealsPage:
    """What the page of deals shows.

    deals: those that fit the filters (`market.deals.deals`), the surest first; known: how many there are in all;
    compared: listings on sale that could be compared.
    """

    freshness: Freshness
    deals: pl.DataFrame
    known: int
    compared: int
    catalogues: tuple[Choice, ...] = ()
    brands: tuple[Choice, ...] = ()
    may_fetch_photos: bool = False
    trouble: VoptError | None = None
