"""This is where small nets learn log prices from sparse columns.

Two hidden layers, Adam, Huber's loss, and batches that double with each pass, as the winners of the public competition
on second-hand prices had it (facts/market-statistics.md). Only the weights of columns that a batch holds are touched,
so that a pass over 10,000 things takes half a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

HIDDEN: Final = (192, 64)
PASSES: Final = 4
_FIRST_BATCH: Final = 128
_LARGEST_BATCH: Final = 4096
_RATE: Final = 3e-3
_FADING: Final = 0.5
_HUBER: Final = 1.0
_MOMENTS: Final = (0.9, 0.999)
_TINY: Final = 1e-8

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Net:
    """Weights and offsets of each layer, and the level of log prices."""

    layers: tuple[tuple[Floats, Floats], ...]
    level: float

    def predict(self, columns: Any) -> npt.NDArray[np.float64]:
        """Log prices."""
        held = columns
        for weights, offsets in self.layers[:-1]:
            held = np.maximum(held @ weights + offsets, 0.0)
        weights, offsets = self.layers[-1]
        return np.asarray(held @ weights + offsets, dtype=np.float64)[:, 0] + self.level


def teach(columns: Any, logs: npt.NDArray[np.float64], *, seed: int) -> Net:
    """A net that has seen these things. columns: CSR, float32."""
    rng = np.random.default_rng(seed)
    level = float(np.mean(logs))
    wanted = (logs - level).astype(np.float32)
    sizes = (columns.shape[1], *HIDDEN, 1)
    layers = [_first(rng, inside, outside) for inside, outside in pairwise(sizes)]
    layers[0][0][:] *= np.sqrt(sizes[0] / max(columns.nnz / max(columns.shape[0], 1), 1.0)) * 0.5
    adam = [_Adam.of(weights, offsets) for weights, offsets in layers]
    for turn in range(PASSES):
        batch = min(_FIRST_BATCH * 2**turn, _LARGEST_BATCH)
        order = rng.permutation(len(logs))
        for start in range(0, len(order), batch):
            places = order[start : start + batch]
            _step(layers, adam, columns[places], wanted[places], rate=_RATE * _FADING**turn)
    return Net(tuple(layers), level)


@dataclass
class _Adam:
    """First and second moments of a layer's slopes. Source: Kingma and Ba 2015, algorithm 1."""

    means: tuple[Floats, Floats]
    squares: tuple[Floats, Floats]
    steps: int = 0

    @classmethod
    def of(cls, *held: Floats) -> _Adam:
        return cls(tuple(map(np.zeros_like, held)), tuple(map(np.zeros_like, held)))  # type: ignore[arg-type]

    def move(self, held: tuple[Floats, Floats], slopes: tuple[Floats, Floats], rows: Any, rate: float) -> None:
        """Move weights (these rows of them) and offsets against their slopes."""
        self.steps += 1
        first, second = _MOMENTS
        pace = np.float32(rate * np.sqrt(1.0 - second**self.steps) / (1.0 - first**self.steps))
        for which, place in ((0, rows), (1, slice(None))):
            mean = first * self.means[which][place] + (1.0 - first) * slopes[which]
            square = second * self.squares[which][place] + (1.0 - second) * slopes[which] ** 2
            self.means[which][place], self.squares[which][place] = mean, square
            held[which][place] -= pace * mean / (np.sqrt(square) + _TINY)


def _first(rng: np.random.Generator, inside: int, outside: int) -> tuple[Floats, Floats]:
    """He's start: variance 2 / inputs. Source: He et al. 2015."""
    weights = rng.standard_normal((inside, outside), dtype=np.float32) * np.float32(np.sqrt(2.0 / max(inside, 1)))
    return weights, np.zeros(outside, dtype=np.float32)


def _step(layers: list[tuple[Floats, Floats]], adam: list[_Adam], batch: Any, wanted: Floats, *, rate: float) -> None:
    held = [batch]
    for place, (weights, offsets) in enumerate(layers):
        out = held[-1] @ weights + offsets
        held.append(out if place == len(layers) - 1 else np.maximum(out, 0.0))
    slope = (np.clip(held[-1][:, 0] - wanted, -_HUBER, _HUBER) / len(wanted))[:, None]
    for place in reversed(range(len(layers))):
        offsets_slope = slope.sum(axis=0)
        if place:
            rows: Any = slice(None)
            weights_slope, below = held[place].T @ slope, (slope @ layers[place][0].T) * (held[place] > 0)
        else:
            rows = np.unique(batch.indices)
            weights_slope, below = batch.T[rows] @ slope, slope
        adam[place].move(layers[place], (weights_slope, offsets_slope), rows, rate)
        slope = below
