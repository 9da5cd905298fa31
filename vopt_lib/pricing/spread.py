"""This is where we learn how far a price may lie from what a model says, as a quantile of the log of price over model.

Boosted trees on what things with the same brand, category, words … tell (`levels`): how much the model missed them by,
how many there are, how much dearer they are than it says, how far apart their prices lie; and on how rare words are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from vopt_lib.pricing.keys import Codes, Counts, Floats, Keys, crossed, label_names, read_keys
from vopt_lib.pricing.levels import FOLDS, Levels, told_out_of_fold
from vopt_lib.pricing.stored_trees import Trees

LEAST: Final = 0.01
"""No interval is narrower than this on either side, in log price: 1 %."""

DOUBT: Final = "doubt"
"""Columns that begin so say how unsure the model itself is (numbers, any scale; null: not known)."""

_SHARES: Final = (0.1, 0.9)
_LEAST_SHARED: Final = 3
"""Titles that must share a word for it to stand for a kind of thing."""

_OUTLIER: Final = 0.99


@dataclass(frozen=True)
class Spread:
    """How far prices lie below and above what a model says of them."""

    labels: tuple[str, ...]
    doubts: Mapping[str, float]
    depth: int
    words: Counts
    levels: Levels
    below: Trees
    above: Trees

    def ends(self, rows: pl.DataFrame) -> tuple[Floats, Floats]:
        """How far nine in ten and one in ten prices lie above what the model says, in log price: one is never above
        -LEAST, one never below LEAST.

        Needs: PRICED without price_eur, middle_eur (what the model says), and the columns of doubt that were learnt.
        """
        middles = np.log(rows["middle_eur"].to_numpy())
        told = read_keys(rows, self.labels)
        numbers = _numbers(told, self.words, [middles, *_doubts(rows, self.doubts)])
        columns = np.hstack([self.levels.told(_met(told, self.depth, self.words), middles), numbers])
        return np.minimum(self.below.told(columns), -LEAST), np.maximum(self.above.told(columns), LEAST)


def learn_spread(rows: pl.DataFrame, *, seed: int = 0) -> Spread:
    """Learn it from things whose price the model told without having seen them.

    Needs: PRICED, middle_eur (told out of fold), and any columns of doubt.
    """
    logs, middles = (np.log(rows[name].to_numpy()) for name in ("price_eur", "middle_eur"))
    off = logs - middles
    far = float(np.quantile(np.abs(off), _OUTLIER))
    tame = np.clip(off, -far, far)
    labels = label_names(rows)
    told = read_keys(rows, labels)
    depth, words = _depth(told), Counts.of(told.words.codes)
    doubts = {name: _usual(rows[name]) for name in rows.columns if name.startswith(DOUBT)}
    keys, numbers = _met(told, depth, words), _numbers(told, words, [middles, *_doubts(rows, doubts)])
    folds = (np.random.default_rng(seed).permutation(rows.height) % FOLDS).astype(np.uint64)
    prices = (middles + tame, middles)
    columns = np.hstack([told_out_of_fold(keys, np.abs(tame), prices=prices, folds=folds), numbers])
    below, above = (Trees.of_quantile(columns, off, share=share, seed=seed) for share in _SHARES)
    return Spread(labels, doubts, depth, words, Levels.of(keys, np.abs(tame), prices[0]), below, above)


def _met(told: Keys, depth: int, words: Counts) -> Codes:
    """One column for each label, level and meeting of several under which things are held together."""
    paths = told.paths[:depth]
    brand, material, condition = (
        told.labels.get(name, np.zeros_like(told.title)) for name in ("brand", "material", "condition")
    )
    top, leaf, word = paths[0], paths[-1], _rarest(told, words)
    meetings = (
        (brand, top),
        (brand, leaf),
        (brand, material),
        (leaf, material),
        (brand, word),
        (leaf, word),
        (brand, leaf, word),
        (brand, leaf, material),
        (brand, leaf, condition),
    )
    return np.column_stack([*told.labels.values(), *paths, told.title, *(crossed(*one) for one in meetings)])


def _rarest(told: Keys, words: Counts) -> Codes:
    """The rarest word beside the labels that several titles share."""
    beside, counts = told.beside, words.at(told.beside.codes)
    order = np.lexsort((beside.codes, counts, beside.places))
    order = order[counts[order] >= _LEAST_SHARED][::-1]
    rarest = np.zeros_like(told.title)
    rarest[beside.places[order]] = beside.codes[order]
    return rarest


def _numbers(told: Keys, words: Counts, more: Sequence[Floats]) -> Floats:
    """How long a title is, how many words it has, how many beside its labels, how rare these are; and more columns."""
    rarity = told.beside.sums(np.log1p(words.at(told.beside.codes)))
    return np.column_stack([told.length, told.words.sums(1.0), told.beside.sums(1.0), rarity, *more])


def _doubts(rows: pl.DataFrame, usual: Mapping[str, float]) -> list[Floats]:
    """The columns of doubt; where one is not known, it is the usual."""
    nothing = pl.lit(None, pl.Float64)
    told = rows.select(
        (pl.col(name).cast(pl.Float64) if name in rows.columns else nothing).fill_nan(None).fill_null(value).alias(name)
        for name, value in usual.items()
    )
    return [np.broadcast_to(told[name].to_numpy(), rows.height) for name in usual]


def _usual(column: pl.Series) -> float:
    told = column.cast(pl.Float64).fill_nan(None).drop_nulls()
    return float(told.to_numpy().mean()) if len(told) else 0.0


def _depth(told: Keys) -> int:
    """How many levels the categories' paths have."""
    deeper = (level + 1 for level in range(1, len(told.paths)) if (told.paths[level] != told.paths[level - 1]).any())
    return max([1, *deeper])
