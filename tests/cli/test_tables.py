"""Rows on a screen: side by side where they fit, else one below the other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from vopt_lib.cli.tables import SHOWN, cell, on_screen

ROWS = pl.DataFrame({"title": ["Abito rosso", "Gonna"], "price": [12.5, None]})


@pytest.mark.parametrize("room", [None, 19, 80], ids=["a file", "just enough", "a terminal"])
def test_what_fits_stands_side_by_side_with_numbers_on_the_right(room: int | None) -> None:
    assert on_screen(ROWS, room) == [
        "title        price",
        "Abito rosso   12.5",
        "Gonna            –",
    ]


def test_what_is_too_wide_stands_one_below_the_other() -> None:
    assert on_screen(ROWS, 17) == ["title  Abito rosso", "price  12.5", "", "title  Gonna", "price  –", ""]


def test_only_the_first_rows_are_shown() -> None:
    assert len(on_screen(pl.DataFrame({"n": range(SHOWN + 5)}), 80)) == SHOWN + 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (Decimal("1.50"), "1.50"),
        (datetime(2026, 1, 1, 10, tzinfo=UTC), "2026-01-01 10:00:00+00:00"),
        (date(2026, 1, 1), "2026-01-01"),
        (22.994999999999997, "22.995"),
        (0.00012345678, "0.0001235"),
        (float("nan"), "nan"),
        ([1, None], "[1, –]"),
        (b"\x00\xff", "00ff"),
        ("two\nlines\x1b", "two lines�"),
        ("", ""),
    ],
)
def test_a_value_is_one_harmless_line(value: object, shown: str) -> None:
    assert cell(value) == shown
