"""This is where we learn what the things that share a label tell of a price: how many, how dear, and how sure it is.

Of a thing that was itself learnt from, only what the things of the other FOLDS parts tell counts: else its own price
would be taken for evidence of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from vopt_lib.pricing.keys import Codes, Floats, found_at

FOLDS: Final = 5
TELLS: Final = 4
"""Figures told of each key: usual miss, log of the count, how much dearer than the model says, spread."""

_MISS_WEIGHT: Final = 15.0
_PRICE_WEIGHT: Final = 3.0
"""So many usual things weigh as much as the model's own word. Tried on recorded luxury clothes: 3 to 20 do alike."""


@dataclass(frozen=True)
class Usual:
    """What is usual over all things: the miss, and the variance of log prices among things that share a key."""

    miss: float
    variance: float


@dataclass(frozen=True)
class Levels:
    """What was learnt of each key's codes.

    codes: of all keys, one after the other, sorted within each; starts: where each key's begin, and their end; moments:
    one row a code: how many things, the sum of their misses, of their log prices, and of these squared.
    """

    codes: Codes
    starts: npt.NDArray[np.int64]
    moments: Floats
    usual: Usual

    @classmethod
    def of(cls, keys: Codes, misses: Floats, logs: Floats) -> Self:
        """Learn from these things. keys: one row a thing, one column a key."""
        parts = [_summed(column, _values(misses, logs)) for column in keys.T]
        starts = np.cumsum([0, *(len(codes) for codes, _ in parts)])
        usual = Usual(float(misses.mean()), max(float(logs.var()) / 4, 1e-6))
        return cls(np.concatenate([codes for codes, _ in parts]), starts, np.vstack([sums for _, sums in parts]), usual)

    def told(self, keys: Codes, middles: Floats) -> Floats:
        """TELLS figures for each key of things that were not learnt from. middles: log of what the model says."""
        return np.hstack([_figures(self._sums(key, keys[:, key]), middles, self.usual) for key in range(keys.shape[1])])

    def _sums(self, key: int, codes: Codes) -> Floats:
        here = slice(self.starts[key], self.starts[key + 1])
        places, known = found_at(self.codes[here], codes)
        return np.asarray(self.moments[here][places] * known[:, None])


def told_out_of_fold(keys: Codes, misses: Floats, *, prices: tuple[Floats, Floats], folds: Codes) -> Floats:
    """The same for the things learnt from, each by the other folds. prices: log price and log of the model's."""
    logs, middles = prices
    told = np.empty((len(keys), TELLS * keys.shape[1]))
    for fold in range(FOLDS):
        out = folds == fold
        if not out.all():
            told[out] = Levels.of(keys[~out], misses[~out], logs[~out]).told(keys[out], middles[out])
        else:
            told[out] = Levels.of(keys, misses, logs).told(keys, middles)
    return told


def _values(misses: Floats, logs: Floats) -> Floats:
    return np.column_stack([np.ones(len(logs)), misses, logs, logs**2])


def _summed(codes: Codes, values: Floats) -> tuple[Codes, Floats]:
    found, places = np.unique(codes, return_inverse=True)
    return found, np.column_stack([np.bincount(places, column, len(found)) for column in values.T])


def _figures(sums: Floats, middles: Floats, usual: Usual) -> Floats:
    count, misses, logs, squares = sums.T
    off = squares - logs**2 / np.maximum(count, 1)
    return np.column_stack(
        [
            (misses + _MISS_WEIGHT * usual.miss) / (count + _MISS_WEIGHT),
            np.log1p(count),
            (logs - count * middles) / (count + _PRICE_WEIGHT),
            np.sqrt((np.maximum(off, 0) + _PRICE_WEIGHT * usual.variance) / (np.maximum(count - 1, 0) + _PRICE_WEIGHT)),
        ]
    )
