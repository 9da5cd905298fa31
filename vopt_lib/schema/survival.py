"""This is where we say what is known of how long listings stay unsold, and why it may not be known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import floor
from typing import Any, Final, Self

from vopt_lib.words import N_


@dataclass(frozen=True)
class Interval:
    """A figure with its 80 % interval. An end that the data cannot tell is None."""

    value: float
    low: float | None
    high: float | None


class Lack(StrEnum):
    """What is missing for an answer, in the order in which it is looked for."""

    FEW_SOLD = "few_sold"
    SEEN_LATE = "seen_late"
    SEEN_BRIEFLY = "seen_briefly"
    NOT_THAT_MANY_SELL = "not_that_many_sell"
    UNCERTAIN = "uncertain"

    @property
    def sentence(self) -> str:
        """What a seller is told."""
        return _SENTENCES[self]


_SENTENCES = {
    Lack.FEW_SOLD: N_("Not enough evidence: too few of these listings are known to have been sold."),
    Lack.SEEN_LATE: N_("Not enough evidence: too few of these listings were seen soon after they were put on sale."),
    Lack.SEEN_BRIEFLY: N_("Not enough evidence: too few of these listings were watched for that long."),
    Lack.NOT_THAT_MANY_SELL: N_("Not enough evidence: fewer than half were sold for as long as they were watched."),
    Lack.UNCERTAIN: N_("Not enough evidence: with so few sales it could as well be half as long again, or as short."),
}

WIDEST: Final = 0.75
"""Width of a median's interval, as a share of the median, above which the median is not told."""


LONGEST_DAYS = 120
"""The highest age that a table tells of: listings are looked at for as long."""


@dataclass(frozen=True)
class SurvivalCurve:
    """Share of listings still unsold at each age, were none withdrawn, with its 80 % interval.

    days are ages from the first that is known on; unsold, low and high are shares of 1. listings counts what the curve
    rests on, sold the sales among them (known, and expected of those whose end nobody saw).
    """

    days: Sequence[float]
    unsold: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    listings: int
    sold: float

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self | Lack:
        """The curve of a row of days_to_sell, or what was missing for one. Its medians are in the row, and finer."""
        if row["ages"] is None:
            return Lack(row["lack"])
        shares = (row["unsold"], row["unsold_low"], row["unsold_high"])
        return cls(row["ages"], *shares, listings=row["listings"], sold=row["sold"])

    def as_row(self) -> dict[str, list[float]]:
        """The curve as columns of days_to_sell: first age, whole days, and last age (LONGEST_DAYS at most)."""
        last = min(self.known_until, LONGEST_DAYS)
        whole = [float(day) for day in range(floor(self.days[0]) + 1, floor(last) + 1)]
        ages = sorted({self.days[0], *whole, last})
        places = [bisect_right(self.days, age) - 1 for age in ages]
        shares = {"unsold": self.unsold, "unsold_low": self.low, "unsold_high": self.high}
        return {"ages": ages} | {name: [share[place] for place in places] for name, share in shares.items()}

    @property
    def known_until(self) -> float:
        """The highest age that it tells of, in days."""
        return self.days[-1]

    def median(self) -> Interval | Lack:
        """The age in days by which half are sold."""
        value = _first_at_most(self.days, self.unsold, 0.5)
        if value is None:
            return Lack.NOT_THAT_MANY_SELL
        low, high = (_first_at_most(self.days, shares, 0.5) for shares in (self.low, self.high))
        if low is None or high is None or high - low > WIDEST * value:
            return Lack.UNCERTAIN
        return Interval(value, low, high)

    def sold_within(self, days: float) -> Interval | Lack:
        """The share that is sold by this age."""
        if days > self.known_until:
            return Lack.SEEN_BRIEFLY
        place = max((n for n, age in enumerate(self.days) if age <= days), default=0)
        return Interval(1.0 - self.unsold[place], 1.0 - self.high[place], 1.0 - self.low[place])


@dataclass(frozen=True)
class DaysToSell:
    """How long the listings of one group take to sell, as a row of days_to_sell tells it.

    sold_within: {days: share}. listings and sold: what it rests on, watched from `since` to `until` (UTC).
    """

    curve: SurvivalCurve | Lack
    median: Interval | Lack
    sold_within: Mapping[int, Interval | Lack]
    listings: int
    sold: float
    since: datetime
    until: datetime

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """What a row tells."""
        curve = SurvivalCurve.of_row(row)
        missing = curve if isinstance(curve, Lack) else Lack.SEEN_BRIEFLY
        within = {days: _interval(row, f"sold_within_{days}") or missing for days in (7, 14, 30, 60)}
        median = _interval(row, "median_days") or Lack(row["lack"])
        facts = {name: row[name] for name in ("listings", "sold", "since", "until")}
        return cls(curve, median, within, **facts)


def _interval(row: Mapping[str, Any], name: str) -> Interval | None:
    value = row[name]
    return None if value is None else Interval(value, row[f"{name}_low"], row[f"{name}_high"])


def _first_at_most(days: Sequence[float], shares: Sequence[float], most: float) -> float | None:
    return next((age for age, share in zip(days, shares, strict=True) if share <= most), None)
