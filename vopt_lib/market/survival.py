"""This is where we tell how long things take to sell, from listings that were watched for a part of their life only.

The estimator is Kaplan and Meier's with delayed entry: a listing counts at an age only while it was being watched at
that age. Leaving the feed is no sale; withdrawals end the watching. Simulated with a true median of 30.0 days, the ways
that skip one of these give 8 to 39 days (facts/market-statistics.md).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.survival import Interval, Lack, SurvivalCurve

LEAST_SOLD: Final = 20
"""Sales below which nothing is told: with fewer, an 80 % interval of the median spans half of it or more."""

LEAST_WATCHED: Final = 20
"""Listings watched at one age below which that age is not told of: one sale more or less is 5 % of them."""

LATEST_START_DAYS: Final = 2.0
"""The age from which on enough listings must be watched. What sells before is taken for unsold until then."""

CONFIDENCE: Final = 0.80
HORIZONS_DAYS: Final = (7, 14, 30, 60)

_Floats = npt.NDArray[np.float64]
_NEEDED = ("entry_days", "exit_days", "sold")


def survival(exposures: pl.DataFrame) -> SurvivalCurve | Lack:
    """The share still unsold at each age, or what is missing.

    Needs: entry_days and exit_days, the ages between which a listing was watched; sold, the chance that it was a sale
           which ended that (0: withdrawn, or still on sale). Grain: one spell.
    """
    watched = exposures.select(_NEEDED).filter(pl.col("exit_days") > pl.col("entry_days"))
    entry, end, sold = (watched[name].to_numpy() for name in _NEEDED)
    if sold.sum() < LEAST_SOLD:
        return Lack.FEW_SOLD
    span = _span_told(entry, end)
    if isinstance(span, Lack):
        return span
    start, until = span
    days, unsold, low, high = _kaplan_meier(np.maximum(entry, start), end, sold, start=start)
    told = days <= until
    if not told.any():
        return Lack.FEW_SOLD
    return SurvivalCurve(
        days=[start, *days[told].tolist(), until],
        unsold=_stepped(unsold[told]),
        low=_stepped(low[told]),
        high=_stepped(high[told]),
        listings=watched.height,
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
    rows = [{**dict(zip(by, key, strict=True)), **_told(group)} for key, group in exposures.group_by(by)]
    schema = {name: exposures.schema[name] for name in by} | _TOLD
    return pl.DataFrame(rows, schema=schema).sort(by)


def _ends(name: str) -> Iterable[str]:
    return name, f"{name}_low", f"{name}_high"


_FIGURES = ("median_days", *(f"sold_within_{days}" for days in HORIZONS_DAYS))
_TOLD: dict[str, Any] = {
    "listings": pl.Int64,
    "sold": pl.Float64,
    **{name: pl.Float64 for figure in _FIGURES for name in _ends(figure)},
    "lack": pl.String,
}


def _told(group: pl.DataFrame) -> dict[str, Any]:
    row: dict[str, Any] = {"listings": group.height, "sold": float(group["sold"].sum())}
    curve = survival(group)
    if isinstance(curve, Lack):
        return row | {"lack": curve.value}
    median = curve.median()
    figures = (median, *(curve.sold_within(days) for days in HORIZONS_DAYS))
    for name, figure in zip(_FIGURES, figures, strict=True):
        if isinstance(figure, Interval):
            row |= dict(zip(_ends(name), (figure.value, figure.low, figure.high), strict=True))
    return row | {"lack": median.value if isinstance(median, Lack) else None}


def _span_told(entry: _Floats, end: _Floats) -> tuple[float, float] | Lack:
    """The ages from and up to which enough listings are watched throughout."""
    ages = np.unique(np.concatenate([entry, end]))
    watched = np.searchsorted(np.sort(entry), ages, side="right") - np.searchsorted(np.sort(end), ages, side="right")
    enough = watched >= LEAST_WATCHED
    if not enough.any() or ages[enough.argmax()] > LATEST_START_DAYS:
        return Lack.SEEN_LATE
    first = int(enough.argmax())
    too_few = np.flatnonzero(~enough[first:])
    last = first + int(too_few[0]) if len(too_few) else len(ages) - 1
    return float(ages[first]), float(ages[last])


def _kaplan_meier(entry: _Floats, end: _Floats, sold: _Floats, *, start: float) -> tuple[_Floats, ...]:
    """Age, share unsold, and the ends of its interval (log-log), at each age with a sale after `start`."""
    from lifelines import KaplanMeierFitter
    from lifelines.exceptions import StatisticalWarning

    later = end > start
    entry, end, sold = entry[later], end[later], sold[later]
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


def _stepped(shares: _Floats) -> list[float]:
    """From 1 at the first age, and unchanged from the last sale to the last age."""
    return [1.0, *shares.tolist(), float(shares[-1])]
