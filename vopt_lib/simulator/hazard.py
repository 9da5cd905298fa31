"""This is where we decide when a listing sells: the hazard of a sale, and the exits that are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from vopt_lib.simulator.arrays import Floats


class SaleHazard(Protocol):
    """How soon things sell, given their age and what is asked relative to the fair price.

    log_relative is log(asked / fair); the hazard at any age is that of the price asked then.
    """

    def cumulative(self, days: Floats, log_relative: Floats) -> Floats:
        """Cumulative hazard of a sale after so many days at one price; survival is exp of minus this."""
        ...

    def days_at(self, cumulative: Floats, log_relative: Floats) -> Floats:
        """The age at which the cumulative hazard is reached: the inverse of `cumulative`."""
        ...


def _pull(elasticity: float, log_relative: Floats) -> Floats:
    """How many times as fast a thing sells at its price as it would at the fair one."""
    return np.asarray(np.exp(-elasticity * log_relative))


@dataclass(frozen=True)
class Weibull:
    """A hazard that falls with age and with the price: at `elasticity` 2.5 a price 10 % higher sells 21 % slower."""

    median_days: float = 28.0
    shape: float = 0.9
    elasticity: float = 2.5

    def cumulative(self, days: Floats, log_relative: Floats) -> Floats:
        """log 2 at the median age of a fairly priced listing."""
        pull = _pull(self.elasticity, log_relative)
        return np.asarray(np.log(2.0) * pull * (days / self.median_days) ** self.shape)

    def days_at(self, cumulative: Floats, log_relative: Floats) -> Floats:
        """The age at which the cumulative hazard is reached."""
        pull = _pull(self.elasticity, log_relative)
        return np.asarray(self.median_days * (cumulative / (np.log(2.0) * pull)) ** (1.0 / self.shape))


@dataclass(frozen=True)
class LogLogistic:
    """A hazard that rises while a listing is found, then falls: its tail is longer than a Weibull's."""

    median_days: float = 24.0
    shape: float = 1.5
    elasticity: float = 2.0

    def cumulative(self, days: Floats, log_relative: Floats) -> Floats:
        """log 2 at the median age of a fairly priced listing."""
        pull = _pull(self.elasticity, log_relative)
        return np.asarray(pull * np.log1p((days / self.median_days) ** self.shape))

    def days_at(self, cumulative: Floats, log_relative: Floats) -> Floats:
        """The age at which the cumulative hazard is reached."""
        pull = _pull(self.elasticity, log_relative)
        odds = np.expm1(np.minimum(cumulative / pull, _MOST_CUMULATIVE))
        return np.asarray(self.median_days * odds ** (1.0 / self.shape))


_MOST_CUMULATIVE: Final = 200.0
"""Beyond it nothing sells within any number of years that a float can tell from another."""


@dataclass(frozen=True)
class Sales:
    """How the things of one market sell.

    luck_variance is that of a factor on the hazard, gamma with mean 1, drawn once per listing: what no attribute shows
    (a good photo, a busy seller) makes some sell fast, and leaves the slow ones on the shelf. haste is how many times
    as often sellers cut their prices as in an ordinary market.
    """

    family: str
    hazard: SaleHazard
    luck_variance: float = 0.0
    haste: float = 1.0

    def luck(self, rng: np.random.Generator, n: int) -> Floats:
        """The factor on the hazard of each of n listings."""
        if self.luck_variance == 0.0:
            return np.ones(n)
        return rng.gamma(1.0 / self.luck_variance, self.luck_variance, n)


FAMILIES: Final = (
    Sales("log-logistic", LogLogistic()),
    Sales("weibull", Weibull()),
    Sales("frailty with markdowns", Weibull(22.0, 1.2, 3.0), luck_variance=0.8, haste=2.0),
)
"""Three ways in which second-hand things may sell: an estimator that is right in one alone is not right."""


def family_of(seed: int) -> Sales:
    """How the things of the market of this seed sell: the families take turns."""
    return FAMILIES[seed % len(FAMILIES)]


def days_to_sale(hazard: SaleHazard, threshold: Floats, cut_days: Floats, log_relative: Floats) -> Floats:
    """Age at which each listing would sell if nobody took it down.

    threshold is a draw from the unit exponential, (n,). cut_days are ages at which the price falls, (n, k), infinite
    where it does not; log_relative holds the price before the first and after each cut, (n, k + 1).
    """
    starts = np.column_stack([np.zeros(len(threshold)), cut_days])
    sold = np.full(len(threshold), np.inf)
    left = threshold.copy()
    for step in range(log_relative.shape[1]):
        begin, price = starts[:, step], log_relative[:, step]
        end = starts[:, step + 1] if step + 1 < starts.shape[1] else np.full(len(threshold), np.inf)
        reached = hazard.cumulative(np.where(np.isfinite(begin), begin, 0.0), price)
        sells = hazard.days_at(reached + left, price)
        here = np.isinf(sold) & np.isfinite(begin) & (sells < end)
        sold[here] = sells[here]
        left = left - (hazard.cumulative(np.where(np.isfinite(end), end, begin), price) - reached)
        left = np.maximum(left, 0.0)
    return sold


def share_unsold(hazard: SaleHazard, days: Floats, *, luck: Floats, cut_days: Floats, log_relative: Floats) -> Floats:
    """Chance that each listing is still unsold at these ages if nobody takes it down, (n, len(days)).

    luck is the factor on its hazard; cut_days and log_relative are those of `days_to_sale`.
    """
    starts = np.column_stack([np.zeros(len(luck)), cut_days])
    total = np.zeros((len(luck), len(days)))
    for step in range(log_relative.shape[1]):
        begin = starts[:, step]
        end = starts[:, step + 1] if step + 1 < starts.shape[1] else np.full(len(luck), np.inf)
        price = log_relative[:, step, None]
        since, until = (np.minimum(edge[:, None], days[None, :]) for edge in (begin, end))
        total += hazard.cumulative(until, price) - hazard.cumulative(since, price)
    return np.asarray(np.exp(-luck[:, None] * total))


def withdrawal_rate(sale_days: Floats, share: float) -> float:
    """Rate per day at which sellers must give up so that this share of all exits are not sales.

    Giving up is independent of selling, as a survival model assumes. Solved by bisection on the drawn sale ages.
    """
    low, high = 1e-6, 10.0
    finite = np.where(np.isfinite(sale_days), sale_days, 1e6)
    for _ in range(60):
        middle = float(np.sqrt(low * high))
        if float(np.mean(-np.expm1(-middle * finite))) < share:
            low = middle
        else:
            high = middle
    return float(np.sqrt(low * high))
