"""This is where we say what is told of how prices move, or what is missing for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from vopt_lib.words import N_

What = Literal["days", "recent_days", "listings", "weeks", "months"]
Method = Literal["damped_trend", "seasonal_naive"]

_SENTENCES: dict[What, str] = {
    "days": N_("Not enough evidence: {known} of {needed} days needed are known."),
    "recent_days": N_(
        "Not enough evidence: each of the two newest weeks needs {needed} known days, one of them has {known}."
    ),
    "listings": N_("Not enough evidence: {known} listings a day, at least {needed} are needed."),
    "weeks": N_("Not enough evidence: {known} of {needed} weeks needed are known."),
    "months": N_("Not enough evidence: {known} of {needed} months needed are known."),
}


@dataclass(frozen=True)
class TooLittle:
    """What is missing for an answer: so many days (weeks, listings …) are known, so many would be needed."""

    what: What
    known: int
    needed: int

    @property
    def sentence(self) -> str:
        """What a seller is told; its facts are `known` and `needed`."""
        return _SENTENCES[self.what]


@dataclass(frozen=True)
class Change:
    """The newest week against the week before, as a share, with its 80 % interval."""

    share: float
    low: float
    high: float

    @property
    def may_be_chance(self) -> bool:
        """Whether no change at all lies in the interval."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True)
class Season:
    """How much each weekday (1 Monday … 7) or month (1 … 12) differs from the rest of its week or year.

    parts: part (Int64), share, low, high (80 % interval), observations (weeks or years it was seen in), stands_out
    (more than chance, all parts together tested at 5 %); in order of part.
    """

    parts: pl.DataFrame

    @property
    def stands_out(self) -> bool:
        """Whether any part does."""
        return bool(self.parts["stands_out"].any())


@dataclass(frozen=True)
class Forecast:
    """The daily median asked price of the next days, with 80 % intervals.

    days: day, median, low, high (EUR), from the day after the newest. error_share: how far the damped trend was off,
    as a share of how far the seasonal naive forecast was, over `origins` days from which both forecast what came
    since; None: there was nothing to compare. method: which of the two the days are of.
    """

    days: pl.DataFrame
    method: Method
    error_share: float | None
    origins: int


@dataclass(frozen=True)
class Trend:
    """How the prices of a catalogue, or of one brand in it, move.

    weeks: `market.trends.weeks`. days: day, price_eur_median of the days that count. brands:
    `market.trends.brand_changes`, of a catalogue's brands; empty where a brand is chosen.
    """

    weeks: pl.DataFrame
    days: pl.DataFrame
    change: Change | TooLittle
    forecast: Forecast | TooLittle
    weekdays: Season | TooLittle
    months: Season | TooLittle
    brands: pl.DataFrame
