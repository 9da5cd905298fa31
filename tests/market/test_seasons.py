"""Weekdays and months are told once there are enough of them, and stand out only by more than chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.examples import examples
from tests.market.daily import days_of
from tests.market.test_trends import WILD_DAYS, wild_days
from vopt_lib.market.seasons import months, weekdays
from vopt_lib.schema.trends import Season, TooLittle


def prices(days: int, *, seed: int = 1, weekend: float = 0.0, year: float = 0.0) -> list[float]:
    """Medians around 20 € from a Monday on: dearer at the weekend, and in spring."""
    rng = np.random.default_rng(seed)
    number = np.arange(days)
    season = weekend * (number % 7 >= 5) + year * np.sin(2 * np.pi * number / 365.25)
    return list(20 * np.exp(season + rng.normal(0, 0.01, days)))


def test_eight_weeks_are_needed_for_weekdays() -> None:
    assert weekdays(days_of(prices(56))) == TooLittle("weeks", 7, 8)
    assert isinstance(weekdays(days_of(prices(63))), Season)


def test_a_dear_weekend_stands_out_with_its_interval() -> None:
    season = weekdays(days_of(prices(84, weekend=0.1)))
    assert isinstance(season, Season)
    assert season.parts["part"].to_list() == [1, 2, 3, 4, 5, 6, 7]
    assert season.parts["share"].to_list() == pytest.approx([-0.028] * 5 + [0.074] * 2, abs=0.015)
    assert season.parts["stands_out"].to_list() == [True] * 7
    assert season.parts.select((pl.col("low") < pl.col("share")) & (pl.col("share") < pl.col("high"))).to_series().all()


def test_where_weekdays_do_not_differ_one_stands_out_in_one_market_of_twenty() -> None:
    told = [weekdays(days_of(prices(70, seed=seed))) for seed in range(60)]
    assert sum(season.stands_out for season in told if isinstance(season, Season)) <= 8


def test_two_years_are_needed_for_months() -> None:
    assert months(days_of(prices(400))) == TooLittle("months", 13, 24)
    assert months(days_of([])) == TooLittle("months", 0, 24)


def test_a_dear_spring_is_found_in_three_years() -> None:
    season = months(days_of(prices(1_100, year=0.1)))
    assert isinstance(season, Season)
    assert season.parts.sort("share")["part"][-1] in (3, 4)
    assert season.stands_out


def test_prices_that_never_move_have_no_season() -> None:
    for season in (weekdays(days_of([20.0] * 80)), months(days_of([20.0] * 760))):
        assert isinstance(season, Season)
        assert not season.stands_out


@examples(15, 150, rows=WILD_DAYS)
def test_whatever_the_days_hold_there_is_an_answer(rows: list[tuple[int, Any, Any, int]]) -> None:
    days = wild_days(rows)
    for season in (weekdays(days), months(days)):
        assert isinstance(season, TooLittle) or season.parts["share"].is_finite().all()
