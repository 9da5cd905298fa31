"""This is where the next days' median asked price is forecast, and where it is tried whether that is worth anything.

The rival is the seasonal naive forecast: each coming day will be as the same weekday of the newest week was. Ours is
exponential smoothing with a damped trend, ETS(A,Ad,N), on the log of the daily medians (Hyndman and Athanasopoulos,
Forecasting: Principles and Practice, 3rd ed., ch. 8.7). Both forecast from each of the newest days what came since, up
to the same horizon, ours with parameters that were fitted on earlier days only. Ours is shown where its mean absolute
error is at most 95 % of the rival's; else the rival is shown, under its name.

Intervals (80 %): ours are those of the model, widened by so much as its errors from those days ask for, at most
doubled; the rival's come from its own errors over the whole series, with Student's t for as many errors as do not
overlap. Measured on eight kinds of simulated series of 21 to 90 days: what is shown holds 72 to 92 of 100 days to
come, 82 on average, and its error is 0.45 to 1.01 of the rival's (tests/market/test_forecast.py holds it to that).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.market.movement import usual_days
from vopt_lib.schema.trends import Forecast, TooLittle

LEAST_DAYS: Final = 21
ENOUGH_FOR_TWO_WEEKS: Final = 42
HISTORY_DAYS: Final = 120
BETTER: Final = 0.95

_FIRST_ORIGIN: Final = 14
_ORIGIN_DAYS: Final = 28
_REFIT_DAYS: Final = 14  # parameters hardly change in two weeks, and a fit takes most of the time
_WEEK: Final = 7
_Z: Final = 1.2816
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Errors:
    """How far forecasts from earlier days were off. ours and rivals: log price; expected: what our model said."""

    ours: _Floats
    rivals: _Floats
    expected: _Floats


@dataclass(frozen=True)
class _Model:
    """A fitted damped trend: its parameters, the size of its daily surprises, and where it stands."""

    level_share: float
    slope_share: float
    damping: float
    surprise: float
    fitted: Any

    def ahead(self, level: float, slope: float, days: int) -> _Floats:
        """The forecast from a level and a slope."""
        steps = np.power(self.damping, np.arange(1.0, days + 1))
        told: _Floats = level + steps.cumsum() * slope
        return told

    def spread(self, days: int) -> _Floats:
        """Standard error of the forecast so many days ahead (Hyndman and others 2008, table 6.1)."""
        steps = np.power(self.damping, np.arange(1.0, days)).cumsum()
        grown = np.concatenate([[0.0], np.square(self.level_share + self.slope_share * steps).cumsum()])
        told: _Floats = np.sqrt(1 + grown) * self.surprise
        return told


def forecast(days: pl.DataFrame) -> Forecast | TooLittle:
    """The median asked price of the next 7 days, of 14 where six weeks are known; or what is missing.

    Days between that are not known are taken to lie on the line between their neighbours.

    Needs: day, seen, price_eur_median; one place on one day.
    """
    known = usual_days(days, by=())
    known = known.filter(pl.col("day") > pl.col("day").max() - timedelta(days=HISTORY_DAYS))
    if known.height < LEAST_DAYS:
        return TooLittle("days", known.height, LEAST_DAYS)
    logs = _on_every_day(known)
    ahead = _WEEK * (2 if known.height >= ENOUGH_FOR_TWO_WEEKS else 1)
    last = known["day"][-1]
    errors = _errors(logs, ahead)
    share = None
    if errors is not None and (rival := float(np.abs(errors.rivals).mean())) > 0:
        share = float(np.abs(errors.ours).mean()) / rival
    origins = min(len(logs) - _FIRST_ORIGIN, _ORIGIN_DAYS)
    if errors is None or share is None or share > BETTER:
        return Forecast(_told(*_naive(logs, ahead), last), "seasonal_naive", share, origins)
    return Forecast(_told(*_damped(logs, ahead, errors), last), "damped_trend", share, origins)


def _on_every_day(known: pl.DataFrame) -> _Floats:
    first, last = known["day"][0], known["day"][-1]
    every = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    logs = every.join(known, on="day", how="left").select(pl.col("price_eur_median").log().interpolate())
    return logs[:, 0].to_numpy().astype(np.float64)


def _told(middle: _Floats, reach: _Floats, last: Any) -> pl.DataFrame:
    days = [last + timedelta(days=number) for number in range(1, len(middle) + 1)]
    low, high = middle - reach, middle + reach
    prices = {name: np.exp(one) for name, one in (("median", middle), ("low", low), ("high", high))}
    return pl.DataFrame({"day": days} | prices, schema_overrides={"day": pl.Date})


def _naive(logs: _Floats, ahead: int) -> tuple[_Floats, _Floats]:
    """The rival's forecast, and how far its interval reaches."""
    from scipy import stats

    weeks = np.arange(ahead) // _WEEK + 1
    middle = logs[len(logs) + np.arange(ahead) - _WEEK * weeks]
    reach = []
    for back in _WEEK * weeks:
        off = logs[back:] - logs[:-back]
        apart = max(len(off) // _WEEK, 2)
        reach.append(stats.t.ppf(0.9, apart) * np.sqrt(np.mean(off**2)))
    return middle, np.array(reach)


def _damped(logs: _Floats, ahead: int, errors: _Errors) -> tuple[_Floats, _Floats]:
    """Our forecast, and how far its interval reaches."""
    model = _fitted(logs)
    asked = float(np.quantile(np.abs(errors.ours) / np.maximum(errors.expected, model.surprise / 2), 0.8))
    widened = min(max(_Z, asked), 2 * _Z)  # a step after prices that stood still would ask for anything
    return model.ahead(model.fitted.level[-1], model.fitted.slope[-1], ahead), widened * model.spread(ahead)


def _errors(logs: _Floats, ahead: int) -> _Errors | None:
    """What both forecast from each of the newest days, against what came; None: ours could not be fitted."""
    ours, rivals, expected = [], [], []
    try:
        for fitted_until in range(max(_FIRST_ORIGIN, len(logs) - _ORIGIN_DAYS), len(logs), _REFIT_DAYS):
            model = _fitted(logs[:fitted_until])
            went_on = _went_on(model, logs)
            for origin in range(fitted_until, min(fitted_until + _REFIT_DAYS, len(logs))):
                came = logs[origin : origin + ahead]
                weeks = np.arange(len(came)) // _WEEK + 1
                told = model.ahead(went_on.level[origin - 1], went_on.slope[origin - 1], len(came))
                ours.append(came - told)
                rivals.append(came - logs[origin + np.arange(len(came)) - _WEEK * weeks])
                expected.append(model.spread(len(came)))
    except (ValueError, np.linalg.LinAlgError):
        return None
    found = _Errors(*(np.concatenate(one) for one in (ours, rivals, expected)))
    return found if np.isfinite(found.ours).all() else None


def _fitted(logs: _Floats) -> _Model:
    """The damped trend that fits these days. Raises: ValueError, LinAlgError."""
    fitted = _quietly(lambda ets: ets(logs, **_SHAPE, initialization_method="heuristic").fit(disp=False))
    told = dict(zip(fitted.model.param_names, fitted.params, strict=True))
    level, slope, damping = (float(told[name]) for name in ("smoothing_level", "smoothing_trend", "damping_trend"))
    surprise = float(np.sqrt((fitted.resid**2).sum() / max(len(logs) - 4, 1)))
    return _Model(level, slope, damping, surprise=surprise, fitted=fitted)


def _went_on(model: _Model, logs: _Floats) -> Any:
    """Where a model that was fitted on earlier days stands on each later day."""
    start = {"initial_level": model.fitted.initial_level, "initial_trend": model.fitted.initial_trend}
    return _quietly(lambda ets: ets(logs, **_SHAPE, initialization_method="known", **start).smooth(model.fitted.params))


_SHAPE: Any = {"error": "add", "trend": "add", "damped_trend": True}


def _quietly(work: Any) -> Any:
    """What statsmodels computes, without its remarks: whether a fit is any good is found out from its forecasts."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from threadpoolctl import threadpool_limits

    # On so small a problem several BLAS threads only wait for each other: measured, ten times as long.
    with threadpool_limits(1, "blas"), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return work(ETSModel)
