"""This is where the members of the price model are taught, and what each tells of things that it has not seen.

A Gaussian process of up to MOST_EXACT things, a ridge regression of all, and, where there are many more, two small nets
of those that the process does not know. What they tell of the process's things without having seen them says how much
each is worth in the blend: a member that adds nothing gets no weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from vopt_lib.pricing.columns import Columns, read_columns
from vopt_lib.pricing.features import Features, Inputs
from vopt_lib.pricing.gaussian_process import GaussianProcess, Varied, learn_weights, solve
from vopt_lib.pricing.nets import Net, teach
from vopt_lib.pricing.regression import START, Regression, is_sane, learn_scales, out_of_fold, regress, robust_sd

MOST_EXACT: Final = 10_500
"""Things that are solved for exactly: it takes 4 bytes for each pair of them (441 MB), and time with their cube."""

LEAST_FOR_NETS: Final = 200_000
"""Things beside those from which on nets are taught: of fewer they tell less than the regression, and take longer."""

NETS: Final = 2
FOLDS: Final = 5
FARTHEST_SDS: Final = 5.0
"""Robust standard deviations from what the regression tells, from which on a price teaches only its direction."""

Doubles = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Members:
    """What was taught. blend: what each weighs (regression, process, nets together), around level."""

    columns: Columns
    regression: Regression
    process: GaussianProcess
    nets: tuple[Net, ...]
    blend: Doubles
    level: float

    def predict(self, things: Inputs) -> Told:
        """What each thing costs."""
        return self._blended(self.process.predict(things)[:, None], things)

    def predict_varied(self, things: Inputs, varied: Varied) -> Told:
        """What each thing would cost at each variant."""
        return self._blended(self.process.predict_varied(things, varied), at_variants(things, varied))

    def _blended(self, by_process: Doubles, variants: Inputs) -> Told:
        """by_process: (things, variants); variants: all of the first thing, then all of the next."""
        columns = self.columns.matrix(variants)
        told = np.column_stack([self.regression.predict(columns), by_process.ravel(), *_by_nets(self.nets, columns)])
        logs = (told - self.level) @ self.blend + self.level
        return Told(logs.reshape(by_process.shape), np.ptp(told, axis=1).reshape(by_process.shape))


@dataclass(frozen=True)
class Told:
    """Log prices, and how far what the members tell lies apart: both (things, variants)."""

    logs: Doubles
    apart: Doubles


@dataclass(frozen=True)
class Unseen:
    """What the blend tells of the process's things (their places among all) by members that have not seen them: log
    prices, and how far the members lie apart."""

    places: Places
    logs: Doubles
    apart: Doubles


def at_variants(things: Inputs, varied: Varied) -> Inputs:
    """Each thing with each variant's label and number."""
    many = things.take(np.repeat(np.arange(len(things)), len(varied.codes)))
    many.codes[varied.label] = np.tile(varied.codes, len(things))
    many.numbers[varied.number] = np.tile(varied.numbers, len(things))
    return many


def teach_members(features: Features, things: Inputs, logs: Doubles, *, seed: int) -> tuple[Members, Unseen]:
    """Members that know these things, and what they tell of some of them unseen."""
    from scipy.optimize import nnls

    rng = np.random.default_rng(seed)
    columns = read_columns(things, features.names)
    matrix = columns.matrix(things)
    folds = rng.permutation(len(logs)) % FOLDS
    every = np.ones(len(logs), dtype=np.bool_)
    sane = is_sane(logs - out_of_fold(matrix, logs, np.full(matrix.shape[1], START), folds=folds, teaching=every))
    scales = learn_scales(matrix[sane], logs[sane], columns.groups(things), seed=seed)
    by_regression = out_of_fold(matrix, logs, scales, folds=folds, teaching=sane)
    sane = is_sane(logs - by_regression)
    tame = drawn_in(logs, by_regression)
    places = np.sort(rng.permutation(len(logs))[:MOST_EXACT])
    own, own_logs = things.take(places), tame[places]
    process, by_process = solve(own, own_logs, learn_weights(own, own_logs, seed=seed))
    nets = _nets(matrix, tame, places, seed)
    told = np.column_stack([by_regression[places], by_process, *_by_nets(nets, matrix[places])])
    level = float(own_logs.mean())
    blend = nnls(told - level, own_logs - level)[0]
    made = Members(columns, regress(matrix[sane], logs[sane], scales), process, nets, blend, level)
    return made, Unseen(places, (told - level) @ blend + level, np.ptp(told, axis=1))


def drawn_in(logs: Doubles, told: Doubles) -> Doubles:
    """Log prices, those far from what is told of them nearer to it."""
    off = logs - told
    most = FARTHEST_SDS * robust_sd(off)
    return np.asarray(told + np.clip(off, -most, most)) if most > 0 else logs


def _nets(matrix: Any, logs: Doubles, known: Places, seed: int) -> tuple[Net, ...]:
    others = np.setdiff1d(np.arange(len(logs)), known)
    if len(others) < LEAST_FOR_NETS:
        return ()
    return tuple(teach(matrix[others], logs[others], seed=seed + turn) for turn in range(NETS))


def _by_nets(nets: Sequence[Net], columns: Any) -> list[Doubles]:
    """What the nets tell together; nothing where there are none."""
    return [np.mean([net.predict(columns) for net in nets], axis=0)] if nets else []
