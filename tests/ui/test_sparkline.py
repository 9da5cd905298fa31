"""How a row of numbers becomes a small line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.pieces import seen
from vopt_lib.ui.sparkline import HEIGHT, WIDTH, sparkline


def paths(values: list[float | None]) -> list[str]:
    return seen(sparkline(values)).xpath("//path/@d")


def test_the_newest_value_is_a_dot_at_the_end_of_the_line() -> None:
    assert paths([1, 3, 2]) == ["M0 25L50 3L100 14", "M100 14h0"]


def test_a_missing_value_is_a_gap() -> None:
    assert paths([1, 2, None, 2, 1]) == ["M0 25L25 3 M75 3L100 25", "M100 25h0"]


def test_a_value_alone_between_gaps_is_a_dot() -> None:
    assert paths([1, None, 2, None, 1])[0] == "M0 25h0 M50 3h0 M100 25h0"


def test_the_dot_stands_at_the_last_known_value() -> None:
    assert paths([1, 2, None])[1] == "M50 3h0"


def test_values_that_do_not_move_are_a_line_in_the_middle() -> None:
    assert paths([5, 5])[0] == "M0 14L100 14"


@pytest.mark.parametrize("values", [[], [1], [None, None], [None, 3], [float("nan"), 1]], ids=str)
def test_fewer_than_two_values_are_no_line(values: list[float | None]) -> None:
    assert sparkline(values) == ""


def test_screen_readers_skip_it() -> None:
    assert seen(sparkline([1, 2])).xpath("//svg/@aria-hidden") == ["true"]


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40))
def test_no_point_lies_outside_the_picture(values: list[float | None]) -> None:
    for path in paths(values) if sparkline(values) else []:
        points = path.replace("h0", "").replace("M", " ").replace("L", " ").split()
        assert all(0 <= float(across) <= WIDTH for across in points[::2])
        assert all(0 <= float(down) <= HEIGHT for down in points[1::2])
