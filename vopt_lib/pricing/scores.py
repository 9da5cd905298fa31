"""This is where told prices are held against those that were really asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.pricing import CATEGORY_SEPARATOR

Floats = npt.NDArray[np.float64]

NEAR: Final = 0.20
"""Distance from the asked price, as a share of it, up to which a told price counts as near."""

ALPHA: Final = 0.20
"""Share of prices that may lie outside an 80 % interval."""

_CENT: Final = 0.01
_MOST_LEVELS: Final = 6


@dataclass(frozen=True)
class PointScores:
    """How far told prices are from n asked ones.

    rmsle: root of the mean squared difference of log(1 + price). mae_eur: mean distance. median_ape: half are not
    farther from the asked price than this share of it. within_20: share of those at most 20 % away.
    """

    n: int
    rmsle: float
    mae_eur: float
    median_ape: float
    within_20: float


@dataclass(frozen=True)
class CategoryCoverage:
    """How many of a category's n prices lie in their intervals. category: a path down to any level."""

    category: str
    n: int
    coverage: float


@dataclass(frozen=True)
class IntervalScores:
    """How good 80 % intervals are.

    coverage: share of prices inside. winkler: mean width in log price, and ten times (2 / ALPHA) as far as a price lies
    outside; lower is better. width: mean width in log price. by_category: the largest first.
    """

    coverage: float
    winkler: float
    width: float
    by_category: tuple[CategoryCoverage, ...]

    def worst(self, least: int) -> CategoryCoverage | None:
        """The least covered category of at least so many prices; None: there is none."""
        known = [found for found in self.by_category if found.n >= least]
        return min(known, key=lambda found: found.coverage, default=None)


def point_scores(asked_eur: Floats, told_eur: Floats) -> PointScores:
    """How far told prices are from the asked ones. Needs: both finite; asked above 0, told not below.

    Raises: ValueError, for none, or where a price is missing.
    """
    if not len(asked_eur) or not (np.isfinite(asked_eur).all() and np.isfinite(told_eur).all()):
        raise ValueError("no prices, or one is missing")
    off = np.abs(told_eur - asked_eur)
    return PointScores(
        n=len(asked_eur),
        rmsle=float(np.sqrt(np.mean((np.log1p(told_eur) - np.log1p(asked_eur)) ** 2))),
        mae_eur=float(off.mean()),
        median_ape=float(np.median(off / asked_eur)),
        within_20=float(np.mean(off <= NEAR * asked_eur)),
    )


def interval_scores(rows: pl.DataFrame) -> IntervalScores:
    """How good the intervals of these rows are.

    Needs: category (String, null where unknown), price_eur (above 0), low_eur, high_eur. What ends below a cent is
           taken to end there: nothing costs less, and log price has no zero.
    Raises: ValueError, for no rows, or an end that is missing or turned round.
    """
    price, low, high = (rows[name].to_numpy() for name in ("price_eur", "low_eur", "high_eur"))
    if not len(price) or not (np.isfinite(price).all() and np.isfinite(high).all() and (low <= high).all()):
        raise ValueError("no intervals, or one is none")
    low, high = np.maximum(low, _CENT), np.maximum(high, _CENT)
    width = np.log(high) - np.log(low)
    beyond = np.maximum(np.log(low) - np.log(price), 0.0) + np.maximum(np.log(price) - np.log(high), 0.0)
    inside = (price >= low) & (price <= high)
    return IntervalScores(
        coverage=float(inside.mean()),
        winkler=float((width + 2.0 / ALPHA * beyond).mean()),
        width=float(width.mean()),
        by_category=coverage_by_category(rows["category"], inside),
    )


def coverage_by_category(category: pl.Series, inside: npt.NDArray[np.bool_]) -> tuple[CategoryCoverage, ...]:
    """The share inside of each category at each level of its path, the largest first."""
    levels = pl.col("category").str.split(CATEGORY_SEPARATOR)
    rows = pl.DataFrame({"category": category.cast(pl.String), "inside": inside})
    paths = pl.concat_list(
        levels.list.head(level).list.join(CATEGORY_SEPARATOR) for level in range(1, _MOST_LEVELS + 1)
    ).list.unique()
    known = rows.filter(pl.col("category").is_not_null()).with_columns(category=paths).explode("category")
    told = known.group_by("category").agg(n=pl.len(), coverage=pl.col("inside").mean())
    ordered = told.sort(pl.col("n"), "category", descending=[True, False])
    return tuple(CategoryCoverage(name, n, coverage) for name, n, coverage in ordered.rows())


def mean_of_points(scores: Sequence[PointScores]) -> PointScores:
    """The mean of each figure over several splits, and all their prices together. Raises: ValueError, for none."""
    return PointScores(
        n=sum(one.n for one in scores),
        rmsle=_mean(one.rmsle for one in scores),
        mae_eur=_mean(one.mae_eur for one in scores),
        median_ape=_mean(one.median_ape for one in scores),
        within_20=_mean(one.within_20 for one in scores),
    )


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    if not known:
        raise ValueError("there is nothing to take the mean of")
    return sum(known) / len(known)
