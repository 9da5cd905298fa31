"""This is where a small neural network learns from sparse rows: two hidden layers, Adam on those weights alone that a
batch touches.

Batches double from epoch to epoch, which calms the last steps as a falling rate would.
Source: Kingma, Ba, "Adam", 2015; doubling batches: facts of the public price competition of 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

HIDDEN: Final = (64, 32)
EPOCHS: Final = 4
FIRST_BATCH: Final = 64
RATE: Final = 0.004
_DECAYS: Final = (0.9, 0.999)
_TINY: Final = 1e-8


def fit_net(rows: Any, logs: npt.NDArray[np.float64], seed: int) -> Callable[[Any], npt.NDArray[np.float64]]:
    """What tells the log price of sparse rows (CSR, float32), learnt from these. The same seed learns the same."""
    rng = np.random.default_rng(seed)
    middle, spread = float(logs.mean()), float(logs.std()) or 1.0
    wanted = ((logs - middle) / spread).astype(np.float32)
    net = _Net(rng, rows.shape[1])
    for epoch in range(EPOCHS):
        for batch in _batches(rng, rows.shape[0], FIRST_BATCH * 2**epoch):
            net.learn(rows[batch], wanted[batch])
    return lambda others: net.told(others).astype(np.float64) * spread + middle


def _batches(rng: np.random.Generator, count: int, size: int) -> Iterator[npt.NDArray[np.int64]]:
    order = rng.permutation(count)
    return (order[start : start + size] for start in range(0, count, size))


class _Weights:
    """One layer's weights and what Adam remembers of them."""

    def __init__(self, weights: Floats) -> None:
        self.weights = weights
        self._mean, self._square = np.zeros_like(weights), np.zeros_like(weights)
        self._steps = 0

    def step(self, change: Floats, places: Any = ...) -> None:
        """Move the weights at these places against their gradient."""
        self._steps += 1
        mean = _DECAYS[0] * self._mean[places] + (1 - _DECAYS[0]) * change
        square = _DECAYS[1] * self._square[places] + (1 - _DECAYS[1]) * change * change
        self._mean[places], self._square[places] = mean, square
        bias = np.sqrt(1 - _DECAYS[1] ** self._steps) / (1 - _DECAYS[0] ** self._steps)
        self.weights[places] -= RATE * bias * mean / (np.sqrt(square) + _TINY)


class _Net:
    """Sparse rows to HIDDEN numbers to one."""

    def __init__(self, rng: np.random.Generator, width: int) -> None:
        sizes = (*HIDDEN, 1)
        first = rng.normal(0.0, 0.05, (width, sizes[0])).astype(np.float32)
        rest = [
            rng.normal(0.0, np.sqrt(2.0 / given), (given, taken)).astype(np.float32) for given, taken in pairwise(sizes)
        ]
        self._layers = [_Weights(weights) for weights in (first, *rest)]
        self._biases = [_Weights(np.zeros(size, np.float32)) for size in sizes]

    def told(self, rows: Any) -> Floats:
        """What it says of each row."""
        return np.asarray(self._activations(rows, self._layers[0].weights)[-1][:, 0])

    def learn(self, rows: Any, wanted: Floats) -> None:
        """One step towards what is wanted of these rows (least squares)."""
        touched, places = np.unique(rows.indices, return_inverse=True)
        own = type(rows)((rows.data, places.astype(np.int32), rows.indptr), shape=(rows.shape[0], len(touched)))
        values = self._activations(own, self._layers[0].weights[touched])
        slope = (values[-1] - wanted[:, None]) * (2.0 / len(wanted))
        for place in range(len(self._layers) - 1, -1, -1):
            given = values[place - 1] if place else own
            change = np.asarray(given.T @ slope, np.float32)
            below = slope @ self._layers[place].weights.T * (given > 0) if place else None
            self._biases[place].step(slope.sum(axis=0))
            self._layers[place].step(change, ... if place else touched)
            slope = below if below is not None else slope

    def _activations(self, rows: Any, first: Floats) -> list[Floats]:
        values = [np.asarray(rows @ first + self._biases[0].weights)]
        for layer, bias in zip(self._layers[1:], self._biases[1:], strict=True):
            values[-1] = np.maximum(values[-1], 0.0)
            values.append(values[-1] @ layer.weights + bias.weights)
        return values
