"""This is where we tell how fast a thing sells at a price: the hazard of a sale by age and by what is asked.

log_relative is log(asked / fair): 0.1 is a price about a tenth above what is asked for things like it. A listing's
hazard is that of its age, times a factor that falls with its price, times a luck of its own (gamma with mean 1: what
no attribute shows). Those with luck leave first: that is why old listings sell slowly, and why the share that sells by
an age is not one minus the exponential of the average hazard.

How a price works depends on who chose it:

- A price that somebody else set tells something of the thing, too: whoever asks more often has more to show than its
  attributes say. So listings at different prices differ less in speed than their prices alone would make them.
- A price that *we* choose tells nothing of the thing. What it does is learnt from listings whose price changed: the
  thing stayed the same. It is steeper, and the same at any price: the log of the hazard falls by `steepness` times the
  change of the log price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FAR: Final = 3.0
"""Scatters away from the usual price beyond which a price is a slip or a joke, or the thing was taken for another one:
no speed is learnt from it."""

RARE: Final = 1.645
"""Scatters from which on fewer than one in twenty ask as much: nothing is advised where so little is known."""


@dataclass(frozen=True)
class Demand:
    """How fast things sell, learnt by `hazard_fit.learn_demand`.

    rates: sales a day of things at the fair price, in the pieces of age between `ages` (the last one is open). slopes:
    how fast the log of the hazard falls with log_relative, below, between and above the `knots`. steepness: see above.
    centre, scatter: of log_relative among listings. luck_variance: of the luck. known_until_days: the age until which
    listings were watched. paces: how many times as fast the things of a group sell. sold: the sales that it rests on.
    """

    ages: Floats
    rates: Floats
    knots: Floats
    slopes: Floats
    steepness: float
    centre: float
    scatter: float
    luck_variance: float
    known_until_days: float
    sold: float
    paces: Mapping[str, float] = field(default_factory=dict)

    def sold_within(
        self, days: float, log_relative: Floats, *, age_days: float = 0.0, group: str | None = None
    ) -> Floats:
        """The chance that a thing is sold within so many days from now at a price that we choose; it never rises with
        the price. age_days: how long it has been on sale, unsold (at that price).
        """
        return -np.expm1(-self._cumulative(days, self.pull(log_relative, group=group), age_days=age_days))

    def sold_as_seen(
        self, days: float, log_relative: Floats, *, age_days: float = 0.0, group: str | None = None
    ) -> Floats:
        """The same of somebody else's listing at the price that is asked for it."""
        return -np.expm1(-self._cumulative(days, self.seen_pull(log_relative, group=group), age_days=age_days))

    def unsold_by(self, days: Floats, pull: Floats, *, waited: float = 0.0, age_days: float = 0.0) -> Floats:
        """The chance to be unsold so many days from now, (len(pull), len(days)), of what is unsold now.

        pull: `pull` or `shelf_pull` of each price; waited: what a thing has been through already (`waited`).
        """
        added = pull[:, None] * (self._clock(age_days + days) - self._clock(np.array([age_days])))[None, :]
        return np.asarray(np.exp(-np.log1p(self.luck_variance * added / self._thinned(waited)) / self.luck_variance))

    def median_days(self, pull: Floats, *, waited: float = 0.0, age_days: float = 0.0) -> Floats:
        """The days from now by which half are sold; infinite where that is not within the ages that are known."""
        needed = self._thinned(waited) * np.expm1(self.luck_variance * np.log(2.0)) / self.luck_variance
        target = self._clock(np.array([age_days]))[0] + needed / pull
        days = np.interp(target, self._clock(self.ages), self.ages)
        beyond = target - self._clock(self.ages[-1:])[0]
        days = np.where(beyond > 0, self.ages[-1] + beyond / self.rates[-1], days)
        return np.asarray(np.where(days <= self.known_until_days, days - age_days, inf))

    def pull(self, log_relative: Floats, *, group: str | None = None) -> Floats:
        """How many times as fast a thing sells at a price that we choose as one at the fair price."""
        usual = self._fall(np.array([self.centre]))
        return self._pace(group) * np.exp(-usual - self.steepness * (log_relative - self.centre))

    def seen_pull(self, log_relative: Floats, *, group: str | None = None) -> Floats:
        """The same for a price at which somebody chose to offer it."""
        return np.asarray(self._pace(group) * np.exp(-self._fall(log_relative)))

    def shelf_pull(self, log_relative: Floats, first_log_relative: float, *, group: str | None = None) -> Floats:
        """The same for a new price of what was first offered at another one: the first tells of the thing, the change
        does not."""
        first = self._fall(np.array([first_log_relative]))
        return self._pace(group) * np.exp(-first - self.steepness * (log_relative - first_log_relative))

    def waited(self, pull: float, age_days: float) -> float:
        """What a listing has been through that has been on sale so long at one price."""
        return float(pull * self._clock(np.array([age_days]))[0])

    def is_price(self, log_relative: Floats) -> npt.NDArray[np.bool_]:
        """Whether people ask such prices: of others nothing was learnt."""
        return np.asarray(np.abs(log_relative - self.centre) <= FAR * self.scatter)

    @property
    def dearest(self) -> float:
        """What hardly anybody asks more than, as log_relative."""
        return self.centre + RARE * self.scatter

    def state(self) -> tuple[dict[str, Floats], dict[str, Any]]:
        """All of it: arrays, and what is JSON."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        return arrays, {name: getattr(self, name) for name in _NUMBERS} | {"paces": dict(self.paces)}

    @classmethod
    def of_state(cls, arrays: Mapping[str, Floats], told: Mapping[str, Any]) -> Self:
        """What `state` gave away."""
        known: dict[str, Any] = {name: np.asarray(arrays[name], np.float64) for name in _ARRAYS}
        known |= {name: float(told[name]) for name in _NUMBERS}
        return cls(**known, paces={str(name): float(pace) for name, pace in told["paces"].items()})

    def _cumulative(self, days: float, pull: Floats, *, age_days: float) -> Floats:
        before, after = (pull * self._clock(np.array([age]))[0] for age in (age_days, age_days + days))
        luck = self.luck_variance
        return np.asarray(np.log1p(luck * after) - np.log1p(luck * before)) / luck

    def _thinned(self, waited: float) -> float:
        return 1.0 + self.luck_variance * waited

    def _clock(self, days: Floats) -> Floats:
        """The cumulative hazard of a fairly priced thing at these ages."""
        return np.asarray(overlaps(np.zeros(len(days)), days, self.ages) @ self.rates)

    def _fall(self, log_relative: Floats) -> Floats:
        """How much lower the log of the hazard is."""
        return np.asarray(basis(log_relative, self.knots) @ self.slopes)

    def _pace(self, group: str | None) -> float:
        return self.paces.get(group, 1.0) if group is not None else 1.0


_ARRAYS: Final = ("ages", "rates", "knots", "slopes")
_NUMBERS: Final = ("steepness", "centre", "scatter", "luck_variance", "known_until_days", "sold")


def overlaps(entry: Floats, end: Floats, ages: Floats) -> Floats:
    """Days that each span from entry to end lies in each piece of age, (n, len(ages)); the last piece is open."""
    until = np.append(ages[1:], inf)
    spent = np.minimum(end[:, None], until[None, :]) - np.maximum(entry[:, None], ages[None, :])
    return np.asarray(np.maximum(spent, 0.0))


def basis(log_relative: Floats, knots: Floats) -> Floats:
    """How far each price lies above 0 (below: negative) in each piece below, between and above the knots,
    (n, len(knots) + 1): a sum of these times slopes is 0 at the fair price, and never falls where no slope is negative.
    """
    low, high = np.append(-inf, knots)[None, :], np.append(knots, inf)[None, :]
    return np.asarray(np.clip(log_relative[:, None], low, high) - np.clip(0.0, low, high))
