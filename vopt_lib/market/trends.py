"""This is where weeks are told: what they asked, what came and left, and whether prices really moved.

Weeks are runs of seven days that end on the newest day: whole ones, so that weekdays cancel out, and the newest is
never half over. Days on which much less was seen than usual (`movement.usual_days`) do not count.

A change between two weeks is the mean of the daily medians of one over that of the other. Its 80 % interval is a normal
one on the log scale. The daily medians of a shelf hang together: most of today's listings were there yesterday. So two
standard errors are computed, both for a series whose neighbours correlate (AR(1)), and the larger one counts:

- from the series: correlation and size of the daily surprises over the newest eight weeks, the newest week around its
  own mean, so that a real step does not count as a surprise. The correlation of a short series comes out too small;
  added is (4 + 8r) / n: for one unknown line Orcutt and Winokur (Econometrica 37, 1969) give half of that, and here two
  levels are unknown.
- from the shelf: the median of n listings, were others put on sale at the same prices (1.2533 s / √n, s from the
  quartiles), renewed each day by the share that is new. A brand of 20 whose price stood still for weeks and then
  jumped with one listing has a small error of the first kind only.

Measured with 300 of each (tests/market/test_trends.py holds it to that): on AR(1) series of 26 to 56 days with
correlations from 0 to 0.95 the interval holds no change in 73 to 85 of 100, on shelves of 20 to 1,000 listings in 83 to
87. Of 1,500 brands that went nowhere 26 were said to move; their own intervals alone would have said so of 218.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.market.movement import WEEK_DAYS, usual_days
from vopt_lib.schema.trends import Change, TooLittle

LEAST_DAYS_OF_WEEK: Final = 5
"""Of fewer known days a week is not told: a weekday more or less would move it."""

LEAST_DAYS: Final = 26
"""How strongly days hang together cannot be told from fewer: with 21, only 70 of 100 intervals hold."""

LEAST_LISTINGS: Final = 20
"""A median of fewer moves with every listing."""

HISTORY_DAYS: Final = 56

Z: Final = 1.2816
"""80 % of a normal distribution lie within so many standard deviations."""

_MOST_CORRELATED: Final = 0.97
_USUALLY_RENEWED: Final = 0.05  # of the listings, a day: where new ones are not known
_IQR_IN_SD: Final = 1.349
_MEDIAN_ERROR: Final = 1.2533
_Floats = npt.NDArray[np.float64]

_QUANTILES = ("price_eur_p10", "price_eur_p25", "price_eur_median", "price_eur_p75", "price_eur_p90")
_CHANGES = pl.Schema(
    {"brand": pl.String, "seen": pl.Float64, "median": pl.Float64, "change": pl.Float64, "low": pl.Float64}
    | {"high": pl.Float64, "weighed": pl.Float64, "moves": pl.String}
)


def weeks(days: pl.DataFrame) -> pl.DataFrame:
    """What each week asked, and how many listings came and left; only weeks of which enough days are known.

    Needs: day, seen, price_eur_p10 … price_eur_p90, new, gone; one place on one day.
    Returns: begins_on, ends_on, days_known, the quantiles (means of the days' ones, EUR), new, gone (null: not known of
             some of the days that count).
    Grain: one row per week, oldest first.
    """
    back = (pl.col("day").max() - pl.col("day")).dt.total_days() // WEEK_DAYS
    end = pl.col("day").max() - pl.duration(days=pl.col("back") * WEEK_DAYS)
    usual = usual_days(days, by=()).with_columns(is_usual=True)
    counted = days.join(usual.select("day", "is_usual"), on="day", how="left")
    return (
        counted.with_columns(back=back)
        .with_columns(ends_on=end)
        .group_by("ends_on")
        .agg(
            pl.col("is_usual").sum().cast(pl.Int64).alias("days_known"),
            *(pl.col(name).filter(pl.col("is_usual")).mean() for name in _QUANTILES),
            *(_week_sum(name) for name in ("new", "gone")),
        )
        .filter(pl.col("days_known") >= LEAST_DAYS_OF_WEEK)
        .with_columns(begins_on=pl.col("ends_on") - pl.duration(days=WEEK_DAYS - 1))
        .select("begins_on", "ends_on", "days_known", *_QUANTILES, "new", "gone")
        .sort("ends_on")
    )


def change(days: pl.DataFrame) -> Change | TooLittle:
    """The newest week against the week before with its 80 % interval, or what is missing.

    Needs: day, seen, new, price_eur_p25, price_eur_median, price_eur_p75; one place on one day.
    """
    told = _log_change(usual_days(days, by=()))
    if isinstance(told, TooLittle):
        return told
    moved, error = told
    return Change(*(float(np.expm1(one)) for one in (moved, moved - Z * error, moved + Z * error)))


def brand_changes(days: pl.DataFrame) -> pl.DataFrame:
    """How the brands of a catalogue moved, those that move more than chance named.

    Brands with few listings move most, by chance. Each change is therefore drawn to that of all brands together, the
    more so the wider its own interval is (empirical Bayes, DerSimonian and Laird 1986): `weighed`. A brand rises or
    falls only where the interval of the weighed change leaves out 0, and its own does, too.

    Needs: brand, day, and what `change` needs. Grain: one brand on one day.
    Returns: brand, seen (mean of the newest days), median (of its newest day, EUR), change, low, high (shares, 80 %),
             weighed, moves ("up", "down"; null: may be chance). Brands without enough evidence are left out.
    Grain: one row per brand, the surest rise first, the surest fall last.
    """
    known = usual_days(days, by=("brand",))
    often = pl.col("seen").median().over("brand") >= LEAST_LISTINGS / 2  # spares most brands what follows
    told: list[tuple[object, object, object]] = []
    moves: list[tuple[float, float]] = []
    for (brand,), own in known.filter(often).group_by("brand", maintain_order=True):
        moved = _log_change(own)
        if not isinstance(moved, TooLittle):
            moves.append(moved)
            told.append((brand, own["seen"].tail(LEAST_DAYS_OF_WEEK).mean(), own["price_eur_median"][-1]))
    if not told:
        return _CHANGES.to_frame()
    off, error = np.array(moves).T
    weighed, doubt = _weighed(off, error)
    low, high = off - Z * error, off + Z * error
    up, down = (low > 0) & (weighed - Z * doubt > 0), (high < 0) & (weighed + Z * doubt < 0)
    rows = [
        (*row, *np.expm1([off[n], low[n], high[n], weighed[n]]), "up" if up[n] else "down" if down[n] else None)
        for n, row in enumerate(told)
    ]
    moved_most = (-pl.col("weighed"), -pl.col("change"), "brand")
    return pl.DataFrame(rows, schema=_CHANGES, orient="row").sort(*moved_most)


def _log_change(usual: pl.DataFrame) -> tuple[float, float] | TooLittle:
    """The change on the log scale, and its standard error. Needs: days that count, sorted."""
    known = usual.filter(pl.col("day") > pl.col("day").max() - pl.duration(days=HISTORY_DAYS))
    if known.height < LEAST_DAYS:
        return TooLittle("days", known.height, LEAST_DAYS)
    number = (known["day"] - known["day"].min()).dt.total_days().to_numpy().astype(np.float64)
    back = (number[-1] - number) // WEEK_DAYS
    recent = min(int((back == 0).sum()), int((back == 1).sum()))
    if recent < LEAST_DAYS_OF_WEEK:
        return TooLittle("recent_days", recent, LEAST_DAYS_OF_WEEK)
    two_weeks = known.filter(pl.Series(back <= 1))
    listings = int(np.median(two_weeks["seen"].to_numpy()))
    if listings < LEAST_LISTINGS:
        return TooLittle("listings", listings, LEAST_LISTINGS)
    price = known["price_eur_median"].to_numpy()
    moved = float(np.log(price[back == 0].mean() / price[back == 1].mean()))
    weights = (back == 0) / (back == 0).sum() - (back == 1) / (back == 1).sum()
    spread = max(
        _spread_of_difference(number, weights, *_of_series(number, np.log(price), back == 0)),
        _spread_of_difference(number, weights, *_of_shelf(two_weeks, listings)),
    )
    return moved, float(np.sqrt(spread))


def _spread_of_difference(number: _Floats, weights: _Floats, variance: float, correlation: float) -> float:
    """The variance of a weighted sum of days of which neighbours correlate so much."""
    apart = np.abs(np.subtract.outer(number, number))
    return max(float(weights @ (variance * correlation**apart) @ weights), 0.0)


def _of_series(number: _Floats, logs: _Floats, newest: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Variance and correlation of neighbours, from the series itself, on both sides of the newest week's begin."""
    off = logs - np.where(newest, logs[newest].mean(), logs[~newest].mean())
    adjacent = (np.diff(number) == 1) & (newest[1:] == newest[:-1])
    before, after = off[:-1][adjacent], off[1:][adjacent]
    if off @ off < 1e-12 or len(after) < 3:
        return 0.0, 0.0
    correlation = float(before @ after / (off @ off)) * len(off) / (len(after) + 2)
    correlation += (4 + 8 * max(correlation, 0.0)) / len(off)
    correlation = min(max(correlation, 0.0), _MOST_CORRELATED)
    surprises = after - correlation * before
    return float(surprises @ surprises) / (len(surprises) - 2) / (1 - correlation**2), correlation


def _of_shelf(days: pl.DataFrame, listings: int) -> tuple[float, float]:
    """Variance of the median of so many listings, and how much of it is still there a day later."""
    quartiles = (pl.col("price_eur_p75") / pl.col("price_eur_p25")).log()
    spread = days.select(quartiles.filter(quartiles.is_finite()).mean().fill_null(0.0)).item() / _IQR_IN_SD
    new = days["new"].mean()
    renewed = min(new / listings, 1.0) if isinstance(new, float) else _USUALLY_RENEWED
    return (_MEDIAN_ERROR * spread) ** 2 / listings, 1 - renewed


def _weighed(moved: _Floats, error: _Floats) -> tuple[_Floats, _Floats]:
    """The changes drawn to their common mean, and the standard error of what they are then."""
    doubts = np.maximum(error, 1e-6) ** 2
    weights = 1 / doubts
    common = float(weights @ moved / weights.sum())
    excess = float(weights @ (moved - common) ** 2) - (len(moved) - 1)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    between = max(excess / scale, 0.0) if scale > 0 else 0.0
    own = between / (between + doubts)
    return own * moved + (1 - own) * common, np.sqrt(own * doubts + (1 - own) ** 2 / weights.sum())


def _week_sum(name: str) -> pl.Expr:
    is_lacking = pl.col(name).is_null() & pl.col("is_usual").fill_null(False)
    return pl.when(~is_lacking.any()).then(pl.col(name).sum()).alias(name)
