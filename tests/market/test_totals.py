"""The days of several places together: nothing that is not known is taken for nothing."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from vopt_lib.market.totals import Week, day_totals, newest_week, share_of_all, trend

FIRST = date(2026, 11, 1)


def place_days(place: str, *seen: int | None, first: date = FIRST) -> pl.DataFrame:
    """A place that saw so many on consecutive days; None: it was not collected."""
    rows = [
        {"place": place, "day": first + timedelta(days=n), "seen": count, "new": 1, "gone": None, "price_cuts": 2}
        for n, count in enumerate(seen)
        if count is not None
    ]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(("seen", "new", "gone", "price_cuts"), pl.Int64))


def seen_by_day(*places: pl.DataFrame) -> list[int | None]:
    return day_totals(pl.concat(places))["seen"].to_list()


def test_places_are_added_up_day_by_day() -> None:
    assert_frame_equal(
        day_totals(pl.concat([place_days("a", 10, 20), place_days("b", 1, 2)])),
        pl.DataFrame(
            {
                "day": [FIRST, FIRST + timedelta(days=1)],
                "places": [2, 2],
                "seen": [11, 22],
                "new": [2, 2],
                "gone": pl.Series([None, None], dtype=pl.Int64),
                "price_cuts": [4, 4],
            }
        ),
    )


def test_a_day_that_one_place_missed_is_not_known() -> None:
    assert seen_by_day(place_days("a", 10, None, 30), place_days("b", 1, 2, 3)) == [11, None, 33]


def test_a_place_counts_from_its_first_to_its_last_day() -> None:
    later = place_days("b", 5, first=FIRST + timedelta(days=1))
    assert seen_by_day(place_days("a", 10, 20, 30), later) == [10, 25, 30]


def test_a_day_that_nobody_collected_is_a_hole_and_not_left_out() -> None:
    assert seen_by_day(place_days("a", 10, None, 30)) == [10, None, 30]


def test_no_days_are_no_totals() -> None:
    assert day_totals(place_days("a", 1).clear()).is_empty()


def totals(*new: int | None) -> pl.DataFrame:
    days = [FIRST + timedelta(days=n) for n in range(len(new))]
    return pl.DataFrame({"day": days, "places": 2, "new": pl.Series(new, dtype=pl.Int64)})


@pytest.mark.parametrize(
    ("new", "week"),
    [
        ((1,) * 6, None),
        ((1,) * 7, Week(7, date(2026, 11, 7), None)),
        ((1,) * 13, Week(7, date(2026, 11, 13), None)),
        ((1,) * 7 + (2,) * 7, Week(14, date(2026, 11, 14), 1.0)),
        ((0,) * 7 + (2,) * 7, Week(14, date(2026, 11, 14), None)),
        ((1,) * 7 + (None, *(2,) * 7, None, None), Week(14, date(2026, 11, 15), 1.0)),
    ],
    ids=["too few", "no week before", "half a week before", "two weeks", "from nothing", "days that are not known"],
)
def test_a_week_is_the_newest_seven_known_days(new: tuple[int | None, ...], week: Week | None) -> None:
    assert newest_week(totals(*new), "new") == week


def test_a_place_that_joined_makes_no_week_grow() -> None:
    days = pl.concat([place_days("a", *[10] * 14), place_days("b", *[10] * 4, first=FIRST + timedelta(days=10))])
    assert newest_week(day_totals(days), "seen") == Week(110, FIRST + timedelta(days=13), None)


@pytest.mark.parametrize(
    ("seen", "shares", "share"),
    [
        ([300, 100], [0.75, 1.0], 0.8),
        ([300, 100], [0.75, None], None),
        ([300, 0], [0.75, None], 0.75),
        ([300], [1.02], 1.0),
        ([], [], None),
    ],
    ids=["together", "one is not known", "one is empty", "more than was counted", "none"],
)
def test_the_share_of_all_rests_on_every_place(
    seen: list[int], shares: list[float | None], share: float | None
) -> None:
    places = pl.DataFrame({"seen": seen, "share_seen": shares}, schema={"seen": pl.Int64, "share_seen": pl.Float64})
    assert share_of_all(places) == share


def test_a_trend_ends_with_the_newest_known_day_and_keeps_its_gaps() -> None:
    assert trend(totals(1, None, 3, None, None), "new") == [1.0, None, 3.0]
    assert trend(totals(None, None), "new") == ()
