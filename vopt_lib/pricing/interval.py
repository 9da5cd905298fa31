"""This is where we say between which prices eight in ten things like this lie, and keep that true.

How far prices lie from what the model says is learnt (`spread`) from things whose price the model told without having
seen them. How true that is, is then measured on things that the spread itself had not seen (five parts, each told by
the others), as conformalised quantile regression does: the ends are stretched until they hold eight in ten. Each level
of the category's path has its own stretch, drawn towards that of the level above where things are few. Last, prices of
listings that are newer than the model move both ends and stretch each, the newer the more, since a market moves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.pricing.keys import UNTOLD, Codes, Floats, ended, found_at, path_codes
from vopt_lib.pricing.spread import LEAST, Spread, learn_spread

COVERED: Final = 0.8
"""Share of things whose price lies within its interval."""

PARTS: Final = 5

_GAIN: Final = 0.08
"""Errors fall with the count of things learnt from, to this power. Source: trials on recorded listings, 0.03 of 0.54 a
doubling. Prices told out of fold are those of models that learnt from fewer things than the model at work."""

MOST: Final = 60_000
"""Things that are learnt from: more make intervals no better and take minutes."""

GROUP_WEIGHT: Final = 50.0
"""So many things of a category weigh as much as the level above it."""

RECENT_WEIGHT: Final = 100.0
"""So many newer listings weigh as much as all that was learnt from."""

HALF_LIFE_DAYS: Final = 7.0
"""A listing that is so much older than the newest counts half: in a market that moves by 0.7 % a day, older
prices lie far behind."""

_END: Final = 0.9
"""Share of things whose price lies above the low end; as many lie below the high end."""

_LEAST_STRETCH: Final = 0.05
_MOST_STRETCH: Final = 20.0


@dataclass(frozen=True)
class Recent:
    """What newer listings say: by how much prices have moved, in log price, and how far to stretch either end."""

    moved: float = 0.0
    low: float = 1.0
    high: float = 1.0


STILL: Final = Recent()
"""A market that is as it was learnt."""


@dataclass(frozen=True)
class Intervals:
    """Between which prices eight in ten things lie.

    stretch: by how much the ends of the spread are moved out, for all; group_codes and group_stretches: for each
    category with its level (sorted by code); recent: what newer listings say.
    """

    spread: Spread
    stretch: float
    group_codes: Codes
    group_stretches: Floats
    recent: Recent = STILL

    def with_ends(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The interval of each thing.

        Needs: PRICED without price_eur, middle_eur (what the model says; positive), the columns of doubt learnt.
        Adds:  low_eur, high_eur (Float64), around middle_eur. Grain: unchanged.
        Raises: ValueError where middle_eur is no positive number.
        """
        _refuse(rows, "middle_eur")
        if not rows.height:
            return rows.with_columns(low_eur=pl.lit(None, pl.Float64), high_eur=pl.lit(None, pl.Float64))
        low, high = self._ends(rows)
        moved, low_stretch, high_stretch = self.recent.moved, self.recent.low, self.recent.high
        return rows.with_columns(
            low_eur=pl.col("middle_eur") * pl.Series(np.exp(np.minimum(moved + low * low_stretch, -LEAST))),
            high_eur=pl.col("middle_eur") * pl.Series(np.exp(np.maximum(moved + high * high_stretch, LEAST))),
        )

    def _ends(self, rows: pl.DataFrame) -> tuple[Floats, Floats]:
        low, high = self.spread.ends(rows)
        stretches = np.full(rows.height, self.stretch)
        for codes in _groups(rows):
            places, known = found_at(self.group_codes, codes)
            stretches = np.where(known, self.group_stretches[places], stretches) if known.any() else stretches
        return low * stretches, high * stretches


def learn_intervals(known: pl.DataFrame, *, learnt_share: float = 0.8, seed: int = 0) -> Intervals:
    """Learn them from things whose price a model told without having seen them.

    Needs: PRICED, middle_eur (told out of fold), and any columns that begin with `doubt` (how unsure the model is).
    learnt_share: share of all things that the models out of fold had learnt from (0.8: five folds).
    Raises: ValueError where a price is no positive number, or there is no thing.
    """
    _refuse(known, "price_eur", "middle_eur")
    if not known.height:
        raise ValueError("no thing to learn intervals from")
    chance = np.random.default_rng(seed)
    known = known[np.sort(chance.permutation(known.height)[:MOST])]
    needed = learnt_share**_GAIN * _needed(known, chance.permutation(known.height) % PARTS, seed)
    whole = _within(_share(needed, COVERED))
    return Intervals(learn_spread(known, seed=seed), whole, *_group_stretches(known, needed, whole))


def recalibrated(intervals: Intervals, seen: pl.DataFrame) -> Intervals:
    """The same intervals, moved to where the prices of newer listings lie; what an earlier call moved is forgotten.

    Needs: PRICED, middle_eur (told before the listing was learnt from), seen_on (Date), the columns of doubt learnt.
    Raises: ValueError where a price is no positive number.
    """
    _refuse(seen, "price_eur", "middle_eur")
    if not seen.height:
        return replace(intervals, recent=STILL)
    age = seen.select((pl.col("seen_on").max() - pl.col("seen_on")).dt.total_days()).to_series().to_numpy()
    weights = 0.5 ** (age / HALF_LIFE_DAYS)
    count = weights.sum() ** 2 / (weights**2).sum()
    trust = count / (count + RECENT_WEIGHT)
    off = _off(seen)
    moved = trust * _share(off, 0.5, weights=weights)
    low, high = (_within(_share((off - moved) / end, _END, weights=weights)) ** trust for end in intervals._ends(seen))
    return replace(intervals, recent=Recent(moved, low, high))


def _needed(known: pl.DataFrame, parts: npt.NDArray[np.int64], seed: int) -> Floats:
    """By how much the ends must be moved out to hold each thing's price, told by a spread that had not seen it."""
    off, needed = _off(known), np.ones(known.height)
    for part in range(PARTS):
        held, rest = parts == part, parts != part
        if held.any() and rest.any():
            low, high = learn_spread(known.filter(rest), seed=seed).ends(known.filter(held))
            needed[held] = np.where(off[held] < 0, off[held] / low, off[held] / high)
    return needed


def _group_stretches(known: pl.DataFrame, needed: Floats, whole: float) -> tuple[Codes, Floats]:
    """The stretch of each category, each drawn towards that of the level above."""
    told: dict[int, float] = {}
    above = np.full(known.height, whole)
    for codes in _groups(known):
        for code in np.unique(codes[codes != UNTOLD]):
            own = codes == code
            trust = own.sum() / (own.sum() + GROUP_WEIGHT)
            stretch = _within(_share(needed[own], COVERED)) ** trust * above[own][0] ** (1 - trust)
            told[int(code)] = above[own] = stretch
    return np.array(sorted(told), np.uint64), np.array([told[code] for code in sorted(told)], np.float64)


def _groups(rows: pl.DataFrame) -> list[Codes]:
    """The codes of each thing's category with its level, the widest first; untold where its path has ended."""
    return ended(path_codes(rows))


def _share(values: Floats, share: float, *, weights: Floats | None = None) -> float:
    """The value that so large a share of the next ones will not exceed: a little more, as these are few."""
    order = np.argsort(values, kind="stable")
    weights = np.ones(len(values)) if weights is None else weights
    few = 1 + (weights**2).sum() / weights.sum() ** 2
    upto = np.cumsum(weights[order]) / weights.sum()
    place = np.searchsorted(upto, min(share * few, 1.0) - 1e-12)
    return float(values[order][min(place, len(values) - 1)])


def _within(stretch: float) -> float:
    return min(max(stretch, _LEAST_STRETCH), _MOST_STRETCH)


def _off(rows: pl.DataFrame) -> Floats:
    return np.asarray(np.log(rows["price_eur"].to_numpy()) - np.log(rows["middle_eur"].to_numpy()))


def _refuse(rows: pl.DataFrame, *names: str) -> None:
    """Raises: ValueError where one of these columns holds what is no price."""
    for name in names:
        prices = rows[name].cast(pl.Float64)
        if not (prices.is_finite() & (prices > 0)).fill_null(False).all():
            raise ValueError(f"{name} holds what is no price: null, not a number, or not above 0")
