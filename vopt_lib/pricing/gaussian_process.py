"""This is where log prices are told from things alike: a Gaussian process.

How alike two things are is a sum of two products over their labels, numbers and texts: one that forgives much tells the
level, one that forgives little tells what exact likes cost. How much each difference matters is learnt by the marginal
likelihood on samples; then all things are solved for exactly (Cholesky), and what each would be told without itself
comes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from vopt_lib.pricing.features import Inputs

STARTS: Final = (0.05, 1.0)
"""What each difference costs at first, in the forgiving and in the strict product."""

SAMPLES: Final = 6
SAMPLE: Final = 800
"""Things in each sample that the weights are learnt from: twice as many take four times as long and tell no better."""

_WEIGHT_SD: Final = 1.5
_VARIANCE: Final = 0.5
_NOISE: Final = 0.3
_NOISE_SD: Final = 0.5
"""What is believed of the logs before: weights within a factor of 4.5 of their start, half of the variance explained
by each product, noise of a variance of 0.3."""

_STEPS: Final = 45
_STEPS_AFTER_FIRST: Final = 20
_NOTHING: Final = 1e-5
_IMPOSSIBLE: Final = 1e10
_BLOCK: Final = 64
_THREADS: Final = 2

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """What each difference costs in each product, (products, differences); what each product explains, and the noise
    (variances of log prices)."""

    costs: Floats
    variances: Doubles
    noise: float


@dataclass(frozen=True)
class GaussianProcess:
    """What was learnt from these things: log price = level + likeness to each of them @ pulls."""

    weights: Weights
    known: Inputs
    level: float
    pulls: Floats

    def predict(self, things: Inputs) -> Doubles:
        """Log prices."""

        def tell(part: slice) -> Doubles:
            return np.asarray(likeness(things.take(part), self.known, self.weights) @ self.pulls, dtype=np.float64)

        return np.concatenate([np.zeros(0), *_side_by_side(tell, len(things))]) + self.level

    def predict_varied(self, things: Inputs, varied: Varied) -> Doubles:
        """Log prices that each thing would have at each variant, (things, variants).

        What does not vary is compared once: the rest is a factor for each group of known things.
        """
        label, number = varied.label, len(self.known.codes) + varied.number
        fixed = Weights(
            np.delete(self.weights.costs, [label, number], axis=1), self.weights.variances, self.weights.noise
        )
        codes, numbers = self.known.codes[label], self.known.numbers[varied.number]
        # Both in one: to sort pairs takes a hundred times as long.
        _, firsts, group_of = np.unique(codes + 1j * numbers, return_index=True, return_inverse=True)
        pulls = np.zeros((len(self.pulls), len(firsts)), dtype=np.float32)
        pulls[np.arange(len(self.pulls)), group_of] = self.pulls
        differs = (varied.codes[:, None] != codes[firsts][None, :]).astype(np.float32)
        away = np.abs(varied.numbers[:, None] - numbers[firsts][None, :])
        costs = self.weights.costs
        factors = np.exp(-costs[:, label, None, None] * differs - costs[:, number, None, None] * away)
        known = without(self.known, label, varied.number)
        rest = without(things, label, varied.number)

        def tell(part: slice) -> Doubles:
            sums = likenesses(rest.take(part), known, fixed) @ pulls
            return np.asarray(np.einsum("qig,qvg->iv", sums, factors), dtype=np.float64)

        return np.concatenate([np.zeros((0, len(varied.codes))), *_side_by_side(tell, len(things))]) + self.level


@dataclass(frozen=True)
class Varied:
    """One label and one number of things at several values: their places among labels and numbers, and the values."""

    label: int
    number: int
    codes: npt.NDArray[np.int32]
    numbers: Floats


def learn_weights(things: Inputs, logs: Doubles, *, seed: int) -> Weights:
    """How much each difference matters: the mean over samples of those weights that make their prices likeliest."""
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    differences = len(things.codes) + len(things.numbers) + len(things.texts)
    start = _Belief(differences)
    at, found = start.means, []
    for turn in range(SAMPLES if len(logs) > SAMPLE else 1):
        places = np.sort(rng.permutation(len(logs))[:SAMPLE])
        sample = things.take(places)
        apart = np.stack(list(distances(sample, sample))).reshape(differences, -1)
        steps = _STEPS if turn == 0 else _STEPS_AFTER_FIRST
        made = minimize(
            _unlikeliness, at, args=(apart, logs[places] - logs.mean(), start), jac=True, method="L-BFGS-B",
            options={"maxiter": steps},
        )  # fmt: skip
        found.append(made.x)
        at = made.x
    return start.weights(np.mean(found, axis=0))


def solve(things: Inputs, logs: Doubles, weights: Weights) -> tuple[GaussianProcess, Doubles]:
    """The process that knows these things, and the log price that it would tell of each without it.

    Takes 4 bytes for each pair of things.
    """
    from scipy.linalg import lapack

    n, level = len(logs), float(logs.mean())
    whole = np.empty((n, n), dtype=np.float32)
    for part in _parts(n, _BLOCK):
        whole[part] = likeness(things.take(part), things, weights)
    whole[np.diag_indices(n)] += np.float32(weights.noise)
    factor, failed = lapack.spotrf(whole.T, lower=1, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError(f"Likeness of {n} things is singular at {failed}.")
    pulls = lapack.spotrs(factor, (logs - level).astype(np.float32), lower=1)[0]
    inverse, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    own = np.diag(inverse).astype(np.float64)
    return GaussianProcess(weights, things, level, pulls), logs - pulls / own


def likeness(things: Inputs, others: Inputs, weights: Weights) -> Floats:
    """How alike each of `things` and each of `others` are, (things, others)."""
    return np.asarray(likenesses(things, others, weights).sum(axis=0))


def likenesses(things: Inputs, others: Inputs, weights: Weights) -> Floats:
    """The same by each product, (products, things, others)."""
    costs = np.zeros((len(weights.costs), len(things), len(others)), dtype=np.float32)
    for place, apart in enumerate(distances(things, others)):
        for product, cost in enumerate(weights.costs[:, place]):
            if cost > _NOTHING:
                costs[product] += cost * apart
    np.exp(-costs, out=costs)
    costs *= weights.variances.astype(np.float32)[:, None, None]
    return costs


def without(things: Inputs, label: int, number: int) -> Inputs:
    """Things that do not tell one label and one number."""
    codes, numbers = np.delete(things.codes, label, axis=0), np.delete(things.numbers, number, axis=0)
    return Inputs(codes, numbers, things.texts)


def distances(things: Inputs, others: Inputs) -> Iterator[Floats]:
    """How far apart things are by each label (0 or 1), number, and text (1 less the cosine), (things, others)."""
    for own, their in zip(things.codes, others.codes, strict=True):
        yield (own[:, None] != their[None, :]).astype(np.float32)
    for first, second in zip(things.numbers, others.numbers, strict=True):
        yield np.abs(first[:, None] - second[None, :])
    for text, texts in zip(things.texts, others.texts, strict=True):
        yield _text_distances(text, texts)


@dataclass(frozen=True)
class _Belief:
    """What is believed of the logs of all weights before: costs by product, variances, noise."""

    differences: int

    @property
    def means(self) -> Doubles:
        costs = np.repeat(np.log(STARTS), self.differences)
        return np.concatenate([costs, np.full(len(STARTS), np.log(_VARIANCE)), [np.log(_NOISE)]])

    @property
    def sds(self) -> Doubles:
        costs = np.full(len(STARTS) * self.differences, _WEIGHT_SD)
        return np.concatenate([costs, np.ones(len(STARTS)), [_NOISE_SD]])

    def weights(self, logs: Doubles) -> Weights:
        """What these logs stand for."""
        split = len(STARTS) * self.differences
        costs = np.exp(logs[:split]).reshape(len(STARTS), self.differences)
        return Weights(costs.astype(np.float32), np.exp(logs[split:-1]), float(np.exp(logs[-1])))


def _unlikeliness(at: Doubles, apart: Floats, logs: Doubles, belief: _Belief) -> tuple[float, Doubles]:
    """Minus the log of the marginal likelihood times what is believed, and its slopes. apart: (differences, pairs)."""
    from scipy.linalg import lapack

    n, weights = len(logs), belief.weights(at)
    alike = weights.variances[:, None].astype(np.float32) * np.exp(-(weights.costs @ apart))
    whole = alike.sum(axis=0, dtype=np.float64).reshape(n, n)
    whole[np.diag_indices(n)] += weights.noise
    factor, failed = lapack.dpotrf(whole, lower=1)
    if failed:
        return _IMPOSSIBLE, np.zeros_like(at)
    pulls = lapack.dpotrs(factor, logs, lower=1)[0]
    inverse = np.tril(lapack.dpotri(factor, lower=1)[0])
    inverse += np.tril(inverse, -1).T
    surplus = (np.outer(pulls, pulls) - inverse).astype(np.float32)
    moved = alike * surplus.ravel()
    slopes = np.concatenate([
        (0.5 * (moved @ apart.T) * weights.costs).ravel(),
        -0.5 * moved.sum(axis=1),
        [-0.5 * float(np.trace(surplus)) * weights.noise],
    ])  # fmt: skip
    away = (at - belief.means) / belief.sds
    value = 0.5 * float(logs @ pulls) + float(np.log(np.diag(factor)).sum()) + 0.5 * float(away @ away)
    return value, slopes + away / belief.sds


def _text_distances(text: Any, others: Any) -> Floats:
    """1 less the cosine; two that say nothing are alike."""
    if isinstance(text, np.ndarray):
        cosines, silent, mute = text @ others.T, ~text.any(axis=1), ~others.any(axis=1)
    else:
        cosines = (text @ others.T).toarray()
        silent, mute = np.diff(text.indptr) == 0, np.diff(others.indptr) == 0
    apart = 1.0 - np.asarray(cosines, dtype=np.float32)
    apart[np.ix_(silent, mute)] = 0.0
    return apart


def _side_by_side(tell: Callable[[slice], Doubles], n: int) -> list[Doubles]:
    """What is told of each part of n things, by a few threads; they are not worth starting for one part."""
    if 0 < n <= _BLOCK:
        return [tell(slice(0, n))]
    with ThreadPoolExecutor(_THREADS) as threads:
        return list(threads.map(tell, _parts(n, _BLOCK)))


def _parts(n: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]
