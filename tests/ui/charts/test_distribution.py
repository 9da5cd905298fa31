"""How many listings ask which price."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.ui.charts.specs import named, spec_of, steps_of
from vopt_lib.ui.charts import price_distribution
from vopt_lib.ui.charts.show import band_of
from vopt_lib.words import Words

EN = Words("en")
BINS = pl.DataFrame({"price_from": [0.0, 10.0, 20.0], "price_to": [10.0, 20.0, None], "listings": [5, 1200, 7]})


def rows(name: str, **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec_of(price_distribution(BINS, EN, **given))["datasets"][name]
    return found


def test_a_band_open_above_is_as_wide_as_the_one_before_and_says_so() -> None:
    assert [(row["drawn_to"], row["band"]) for row in rows("bins")] == [
        (10.0, "€0.00 – €10.00"),
        (20.0, "€10.00 – €20.00"),
        (30.0, "from €20.00"),
    ]


@pytest.mark.parametrize(
    ("picked", "back"),
    [(None, [False, False, False]), ((10.0, 20.0), [True, False, True]), ((10.0, None), [True, False, False])],
)
def test_the_bars_that_are_not_picked_step_back(picked: Any, back: list[bool]) -> None:
    assert [row["steps_back"] for row in rows("bins", picked=picked)] == back


@pytest.mark.parametrize(
    ("mine", "at", "said", "is_here"),
    [
        (12.5, 12.5, "your price €12.50", True),
        (35.0, 35.0, "your price €35", True),
        (300.0, 30.0, "your price €300 →", False),
    ],
    ids=["among the bars", "a little beyond", "far beyond"],
)
def test_her_price_is_marked_or_pointed_to(mine: float, at: float, said: str, is_here: bool) -> None:
    (mark,) = rows("marks", mine=mine)
    assert (mark["at"], mark["said"], mark["is_here"]) == (at, said, is_here)


@pytest.mark.parametrize(
    ("median", "mine", "stand"),
    [
        (5.0, 8.0, [(1, False), (0, False)]),
        (20.0, 25.0, [(0, True), (1, True)]),
        (5.0, 25.0, [(0, False), (1, True)]),
    ],
    ids=["both left", "both right", "far apart"],
)
def test_no_label_stands_across_the_other_line(median: float, mine: float, stand: list[tuple[int, bool]]) -> None:
    assert [(mark["row"], mark["to_left"]) for mark in rows("marks", median=median, mine=mine)] == stand


def test_counts_begin_at_zero_in_whole_steps() -> None:
    chart = price_distribution(BINS, EN)
    assert steps_of(chart, ",.0f") == [0, 500, 1000, 1500]
    assert "listings" in named(spec_of(chart), "title")


@pytest.mark.parametrize(
    ("told", "band"),
    [
        ({}, None),
        ({"picked": {}}, None),
        ({"picked": {"vlPoint": {"or": [{"price_from": 10, "price_to": 20, "is_picked": False}]}}}, (10, 20)),
        ({"picked": {"vlPoint": {"or": [{"price_from": 20, "price_to": None, "is_picked": False}]}}}, (20, None)),
        ({"picked": {"vlPoint": {"or": [{"price_from": 10, "price_to": 20, "is_picked": True}]}}}, None),
    ],
    ids=["nothing yet", "let go", "a bar", "the bar open above", "the picked bar again"],
)
def test_a_click_picks_a_band_and_a_second_one_lets_it_go(told: dict[str, Any], band: Any) -> None:
    assert band_of(told) == band
