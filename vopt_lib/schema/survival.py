"""This is where we say what is known of how long listings stay unsold, and why it may not be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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


def _first_at_most(days: Sequence[float], shares: Sequence[float], most: float) -> float | None:
    return next((age for age, share in zip(days, shares, strict=True) if share <= most), None)
