"""This is where log prices are told by a ridge regression on sparse columns: cheap, and strong on crosses.

A price that lies far off what the others tell is nonsense, or of several things: it teaches nothing. Each kind of
column has a scale of its own: how far it is believed to move a log price, in units of the noise. The scales that tell a
fifth of the things best from the rest are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

START: Final = (0.8, 0.16, 0.2, 0.2, 0.2, 0.4)
"""Scales of columns.KINDS to begin with: between those that recorded listings and made-up markets end with."""

STEPS: Final = (2.0, 0.5)
ROUNDS: Final = 3
MOST_TRIED: Final = 20_000
"""Things that scales are tried on."""

NONSENSE_SDS: Final = 3.5
"""Robust standard deviations off, from which on a price teaches nothing."""

_TO_SIGMA: Final = 1.4826
"""What makes a median distance a standard deviation. Source: the normal distribution."""

_TOLERANCE: Final = 1e-3

Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Regression:
    """What each column adds to the level of log prices."""

    weights: npt.NDArray[np.float32]
    level: float

    def predict(self, columns: Any) -> Doubles:
        """Log prices."""
        return np.asarray(columns @ self.weights, dtype=np.float64) + self.level


def regress(columns: Any, logs: Doubles, scales: Doubles) -> Regression:
    """The regression that knows these things. columns: CSR, float32; scales: one for each column."""
    from scipy.sparse import diags_array
    from sklearn.linear_model import Ridge

    own = scales.astype(np.float32)
    scaled = (columns @ diags_array(own)).tocsr()
    made = Ridge(alpha=1.0, solver="sparse_cg", tol=_TOLERANCE).fit(scaled, logs.astype(np.float32))
    return Regression(np.asarray(made.coef_, dtype=np.float32) * own, float(made.intercept_))


def best_scales(columns: Any, logs: Doubles, kinds: Places, *, seed: int) -> Doubles:
    """A scale for each column, by its kind: one kind after the other, as long as errors fall."""
    tried = np.random.default_rng(seed).permutation(len(logs))[:MOST_TRIED]
    held, seen = tried[: len(tried) // 5], tried[len(tried) // 5 :]

    def error(scales: Doubles) -> float:
        told = regress(columns[seen], logs[seen], scales[kinds]).predict(columns[held])
        return float(np.mean(np.abs(told - logs[held])))

    best = np.array(START)
    least = error(best)
    for _ in range(ROUNDS):
        before = least
        for kind in np.unique(kinds).tolist():
            for step in STEPS:
                moved = best * np.where(np.arange(len(best)) == kind, step, 1.0)
                if (now := error(moved)) < least:
                    best, least = moved, now
        if least == before:
            break
    return np.asarray(best[kinds])


def out_of_fold(columns: Any, logs: Doubles, scales: Doubles, *, folds: Places, teaching: Flags) -> Doubles:
    """What each thing is told by regressions of what teaches in the other folds."""
    prices = np.empty(len(logs))
    for fold in np.unique(folds).tolist():
        own, seen = folds == fold, (folds != fold) & teaching
        prices[own] = regress(columns[seen], logs[seen], scales).predict(columns[own])
    return prices


def robust_sd(off: Doubles) -> float:
    """How far prices usually lie off, as a standard deviation that no outlier moves."""
    return _TO_SIGMA * float(np.median(np.abs(off)))


def is_sane(off: Doubles) -> Flags:
    """Whether prices lie near what is told of them, by the logs that they are off."""
    usual = robust_sd(off)
    return np.abs(off) <= NONSENSE_SDS * usual if usual > 0 else np.ones(len(off), dtype=np.bool_)
