"""This is where it is told how much weekdays and months differ, once enough of them were seen."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.market.movement import usual_days
from vopt_lib.schema.trends import Season, TooLittle

LEAST_WEEKS: Final = 8
LEAST_MONTHS: Final = 24

LEAST_DAYS_OF_MONTH: Final = 15
"""A month of which fewer days are known is not known."""

CHANCE: Final = 0.05
"""How often some part stands out although none differs."""

_WEEK: Final = 7
_YEAR: Final = 12
_PARTS = pl.Schema(
    {"part": pl.Int64, "share": pl.Float64, "low": pl.Float64, "high": pl.Float64, "observations": pl.Int64}
    | {"stands_out": pl.Boolean}
)
_Floats = npt.NDArray[np.float64]


def weekdays(days: pl.DataFrame) -> Season | TooLittle:
    """How much dearer or cheaper each weekday's median is than the week around it, or how many weeks are missing.

    A day is compared with the seven days of which it is the middle; those must all be known.

    Needs: day, seen, price_eur_median; one place on one day.
    """
    logs = usual_days(days, by=()).select("day", log=pl.col("price_eur_median").log())
    around = pl.col("log").mean()
    middles = logs.rolling("day", period="7d", offset="-4d").agg(around.alias("around"), pl.len().alias("known"))
    off = logs.join(middles, on="day").filter(pl.col("known") == _WEEK)
    off = off.select(part=pl.col("day").dt.weekday().cast(pl.Int64), off=pl.col("log") - pl.col("around"))
    weeks = min(int((off["part"] == part).sum()) for part in range(1, _WEEK + 1))
    if weeks < LEAST_WEEKS:
        return TooLittle("weeks", weeks, LEAST_WEEKS)
    return _season(off, parts=_WEEK, lost=1)


def months(days: pl.DataFrame) -> Season | TooLittle:
    """How much dearer or cheaper each month is than the line through all months, or how many months are missing.

    Needs: day, seen, price_eur_median; one place on one day.
    """
    month = pl.col("day").dt.year() * _YEAR + pl.col("day").dt.month()
    logs = usual_days(days, by=()).group_by(month.alias("month")).agg(pl.col("price_eur_median").log().mean(), pl.len())
    known = logs.filter(pl.col("len") >= LEAST_DAYS_OF_MONTH).sort("month")
    part = (known["month"].cast(pl.Int64) - 1) % _YEAR + 1
    seldom = min(int((part == one).sum()) for one in range(1, _YEAR + 1))
    if known.height < LEAST_MONTHS or seldom < LEAST_MONTHS // _YEAR:
        return TooLittle("months", min(known.height, LEAST_MONTHS - 1), LEAST_MONTHS)
    number, log = (known[name].to_numpy().astype(np.float64) for name in ("month", "price_eur_median"))
    line = np.polyval(np.polyfit(number - number.mean(), log, 1), number - number.mean())
    return _season(pl.DataFrame({"part": part, "off": log - line}), parts=_YEAR, lost=2)


def _season(off: pl.DataFrame, *, parts: int, lost: int) -> Season:
    """Each part's mean with an interval of the spread that all have within. `lost`: degrees of freedom spent before."""
    from scipy import stats

    groups = [off.filter(pl.col("part") == part)["off"].to_numpy() for part in range(1, parts + 1)]
    freedom = max(off.height - parts - lost, 1)
    spread = float(np.sqrt(sum(((group - group.mean()) ** 2).sum() for group in groups) / freedom))
    middle = float(np.mean([group.mean() for group in groups]))
    usual, strict = stats.t.ppf([0.9, 1 - CHANCE / (2 * parts)], freedom)
    rows = []
    for part, group in enumerate(groups, start=1):
        off_by, error = float(group.mean()) - middle, spread / np.sqrt(len(group))
        share, low, high = np.expm1([off_by, off_by - usual * error, off_by + usual * error])
        # A part that never moved has an error of zero.
        rows.append((part, share, low, high, len(group), abs(off_by) > strict * error + 1e-9))
    return Season(pl.DataFrame(rows, schema=_PARTS, orient="row"))
