"""This is where log prices are told by a ridge regression on sparse columns: cheap, and strong on crosses.

A price that lies far off what the others tell is nonsense, or of several things: it teaches nothing. Each group of
columns (a label, a pair of labels, the words of a text) has a scale of its own: how far one of its columns usually
moves a log price, in units of the noise. The scales are those under which the prices are likeliest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

START: Final = 0.1
"""The scale of every group to begin with: low, since a group that tells nothing comes down slowly."""

ROUNDS: Final = 10
MOST_READ: Final = 40_000
"""Things that scales are read from."""

NONSENSE_SDS: Final = 3.5
"""Robust standard deviations off, from which on a price teaches nothing."""

_TO_SIGMA: Final = 1.4826
"""What makes a median distance a standard deviation. Source: the normal distribution."""

SIGNS: Final = 4
"""Random vectors; of many thousands of columns a few tell enough."""

_LEAST_SURE: Final = 1e-6
_FARTHEST_STEP: Final = 10.0
_SCALES: Final = (1e-3, 10.0)
_MOST_STEPS: Final = 300
_NEARLY: Final = 1e-2
_NEAR: Final = 1e-3
"""Where solving ends: for scales it need not be as near as for what is told."""

_TINY: Final = 1e-30

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
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
    scaled, off = _scaled(columns, scales), (logs - logs.mean()).astype(np.float32)
    added = _solved(scaled, _around(scaled, off[:, None]), _NEAR)[:, 0]
    level = float(logs.mean()) - float(np.mean(scaled @ added, dtype=np.float64))
    return Regression(added * scales.astype(np.float32), level)


def learn_scales(columns: Any, logs: Doubles, groups: Places, *, seed: int) -> Doubles:
    """The scale of each column, by its group (0, 1 …): how far what its columns add differs, in units of the noise.

    The noise and the scales that make these prices likeliest, when each column's addition is normal around nothing.
    Source: MacKay, Bayesian interpolation (Neural Computation 4, 1992), whose number of well-determined columns is read
    off random vectors of signs (Hutchinson 1990).
    """
    rng = np.random.default_rng(seed)
    read = rng.permutation(len(logs))[:MOST_READ]
    columns, off = columns[read], (logs[read] - logs[read].mean()).astype(np.float32)
    counts = np.bincount(groups)
    scales = np.full(len(counts), START)
    for _ in range(ROUNDS):
        scaled = _scaled(columns, scales[groups])
        signs = rng.choice(np.array([-1.0, 1.0], np.float32), (len(groups), SIGNS))
        solved = _solved(scaled, np.column_stack([_around(scaled, off[:, None]), signs]), _NEARLY)
        added, drawn = solved[:, 0], solved[:, 1:]
        determined = (signs * _around(scaled, scaled @ drawn)).mean(axis=1)
        sure = np.clip(np.bincount(groups, determined), _LEAST_SURE, counts)
        noise = float(np.var(off - scaled @ added)) * len(read) / max(len(read) - float(sure.sum()), 1.0)
        differ = np.bincount(groups, added.astype(np.float64) ** 2) / sure / max(noise, _LEAST_SURE)
        # MacKay's step is the root of it. Where things determine few columns of a group, it is short: twice as far is
        # then as safe, and comes to the same end sooner.
        step = np.clip(differ, 1 / _FARTHEST_STEP, _FARTHEST_STEP) ** (1.0 - sure / counts / 2.0)
        scales = np.clip(scales * step, *_SCALES)
    return np.asarray(scales[groups])


def _scaled(columns: Any, scales: Doubles) -> Any:
    from scipy.sparse import diags_array

    return (columns @ diags_array(scales.astype(np.float32))).tocsr()


def _around(scaled: Any, rows: Floats) -> Floats:
    """The columns' products with these rows (things, n), as if each column lay around nothing: levels are apart."""
    return np.asarray(scaled.T @ (rows - rows.mean(axis=0)))


def _solved(scaled: Any, wanted: Floats, near: float) -> Floats:
    """x where (scaled' scaled + 1) x is each column of what is wanted, of columns that lie around nothing.

    Conjugate gradients, all at once, until what is left is so near nothing. Each column is first brought to length one
    (Jacobi): columns of large scales would hide those of small ones.
    """
    back = scaled.T.tocsr()
    squares = np.asarray(scaled.multiply(scaled).sum(axis=0)).ravel()
    means = np.asarray(scaled.mean(axis=0)).ravel()
    size = (1.0 + np.maximum(squares - scaled.shape[0] * means**2, 0.0)).astype(np.float32)[:, None]
    told, left = np.zeros_like(wanted), wanted.copy()
    step = left / size
    far = end = np.sum(left * step, axis=0)
    for _ in range(_MOST_STEPS):
        seen = scaled @ step
        moved = back @ (seen - seen.mean(axis=0)) + step
        share = far / np.maximum(np.sum(step * moved, axis=0), _TINY)
        told += share * step
        left -= share * moved
        ahead = left / size
        before, far = far, np.sum(left * ahead, axis=0)
        if np.all(far <= near**2 * end):
            break
        step = ahead + far / np.maximum(before, _TINY) * step
    return told


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
