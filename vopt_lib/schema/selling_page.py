"""This is where we say what the market page is told of how fast things sell, and of how wanted they are."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from vopt_lib.schema.survival import DaysToSell


@dataclass(frozen=True)
class Speed:
    """How fast a catalogue, or a brand of it, sells.

    told: of what was chosen; None: too few listings were watched, or for too few days. usual: of the whole catalogue.
    """

    brand: str | None
    told: DaysToSell | None
    usual: DaysToSell | None


@dataclass(frozen=True)
class Selling:
    """The sell-through of the market page: of one catalogue, or, where none is chosen, the demand for everything.

    groups: rows of days_to_sell of the catalogue by brand, size, condition and price, with the score of brands (null:
    none); in the order shown. demand: rows of `demand` of brands, and of whole catalogues (brand null), highest score
    first.
    """

    speed: Speed | None = None
    groups: pl.DataFrame | None = None
    demand: pl.DataFrame | None = None
