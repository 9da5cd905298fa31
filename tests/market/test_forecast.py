"""A forecast is shown where it was better than repeating the newest week, and its interval holds what it says."""

from __future__ import annotations

import warnings
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.examples import examples
from tests.market.daily import FIRST, ar1, days_of
from tests.market.test_trends import WILD_DAYS, wild_days
from vopt_lib.market.forecast import forecast
from vopt_lib.schema.trends import Forecast, TooLittle


def told(medians: Any) -> Forecast:
    made = forecast(days_of(medians))
    assert isinstance(made, Forecast), made
    return made


def drifting(seed: int, days: int) -> Any:
    return 20 * np.exp(0.01 * np.arange(days) + np.random.default_rng(seed).normal(0, 0.01, days))


def walking(seed: int, days: int) -> Any:
    rng = np.random.default_rng(seed)
    return 20 * np.exp(np.cumsum(rng.normal(0, 0.01, days)) + rng.normal(0, 0.02, days))


def weekly(seed: int, days: int) -> Any:
    number = np.arange(days)
    return 20 * np.exp(0.1 * (number % 7 >= 5) + np.random.default_rng(seed).normal(0, 0.01, days))


def test_twenty_one_days_are_needed() -> None:
    assert forecast(days_of([20.0] * 20)) == TooLittle("days", 20, 21)
    assert forecast(days_of([])) == TooLittle("days", 0, 21)


@pytest.mark.parametrize(("known", "ahead"), [(21, 7), (41, 7), (42, 14)])
def test_a_week_is_forecast_and_two_where_six_are_known(known: int, ahead: int) -> None:
    days = told(drifting(1, known)).days["day"].to_list()
    assert days == [FIRST + timedelta(days=known + number) for number in range(ahead)]


def test_prices_that_go_somewhere_are_forecast_by_a_damped_trend() -> None:
    made = told(drifting(1, 60))
    assert made.method == "damped_trend"
    assert made.error_share is not None
    assert made.error_share < 0.7
    assert made.origins == 28
    assert made.days["median"][-1] > 20 * np.exp(0.01 * 62)


def test_where_weekdays_differ_the_newest_week_is_repeated_under_its_name() -> None:
    prices = weekly(1, 60)
    made = told(prices)
    assert made.method == "seasonal_naive"
    assert made.error_share is not None
    assert made.error_share > 1
    assert made.days["median"].to_list() == pytest.approx([*prices[-7:], *prices[-7:]])


def test_prices_that_never_moved_stay_as_they_are_without_a_comparison() -> None:
    made = told([20.0] * 40)
    assert (made.method, made.error_share) == ("seasonal_naive", None)
    assert made.days.select("median", "low", "high").unique().row(0) == pytest.approx((20.0, 20.0, 20.0))


@pytest.mark.parametrize("last", [1, 5, 7, 12])
def test_a_step_after_prices_that_stood_still_is_no_end_of_the_world(last: int) -> None:
    made = told([20.0] * 28 + [24.0] * last)
    assert made.days["low"].min() > 10
    assert made.days["high"].max() < 50


def test_days_that_are_missing_and_days_that_are_no_prices_make_no_difference_to_when_it_ends() -> None:
    prices: list[float | None] = list(drifting(3, 40))
    for place in (5, 6, 7, 20, 33):
        prices[place] = None
    prices[10], prices[25] = 0.0, float("inf")
    made = told(prices)
    assert made.days["day"][0] == FIRST + timedelta(days=40)
    assert made.days["median"].is_between(25, 36).all()


@pytest.mark.parametrize("market", [lambda seed, days: ar1(seed, days, 0.7), drifting, walking, weekly])
@pytest.mark.parametrize(("known", "ahead"), [(30, 7), (90, 14)])
def test_its_intervals_hold_what_comes_as_often_as_they_say(market: Any, known: int, ahead: int) -> None:
    """80 of 100 is what they say. The days of one forecast hang together, so 25 of them tell it roughly."""
    held = []
    for seed in range(25):
        prices = market(seed, known + ahead)
        days = told(prices[:known]).days
        held.append(np.mean((prices[known:] >= days["low"].to_numpy()) & (prices[known:] <= days["high"].to_numpy())))
    assert 0.66 <= np.mean(held) <= 0.94


@examples(15, 150, rows=WILD_DAYS)
def test_whatever_the_days_hold_there_is_an_answer_and_no_remark_of_a_library(
    rows: list[tuple[int, Any, Any, int]],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = forecast(wild_days(rows))
    if isinstance(made, Forecast):
        days = made.days
        assert days.select((pl.col("low") <= pl.col("median")) & (pl.col("median") <= pl.col("high"))).to_series().all()
        assert days.select(pl.col("low", "median", "high").is_finite().all()).row(0) == (True,) * 3
