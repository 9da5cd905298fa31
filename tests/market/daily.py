"""This is where tests write the days of one place in one line: their medians, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

FIRST = date(2026, 1, 5)
"""A Monday."""


def days_of(medians: Sequence[float | None], **columns: object) -> pl.DataFrame:
    """One row per day from FIRST on; a median of None is a day that was not collected. Its listings are many, and half
    of them ask the median, unless `columns` say else."""
    prices = pl.Series([None if median is None else float(median) for median in medians], dtype=pl.Float64)
    days = [FIRST + timedelta(days=number) for number in range(len(prices))]
    every = pl.DataFrame({"day": pl.Series(days, dtype=pl.Date)})
    known = {f"price_eur_{name}": prices for name in ("p10", "p25", "median", "p75", "p90")}
    counts = {"seen": 1000, "new": 10, "gone": 10} | columns
    rows = every.with_columns(**known).with_columns(
        **{name: pl.Series(value) if isinstance(value, list) else pl.lit(value) for name, value in counts.items()}
    )
    return rows.filter(pl.col("price_eur_median").is_not_null())


def ar1(seed: int, days: int, correlation: float) -> npt.NDArray[np.float64]:
    """Medians around 20 € of which neighbours correlate, and that go nowhere."""
    rng = np.random.default_rng(seed)
    off = np.zeros(days + 150)
    for place, surprise in enumerate(rng.normal(0, 0.02, days + 150)):
        off[place] = correlation * off[place - 1] + surprise
    return np.exp(3 + off[150:])


def shelf(seed: int, days: int, listings: int, *, brand: str = "Zara", rise: float = 0.0) -> pl.DataFrame:
    """A shelf of which 5 % of the listings leave each day and as many come, at the same prices; in the newest week at
    prices that are higher by `rise`, as a share, of all that stand there."""
    rng = np.random.default_rng(seed)
    prices = np.exp(rng.normal(3.3, 0.55, listings))
    rows = []
    for number in range(days):
        left = rng.random(listings) < 0.05
        prices[left] = np.exp(rng.normal(3.3, 0.55, left.sum()))
        asked = prices * (1 + rise if number >= days - 7 else 1)
        quartiles = np.quantile(asked, [0.25, 0.5, 0.75])
        rows.append((brand, FIRST + timedelta(days=number), listings, int(left.sum()), *quartiles))
    names = ["brand", "day", "seen", "new", "price_eur_p25", "price_eur_median", "price_eur_p75"]
    return pl.DataFrame(rows, schema=names, orient="row")
