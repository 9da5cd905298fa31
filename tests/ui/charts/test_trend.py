"""Weeks, days to come, and changes with their intervals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from tests.ui.charts.specs import DAY, named, spec_of
from vopt_lib.ui.charts import changes_with_intervals, price_trend, trend_key
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")


def weeks_of(medians: list[float]) -> pl.DataFrame:
    begins = pl.Series([DAY + timedelta(days=7 * number) for number in range(len(medians))], dtype=pl.Date)
    frame = pl.DataFrame({"begins_on": begins, "price_eur_median": pl.Series(medians, dtype=pl.Float64)})
    return frame.with_columns(
        ends_on=pl.col("begins_on") + timedelta(days=6),
        price_eur_p25=pl.col("price_eur_median") * 0.8,
        price_eur_p75=pl.col("price_eur_median") * 1.2,
    )


def days_of(medians: list[float], first: int = 0) -> pl.DataFrame:
    days = pl.Series([DAY + timedelta(days=first + number) for number in range(len(medians))], dtype=pl.Date)
    return pl.DataFrame({"day": days, "price_eur_median": pl.Series(medians, dtype=pl.Float64)})


def ahead_of(medians: list[float], first: int) -> pl.DataFrame:
    days = days_of(medians, first).rename({"price_eur_median": "median"})
    return days.with_columns(low=pl.col("median") - 1, high=pl.col("median") + 1)


WEEKS, DAYS, AHEAD = weeks_of([20.0, 22.0]), days_of([20.0] * 7 + [22.0] * 7), ahead_of([23.0] * 7, 14)
CHANGES = pl.DataFrame(
    {"title": ["Zara", "Nike"], "change": [0.1, -0.02], "low": [0.05, -0.06], "high": [0.15, 0.02]}
).with_columns(is_sure=pl.Series([True, False]))


def test_the_forecast_begins_where_the_days_end_and_its_end_is_written() -> None:
    rows = spec_of(price_trend(WEEKS, DAYS, AHEAD, EN))["datasets"]
    assert (rows["ahead"][0]["day"], rows["ahead"][0]["low"], rows["ahead"][0]["high"]) == ("2026-11-14T00:00", 22, 22)
    assert len(rows["ahead"]) == 8
    assert [end["said"] for end in rows["ends"]] == ["€23"]


def test_a_week_is_drawn_from_its_first_to_its_last_day() -> None:
    rows = spec_of(price_trend(WEEKS, DAYS, AHEAD, EN))["datasets"]["weeks"]
    assert [(row["from"], row["to"]) for row in rows] == [
        ("2026-10-31T15:00", "2026-11-07T09:00"),
        ("2026-11-07T15:00", "2026-11-14T09:00"),
    ]


def test_what_is_drawn_is_told_to_who_cannot_see_it() -> None:
    assert spec_of(price_trend(WEEKS, DAYS, AHEAD, EN))["description"] == (
        "Median asked price per week: €20.00 in the week to 7 Nov 2026, €22.00 in the week to 14 Nov 2026. "
        "Forecast for 21 Nov 2026: €23.00, 8 times in 10 between €22.00 and €24.00."
    )
    told = spec_of(changes_with_intervals(CHANGES, EN))["description"]
    assert told == (
        "Changes with the range that is true 8 times in 10: Zara +10% (+5.0% to +15%), Nike −2.0% (−6.0% to +2.0%)."
    )


def test_without_a_forecast_none_is_drawn_and_the_key_does_not_name_one() -> None:
    spec = spec_of(price_trend(WEEKS, DAYS, AHEAD.clear(), EN))
    assert (spec["datasets"]["ahead"], spec["datasets"]["ends"]) == ([], [])
    assert "Forecast" not in spec["description"]
    assert "forecast" not in trend_key(EN, has_forecast=False)
    assert "forecast" in trend_key(EN, has_forecast=True)


def test_nothing_known_is_no_error() -> None:
    spec = spec_of(price_trend(WEEKS.clear(), DAYS.clear(), AHEAD.clear(), IT))
    assert spec["datasets"]["weeks"] == []


def test_changes_lie_around_the_line_of_none_and_what_may_be_chance_is_muted() -> None:
    spec = spec_of(changes_with_intervals(CHANGES, EN))
    low, high = next(scale["domain"] for scale in named(spec, "scale") if scale and "domain" in scale)
    assert low == -high
    colours = [colour for colour in named(spec, "color") if isinstance(colour, dict)]
    assert {(colour["condition"]["test"], colour["value"]) for colour in colours} == {
        ("datum.is_sure", "var(--vopt-muted)")
    }
    assert [row["between"] for row in spec["datasets"]["rows"]] == ["+5.0% to +15%", "−6.0% to +2.0%"]


@pytest.mark.parametrize("wild", [float("nan"), float("inf"), None])
def test_a_change_that_is_no_number_is_left_out(wild: Any) -> None:
    rows = CHANGES.with_columns(high=pl.Series([wild, 0.02], dtype=pl.Float64))
    assert [row["title"] for row in spec_of(changes_with_intervals(rows, EN))["datasets"]["rows"]] == ["Nike"]
