"""The curve of what is still unsold."""

from __future__ import annotations

from typing import Any

import polars as pl

from tests.ui.charts.specs import spec_of
from vopt_lib.ui.charts import survival_curve, survival_key
from vopt_lib.ui.charts.survival import LONGEST_DAYS
from vopt_lib.words import Words

EN = Words("en")


def curve(ages: list[float], unsold: list[float]) -> pl.DataFrame:
    return pl.DataFrame({"age": ages, "unsold": unsold, "unsold_low": unsold, "unsold_high": unsold})


FALLING = curve([0.0, 10.0, 20.0], [1.0, 0.6, 0.4])


def rows_of(name: str, **options: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec_of(survival_curve(FALLING, EN, **options))["datasets"][name]
    return rows


def test_the_median_is_marked_and_said() -> None:
    (mark,) = rows_of("half", median=12.4)
    assert (mark["age"], mark["unsold"], mark["said"], mark["to_left"]) == (12.4, 0.5, "half sold in 12 days", True)


def test_a_median_that_is_not_known_or_not_drawn_has_no_mark() -> None:
    assert rows_of("half") == []
    assert rows_of("half", median=50.0) == []


def test_a_second_curve_is_drawn_with_it() -> None:
    assert len(rows_of("usual", usual=FALLING)) == 3
    assert rows_of("usual") == []
    assert "all brands" in survival_key(EN, usual="all brands")


def test_ages_after_a_quarter_are_not_drawn() -> None:
    drawn = spec_of(survival_curve(curve([0.0, LONGEST_DAYS, LONGEST_DAYS + 1], [1.0, 0.5, 0.4]), EN))
    assert len(drawn["datasets"]["ages"]) == 2


def test_it_says_what_it_shows() -> None:
    said = spec_of(survival_curve(FALLING, EN, median=12.4))["description"]
    assert said.endswith("After 20 days, 40% are unsold. Half are sold within 12 days.")
