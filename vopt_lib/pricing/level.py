"""This is where we tell how dear a catalogue is today beside the weeks that a price model learnt from.

What things are worth follows the season: a model that learnt from a month is half a month behind. The trend of what was
asked beside what the model told (by models that had not seen the listing) says how far; catalogues with few listings
share the trend of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

MOST_OFF: Final = 1.0
"""What a price is off at most (log): those further off are slips, jokes or other things."""

AHEAD_DAYS: Final = 14.0
"""Days beyond those learnt from to which a trend is drawn out: seasons turn."""


@dataclass(frozen=True)
class Level:
    """Trends of catalogues: log change a day (`usual`: of all), around middle_day; last_day: the newest learnt from.

    Days count from 1970.
    """

    middle_day: float
    last_day: float
    usual: float
    trends: Mapping[str, float] = field(default_factory=dict)

    def factors(self, things: pl.DataFrame) -> pl.Series:
        """How many times as dear as the model tells these things are on their days; once, where no day is told.

        Needs: category, listed_on.
        """
        trend = things["category"].replace_strict(dict(self.trends), default=self.usual, return_dtype=pl.Float64)
        ahead = _days(things).clip(upper_bound=self.last_day + AHEAD_DAYS) - self.middle_day
        return (trend.fill_null(self.usual) * ahead).exp().fill_null(1.0)


def learn_level(known: pl.DataFrame) -> Level:
    """The trends of what is asked, beside what a price model told.

    Needs: category, listed_on, price_eur, middle_eur (out of fold). Least squares; the trend of a catalogue is drawn to
           that of all as far as its error is larger than the scatter between them.
    """
    off = (pl.col("price_eur") / pl.col("middle_eur")).log().clip(-MOST_OFF, MOST_OFF)
    rows = known.select("category", day=_days(known), off=off).drop_nulls(("off", "day"))
    if rows.height < 2 or rows["day"].n_unique() < 2:
        return Level(0.0, 0.0, 0.0)
    middle = float(np.mean(rows["day"].to_numpy()))
    away, change = pl.col("day") - pl.col("day").mean(), pl.col("off") - pl.col("off").mean()
    sums = {"days": (away * away).sum(), "both": (away * change).sum(), "noise": (change * change).sum()}
    days, both, noise = rows.select(**sums).row(0)
    usual, variance = both / days, noise / rows.height
    by = rows.drop_nulls("category").group_by("category").agg(**sums).filter(pl.col("days") > 0).sort("category")
    weight, beyond = by["days"].to_numpy(), by["both"].to_numpy() / by["days"].to_numpy() - usual
    # Moments: what the trends scatter more than their errors do, weighted by what each rests on.
    scatter = max(float((weight * (beyond**2 - variance / weight)).sum() / max(weight.sum(), 1e-9)), 0.0)
    own = usual + beyond * scatter / (scatter + variance / weight)
    last = float(np.max(rows["day"].to_numpy()))
    return Level(middle, last, float(usual), dict(zip(by["category"].to_list(), own.tolist(), strict=True)))


def _days(things: pl.DataFrame) -> pl.Series:
    """Days since 1970."""
    return things["listed_on"].to_physical().cast(pl.Float64)
