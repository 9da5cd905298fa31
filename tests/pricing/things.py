"""This is where tests get things with prices that follow from what they are, and something that learns them quickly."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from vopt_lib.schema.pricing import PRICED

BRANDS = {"Zara": 8.0, "Levi's": 20.0, "Prada": 150.0}
KINDS = {"Donna > Vestiti > Abiti": ("abito", 1.5), "Donna > Borse": ("borsa", 2.0), "Uomo > Jeans": ("jeans", 1.0)}
CONDITIONS = {"Nuovo": 1.3, "Ottime": 1.0, "Discrete": 0.6}
WORDS = {"vintage": 1.25, "seta": 1.4, "": 1.0}


def things(count: int, *, seed: int = 0, noise: float = 0.15) -> pl.DataFrame:
    """So many things (PRICED): brand, kind, condition and a word of the title make the price, but for some noise."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        brand, kind, condition, word = (
            names[rng.integers(len(names))] for names in map(list, (BRANDS, KINDS, CONDITIONS, WORDS))
        )
        noun, level = KINDS[kind]
        price = BRANDS[brand] * level * CONDITIONS[condition] * WORDS[word] * float(np.exp(rng.normal(0, noise)))
        rows.append(
            {
                "id": str(number),
                "title": f"{noun} {brand} {word}".strip(),
                "brand": brand,
                "category": kind,
                "condition": condition,
                "price_eur": round(price, 2),
            }
        )
    return pl.DataFrame(rows, schema_overrides=PRICED).select(
        pl.col(name) if name in rows[0] else pl.lit(None, dtype).alias(name) for name, dtype in PRICED.items()
    )


class QuickModel:
    """The median of the brand, half and double of it as the interval; of a brand never met it has no evidence."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self.middle = float(np.median(rows["price_eur"].to_numpy()))
        self.brands = rows.group_by("brand").agg(told=pl.col("price_eur").median())

    def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
        """ESTIMATED of these rows."""
        told = pl.col("told")
        known = rows.select("id", "brand").join(self.brands, on="brand", how="left", maintain_order="left")
        return known.select(
            "id",
            middle_eur=told.fill_null(self.middle),
            low_eur=told.fill_null(self.middle) / 2,
            high_eur=told.fill_null(self.middle) * 2,
            lack=pl.when(told.is_null()).then(pl.lit("unlike_all")),
        )

    def state(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A MiB of zeros, and nothing else."""
        return {"zeros": np.zeros(2**17)}, {}
