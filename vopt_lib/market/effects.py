"""This is where we learn what brand, size, condition and the words of a title do to an asked price.

A ridge regression on log prices, over all listings of a market at once, in FOLDS parts: what is told of a listing was
learnt from the other parts, so that no price explains itself. Prices last seen before an end have a level of their own.
Against an ordinary regression it draws attributes of few listings towards none: their effect is then unknown, not big.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.market.ages import spread
from vopt_lib.market.wording import Titles, read_titles

FOLDS: Final = 5
PARTS: Final = ("place", "brand", "size", "condition", "words", "evidence")

_PENALTY: Final = 6.0
"""Tried from 1 to 10 on made-up markets of all three families: 4 to 6 told prices best."""

_OUTLIER: Final = 3.5
"""Spreads from which on a price teaches nothing."""

_LEAST_NAMED: Final = 2
_SPARE: Final = ("vopt",)
_TO_SIGMA: Final = 1.4826
"""What makes a median distance a standard deviation. Source: the normal distribution."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Features:
    """The columns of the regression: what a title holds, and which words stand for each of the other PARTS."""

    titles: Titles
    named: Mapping[str, Any]

    def matrices(self, rows: pl.DataFrame) -> dict[str, Any]:
        """A sparse matrix for each part. Needs: what `with_features` adds."""
        made = {part: known.transform(rows[f"has_{part}"].to_list()) for part, known in self.named.items()}
        return made | {"words": self.titles.features(rows["subject"].to_list())}


@dataclass(frozen=True)
class Taught:
    """What one fold was taught by the others: for each part, what its columns add to the log of a price."""

    base: float
    weights: Mapping[str, Floats]

    def adds(self, matrices: Mapping[str, Any], part: str) -> Floats:
        """What this part adds, row by row."""
        return np.asarray(matrices[part] @ self.weights[part], dtype=np.float64)


def with_features(rows: pl.DataFrame) -> pl.DataFrame:
    """What the regression knows of each listing.

    Needs: listing_id, leaf_catalog_id, brand_told, size, condition_id, evidence.
    Adds: fold (Int64); has_place, has_brand, has_size, has_condition, has_evidence (lists of words: a brand, a brand in
          this catalogue …). Grain: unchanged.
    """
    place, brand, size = (
        pl.col("leaf_catalog_id").cast(pl.String).fill_null("-"),
        *(pl.col(name).fill_null("-") for name in ("brand_told", "size")),
    )

    def both(first: pl.Expr, second: pl.Expr) -> pl.Expr:
        return pl.concat_str(first, second, separator="\t")

    return rows.with_columns(
        fold=(spread() * FOLDS).cast(pl.Int64),
        has_place=pl.concat_list(place),
        has_brand=pl.concat_list(brand, both(place, brand)),
        has_size=pl.concat_list(size, both(place, size), both(brand, size)),
        has_condition=pl.concat_list(pl.col("condition_id").cast(pl.String).fill_null("-")),
        has_evidence=pl.concat_list("evidence"),
    )


def read_features(rows: pl.DataFrame) -> Features:
    """Learn which words there are. Needs: what `with_features` adds, and subject."""
    from sklearn.feature_extraction.text import CountVectorizer

    named = {}
    for part in PARTS:
        if part != "words":
            spare = [_SPARE] * _LEAST_NAMED
            counted = CountVectorizer(analyzer=_as_it_is, min_df=_LEAST_NAMED, dtype=np.float32)
            named[part] = counted.fit([*rows[f"has_{part}"].to_list(), *spare])
    return Features(read_titles(rows["subject"].to_list()), named)


def teach(matrices: Mapping[str, Any], logs: Floats, folds: npt.NDArray[np.int64], fit: Flags) -> list[Taught]:
    """What each fold is taught by the fitting rows of the others; prices far from all others teach nothing."""
    from scipy.sparse import hstack

    whole = hstack([matrices[part] for part in PARTS]).tocsr()
    teaching = fit
    for _ in range(2):
        taught = [_taught(whole, matrices, logs, teaching & (folds != fold)) for fold in range(FOLDS)]
        off = distances(taught, matrices, logs, folds)
        teaching = fit & (np.abs(off) < _OUTLIER * robust_spread(off[fit]))
    return taught


def distances(
    taught: Sequence[Taught], matrices: Mapping[str, Any], logs: Floats, folds: npt.NDArray[np.int64]
) -> Floats:
    """How far each log price lies from what the other folds teach of it."""
    told = np.column_stack([one.base + sum(one.adds(matrices, part) for part in PARTS) for one in taught])
    return np.asarray(logs - told[np.arange(len(logs)), folds])


def robust_spread(off: Floats) -> float:
    """The usual distance, whatever the outliers do; never none."""
    return max(float(_TO_SIGMA * np.median(np.abs(off))), 0.05) if len(off) else 0.4


def shrunken_spread(logs: Floats, usual: float, *, weight: float = 20.0) -> Floats:
    """How far log prices lie apart, row by row: as `usual` where they are few (so many listings weigh the same)."""
    middle = np.median(logs, axis=1, keepdims=True)
    own = _TO_SIGMA * np.median(np.abs(logs - middle), axis=1)
    n = logs.shape[1]
    return np.asarray(np.sqrt((n * own**2 + weight * usual**2) / (n + weight)))


def _taught(whole: Any, matrices: Mapping[str, Any], logs: Floats, by: Flags) -> Taught:
    from sklearn.linear_model import Ridge

    ends = np.cumsum([matrices[part].shape[1] for part in PARTS])
    if not by.any():
        return Taught(0.0, dict(zip(PARTS, np.split(np.zeros(ends[-1]), ends[:-1]), strict=True)))
    model = Ridge(alpha=_PENALTY, solver="sparse_cg", tol=1e-3).fit(whole[by], logs[by])
    return Taught(float(model.intercept_), dict(zip(PARTS, np.split(model.coef_, ends[:-1]), strict=True)))


def _as_it_is(words: Sequence[str]) -> Sequence[str]:
    return words
