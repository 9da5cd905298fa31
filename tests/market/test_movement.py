"""How the newest week is compared with the one before it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from vopt_lib.market.movement import movements, trends, usual_days

SCHEMA = {
    "group": pl.String,
    "day": pl.Date,
    "seen": pl.Int64,
    "price_eur_median": pl.Float64,
    "new": pl.Int64,
    "gone": pl.Int64,
    "price_cuts": pl.Int64,
}


def days(*rows: tuple[str, int, float | None, int | None]) -> pl.DataFrame:
    told = [(group, date(2026, 11, day), 100 + day, median, 2, gone, 1) for group, day, median, gone in rows]
    return pl.DataFrame(told, schema=SCHEMA, orient="row")


def test_each_group_is_compared_with_its_own_week_before() -> None:
    rows = [("jeans", day, 20.0 if day < 8 else 22.0, None if day > 12 else 1) for day in range(1, 15)]
    row = movements(days(*rows, ("borse", 3, 9.0, 0)), by=["group"]).row(1, named=True)
    assert row == {
        "group": "jeans",
        "day": date(2026, 11, 14),
        "seen": 114,
        "median": 22.0,
        "change": pytest.approx(0.1),
        "new": 14,
        "gone": 7,
        "price_cuts": 7,
        "gone_days": 7,
        "gone_until": date(2026, 11, 12),
    }


def test_a_day_that_saw_much_less_than_usual_is_compared_with_nothing() -> None:
    """A search that broke off shows the newest listings only, and those ask other prices."""
    rows = days(*[("borse", day, 90.0 if day == 5 else 20.0, 1) for day in range(1, 15)])
    broken_off = rows.with_columns(seen=pl.when(pl.col("day") == date(2026, 11, 5)).then(40).otherwise("seen"))
    assert movements(broken_off, by=["group"])["change"].to_list() == [0.0]
    assert movements(rows, by=["group"])["change"][0] < -0.3
    assert usual_days(broken_off, by=["group"]).height == 13
    assert trends(broken_off, by=["group"])["trend"].to_list() == [[*[20.0] * 4, None, *[20.0] * 9]]


def test_a_week_alone_has_no_movement_and_an_unknown_count_is_no_zero() -> None:
    row = movements(days(("borse", 3, 9.0, None)), by=["group"]).row(0, named=True)
    assert (row["change"], row["gone"], row["gone_days"], row["median"]) == (None, None, 0, 9.0)


def test_a_day_whose_newest_figure_is_missing_has_no_median() -> None:
    row = movements(days(("borse", 3, 9.0, None), ("borse", 4, None, None)), by=["group"]).row(0, named=True)
    assert (row["day"], row["median"]) == (date(2026, 11, 4), None)


def test_a_trend_has_a_place_for_every_day_and_nothing_where_nothing_is_known() -> None:
    told = trends(days(("jeans", 1, 20.0, 0), ("jeans", 4, 21.0, 0), ("borse", 2, 9.0, 0)), by=["group"])
    expected = {"group": ["borse", "jeans"], "trend": [[None, 9.0, None, None], [20.0, None, None, 21.0]]}
    assert_frame_equal(told, pl.DataFrame(expected))


def test_no_days_have_no_movement_and_no_trend() -> None:
    assert movements(days(), by=["group"]).is_empty()
    assert trends(days(), by=["group"]).is_empty()
