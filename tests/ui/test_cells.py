"""How single values are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.tile import Better
from vopt_lib.ui.cells import any_value, change_mark, condition_words, digits_needed, is_visible
from vopt_lib.words import Language, Words


@pytest.mark.parametrize(
    ("change", "better", "told", "colour"),
    [
        (0.034, "up", "+3.4% (better)", "is-good"),
        (-0.034, "up", "−3.4% (worse)", "is-bad"),
        (-0.034, "down", "−3.4% (better)", "is-good"),
        (0.034, "down", "+3.4% (worse)", "is-bad"),
        (0.25, "neither", "+25%", None),
        (0.0, "up", "0%", None),
        (-0.0001, "down", "0%", None),
    ],
)
def test_a_change_has_its_sign_and_says_whether_it_is_better(
    change: float, better: Better, told: str, colour: str | None
) -> None:
    mark = seen(change_mark(change, Words("en"), better))
    assert text_of(mark) == told
    assert mark.xpath("./span/@class") == [f"vopt-change {colour}" if colour else "vopt-change"]
    assert len(mark.xpath(".//svg[@aria-hidden='true']")) == 1


@pytest.mark.parametrize("change", [None, float("nan"), float("inf")])
def test_an_unknown_change_is_a_dash(change: float | None) -> None:
    assert change_mark(change, Words("it"), "up") == "–"


@pytest.mark.parametrize(
    ("language", "condition_id", "told"),
    [
        ("it", 2, "Ottime"),
        ("en", 2, "Very good"),
        ("it", 6, "Nuovo con cartellino"),
        ("en", None, "–"),
        ("en", 99, "condition 99"),
    ],
)
def test_a_condition_is_told_in_words(language: Language, condition_id: int | None, told: str) -> None:
    assert condition_words(condition_id, Words(language)) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "–"),
        (1234567, "1.234.567"),
        (Decimal("1234.50"), "1.234,50"),
        (float("nan"), "nan"),
        (True, "yes"),
        (date(2026, 11, 21), "21 nov 2026"),
        (datetime(2026, 11, 21, 7, 31), "21 nov 2026 07:31"),  # noqa: DTZ001 - a query may give one without a zone
        (["Zara", None], "Zara, –"),
        ([], "–"),
        ({"a": 1, "b": [2, 3]}, "a: 1, b: 2, 3"),
        (b"\x00\xff", "00 ff"),
        (b"x" * 99, "78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 78 …"),
        (timedelta(hours=3), "3:00:00"),
        ("=1+1\n\u202e<b>", "=1+1 <b>"),
    ],
    ids=str,
)
def test_whatever_a_query_gives_is_one_line(value: object, told: str) -> None:
    words = Words("it")
    assert any_value(value, words).replace("sì", "yes") == told


def test_a_moment_with_a_zone_is_told_in_this_machines() -> None:
    at = datetime(2026, 11, 21, 7, 31, tzinfo=UTC)
    assert any_value(at, Words("en")) == Words("en").moment(at)


@pytest.mark.parametrize(
    ("values", "digits"),
    [([1.0, 2.0], 0), ([1.5], 1), ([13.5, 9.25], 2), ([0.12345], 4), ([1 / 3], 4), ([None, float("nan")], 0)],
    ids=str,
)
def test_a_column_of_numbers_has_as_many_decimals_as_it_needs(values: list[float | None], digits: int) -> None:
    assert digits_needed(values) == digits


@pytest.mark.parametrize(
    ("text", "is_it"), [("a", True), ("👗", True), ("فستان", True), ("\u200b\u2060", False), (" ", False), ("", False)]
)
def test_a_text_is_visible_when_a_letter_of_it_is(text: str, is_it: bool) -> None:
    assert is_visible(text) is is_it
