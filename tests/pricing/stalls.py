"""This is where made-up things get prices whose spread is known, and what a model that never saw them tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

BRANDS = ("zara", "gucci", "levis", "prada", "no name")
KINDS = ("jeans", "dress", "coat", "bag", "scarf")
_COLOURS = ("red", "blue", "black", "white", "green", "yellow", "grey")
_NOISES = (0.1, 0.7, 0.3, 0.5, 0.2)
FIRST_DAY = date(2026, 9, 1)


def things(count: int, *, seed: int = 0, drift: Sequence[float] | None = None) -> pl.DataFrame:
    """PRICED, middle_eur and seen_on: prices of a brand lie the further from the middle the more it varies.

    drift: by how much the log of each price is above what the model knows, one thing after the other.
    """
    chance = np.random.default_rng(seed)
    brand, kind, colour = (chance.integers(0, len(names), count) for names in (BRANDS, KINDS, _COLOURS))
    middles = 2.5 + 0.4 * brand + 0.3 * kind
    logs = middles + np.array(_NOISES)[brand] * chance.standard_normal(count) + (0.0 if drift is None else drift)
    titles = [f"{BRANDS[b]} {KINDS[k]} {_COLOURS[c]}" for b, k, c in zip(brand, kind, colour, strict=True)]
    return pl.DataFrame(
        {
            "id": [str(place) for place in range(count)],
            "title": titles,
            "brand": [BRANDS[place] for place in brand],
            "category": [f"clothes > {KINDS[place]}" for place in kind],
            "size": ["M"] * count,
            "condition": ["good"] * count,
            "price_eur": np.exp(logs),
            "middle_eur": np.exp(middles),
            "seen_on": [FIRST_DAY + timedelta(days=place * 60 // max(count, 1)) for place in range(count)],
        },
        schema_overrides=dict.fromkeys(("title", "brand", "category", "size", "condition"), pl.String),
    )
