"""This is where boosted trees are kept as plain arrays: nothing that is loaded can run code of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from vopt_lib.pricing.keys import Floats
from vopt_lib.threads import one_thread

DEPTH: Final = 3
"""Questions that a tree asks of a thing: three of them, so every tree is eight values."""

_SPLITS: Final = 2**DEPTH - 1
_ROWS_AT_ONCE: Final = 1000
_TREES: Final = {
    "loss": "quantile",
    "max_iter": 150,
    "learning_rate": 0.05,
    "max_depth": DEPTH,
    "min_samples_leaf": 60,
    "max_features": 0.2,
    "l2_regularization": 1.0,
    "max_bins": 64,
    "early_stopping": False,
}
"""Tried on recorded luxury clothes: more leaves or fewer things a leaf are no better, fewer features a tree are."""


@dataclass(frozen=True)
class Trees:
    """Trees whose values add up. Of each tree: which column each question asks for, above which value it goes right
    (the questions from the root down, level by level), and the values at its ends, from left to right."""

    base: float
    columns: npt.NDArray[np.int32]
    limits: Floats
    values: Floats

    @classmethod
    def of_quantile(cls, columns: Floats, target: Floats, *, share: float, seed: int) -> Self:
        """Learn below which value so large a share of the target lies."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        with one_thread():
            model = HistGradientBoostingRegressor(quantile=share, random_state=seed, **_TREES).fit(columns, target)
        trees = [_as_heap(stage[0].nodes) for stage in model._predictors]
        asked, limits, values = (np.array([tree[part] for tree in trees]) for part in range(3))
        return cls(
            float(np.ravel(model._baseline_prediction)[0]),
            asked.reshape(-1, _SPLITS).astype(np.int32),
            limits.reshape(-1, _SPLITS).astype(np.float64),
            values.reshape(-1, 2**DEPTH).astype(np.float64),
        )

    def told(self, columns: Floats) -> Floats:
        """What the trees say of each row."""
        parts = [self._told(columns[start : start + _ROWS_AT_ONCE]) for start in range(0, len(columns), _ROWS_AT_ONCE)]
        return np.concatenate([np.zeros(0), *parts])

    def _told(self, columns: Floats) -> Floats:
        # Answering every question of every tree for all rows at once is faster than walking down the trees.
        right = np.ascontiguousarray(columns.T)[self.columns.ravel()] > self.limits.reshape(-1, 1)
        answers = right.reshape(len(self.columns), _SPLITS, -1)
        trees, rows = answers.shape[0], answers.shape[2]
        place = np.zeros((trees, rows), np.int64)
        for level in range(DEPTH):
            asked = place + (2**level - 1)
            place = 2 * place + np.take_along_axis(answers, asked[:, None, :], axis=1)[:, 0, :]
        return np.asarray(self.base + np.take_along_axis(self.values, place, axis=1).sum(axis=0))


def _as_heap(nodes: Any) -> tuple[list[int], list[float], list[float]]:
    """A tree with all its levels filled: where it ended early, both ways lead to the same value."""
    asked, limits, values = [0] * _SPLITS, [np.inf] * _SPLITS, [0.0] * 2**DEPTH

    def fill(node: Any, place: int, level: int) -> None:
        if level == DEPTH:
            values[place] = float(node["value"])
            return
        heap = 2**level - 1 + place
        if not node["is_leaf"]:
            asked[heap], limits[heap] = int(node["feature_idx"]), float(node["num_threshold"])
        left, right = (node, node) if node["is_leaf"] else (nodes[node["left"]], nodes[node["right"]])
        fill(left, 2 * place, level + 1)
        fill(right, 2 * place + 1, level + 1)

    fill(nodes[0], 0, 0)
    return asked, limits, values
