"""This is where we tell how long things take to sell, from listings that were watched for a part of their life only.

The estimator is Kaplan and Meier's with delayed entry: a listing counts at an age only while it was being watched at
that age. Leaving the feed is no sale; withdrawals end the watching. Simulated with a true median of 30.0 days, the ways
that skip one of these give 8 to 39 days (facts/market-statistics.md).

lifelines tells the curve of whole catalogues. For their hundreds of groups it takes too long: the same estimator in a
few lines of NumPy tells those, and tests hold it to lifelines.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.survival import Interval, Lack, SurvivalCurve

LEAST_SOLD: Final = 20
"""Sales below which nothing is told: with fewer, an 80 % interval of the median spans half of it or more."""

LEAST_WATCHED: Final = 20
"""Listings watched at one age below which that age is not told of: one sale more or less is 5 % of them."""

START_SHARE: Final = 0.05
"""Share of the most that are watched at any age, below which the curve does not start: in the first hour after it was
put on sale hardly anything is watched, and two sales there would shorten the median of 10,000 listings by a day."""

LATEST_START_DAYS: Final = 2.0
"""The age from which on enough listings must be watched. What sells before is taken for unsold until then."""

CONFIDENCE: Final = 0.80
HORIZONS_DAYS: Final = (7, 14, 30, 60)

_Floats = npt.NDArray[np.float64]
_Estimate = Callable[[_Floats, _Floats, _Floats, float], tuple[_Floats, ...]]
_NEEDED = ("entry_days", "exit_days", "sold")


def survival(exposures: pl.DataFrame) -> SurvivalCurve | Lack:
    """The share still unsold at each age, or what is missing.

    Needs: entry_days and exit_days, the ages between which a listing was watched; sold, the chance that it was a sale
           which ended that (0: withdrawn, or still on sale). Grain: one spell.
    """
    return _curve(exposures, _by_lifelines)


def group_survival(exposures: pl.DataFrame) -> SurvivalCurve | Lack:
    """The same as `survival`, to the last digits, in a fiftieth of the time."""
    return _curve(exposures, _by_numpy)


def _curve(exposures: pl.DataFrame, estimate: _Estimate) -> SurvivalCurve | Lack:
    columns = [exposures[name].to_numpy() for name in _NEEDED]
    entry, end, sold = (column[columns[1] > columns[0]] for column in columns)
    if sold.sum() < LEAST_SOLD:
        return Lack.FEW_SOLD
    span = _span_told(entry, end)
    if isinstance(span, Lack):
        return span
    start, until = span
    # Older ages, at which hardly anything was watched, are left out of the sums too: they may come to nothing.
    inside = (entry < until) & (end > start)
    is_told = end <= until
    if not (sold[inside & is_told] > 0).any():
        return Lack.FEW_SOLD
    ends, sales = np.minimum(end, until), np.where(is_told, sold, 0.0)
    days, unsold, low, high = estimate(np.maximum(entry, start)[inside], ends[inside], sales[inside], start)
    return SurvivalCurve(
        days=[start, *days.tolist(), until],
        unsold=_stepped(unsold),
        low=_stepped(low),
        high=_stepped(high),
        listings=len(entry),
        sold=float(sold.sum()),
    )


def median_days(exposures: pl.DataFrame) -> Interval | Lack:
    """The age in days by which half are sold, or what is missing. Needs: what `survival` needs."""
    curve = survival(exposures)
    return curve if isinstance(curve, Lack) else curve.median()


def days_to_sell(exposures: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """How long the listings of each group take to sell, with 80 % intervals; null where the data cannot tell.

    Needs: what `survival` needs, and the columns of `by`, one or more.
    Returns: `by`; listings, sold; median_days and its _low and _high, in days; sold_within_7, _14, _30 and _60 with
             theirs, as shares; lack: the name of what is missing (`Lack`) for the median.
    Grain: one row per group, sorted.
    """
    rows = [
        {**dict(zip(by, key, strict=True)), **figures(group_survival(group), group)}
        for key, group in exposures.group_by(by)
    ]
    schema = {name: exposures.schema[name] for name in by} | FIGURES
    return pl.DataFrame(rows, schema=schema).sort(by)


def _ends(name: str) -> Iterable[str]:
    return name, f"{name}_low", f"{name}_high"


_TOLD = ("median_days", *(f"sold_within_{days}" for days in HORIZONS_DAYS))
FIGURES: Final[dict[str, Any]] = {
    "listings": pl.Int64,
    "sold": pl.Float64,
    **{name: pl.Float64 for figure in _TOLD for name in _ends(figure)},
    "lack": pl.String,
}


def figures(curve: SurvivalCurve | Lack, exposures: pl.DataFrame) -> dict[str, Any]:
    """What a curve of these listings tells, by the columns of FIGURES; what is not known is left out."""
    row: dict[str, Any] = {"listings": exposures.height, "sold": float(exposures["sold"].sum())}
    if isinstance(curve, Lack):
        return row | {"lack": curve.value}
    median = curve.median()
    told = (median, *(curve.sold_within(days) for days in HORIZONS_DAYS))
    for name, figure in zip(_TOLD, told, strict=True):
        if isinstance(figure, Interval):
            row |= dict(zip(_ends(name), (figure.value, figure.low, figure.high), strict=True))
    return row | {"lack": median.value if isinstance(median, Lack) else None}


def _span_told(entry: _Floats, end: _Floats) -> tuple[float, float] | Lack:
    """The ages from and up to which enough listings are watched throughout."""
    ages = np.unique(np.concatenate([entry, end]))
    watched = np.searchsorted(np.sort(entry), ages, side="right") - np.searchsorted(np.sort(end), ages, side="right")
    enough = watched >= LEAST_WATCHED
    may_start = enough & (watched >= START_SHARE * watched.max(initial=0))
    first = int(may_start.argmax())
    if not may_start.any() or ages[first] > LATEST_START_DAYS:
        return Lack.SEEN_LATE
    too_few = np.flatnonzero(~enough[first:])
    last = first + int(too_few[0]) if len(too_few) else len(ages) - 1
    return float(ages[first]), float(ages[last])


def _by_lifelines(entry: _Floats, end: _Floats, sold: _Floats, start: float) -> tuple[_Floats, ...]:
    """Age, share unsold, and the ends of its interval (log-log), at each age with a sale after `start`."""
    from lifelines import KaplanMeierFitter
    from lifelines.exceptions import StatisticalWarning

    # An end that was a sale with a chance of 0.7 counts as 0.7 of a sale and 0.3 of a withdrawal.
    is_sale, is_other = sold > 0, sold < 1
    with warnings.catch_warnings():
        # It doubts intervals with such weights; how often ours hold the truth is measured (tests/market).
        warnings.simplefilter("ignore", StatisticalWarning)
        fitter = KaplanMeierFitter(alpha=1 - CONFIDENCE).fit(
            np.concatenate([end[is_sale], end[is_other]]) - start,
            np.repeat([True, False], [is_sale.sum(), is_other.sum()]),
            entry=np.concatenate([entry[is_sale], entry[is_other]]) - start,
            weights=np.concatenate([sold[is_sale], 1 - sold[is_other]]),
        )
    happened = fitter.event_table["observed"].to_numpy() > 0
    unsold = fitter.survival_function_.to_numpy()[happened, 0]
    low, high = fitter.confidence_interval_.to_numpy()[happened].T
    return fitter.survival_function_.index.to_numpy()[happened] + start, unsold, low, high


def _by_numpy(entry: _Floats, end: _Floats, sold: _Floats, start: float) -> tuple[_Floats, ...]:
    """What `_by_lifelines` gives: the product limit, Greenwood's variance, and log-log intervals."""
    days, which = np.unique(end[sold > 0], return_inverse=True)
    sales = np.bincount(which, weights=sold[sold > 0], minlength=len(days))
    entered = np.searchsorted(np.sort(entry), days, side="left")
    watched = entered - np.searchsorted(np.sort(end), days, side="left")
    with np.errstate(divide="ignore", invalid="ignore"):
        log_unsold = np.cumsum(np.log1p(-sales / watched))
        terms = sales / (watched * (watched - sales))
        spread = np.sqrt(np.cumsum(np.where(np.isfinite(terms), terms, 0.0)))
        reach = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * spread / log_unsold
        low, high = (np.exp(-np.exp(np.log(-log_unsold) - sign * reach)) for sign in (1, -1))
    return days, np.exp(log_unsold), np.nan_to_num(low, nan=1.0), np.nan_to_num(high, nan=1.0)


def _stepped(shares: _Floats) -> list[float]:
    """From 1 at the first age, and unchanged from the last sale to the last age."""
    return [1.0, *shares.tolist(), float(shares[-1])]
