"""Told chances, held against what happened."""

from __future__ import annotations

import polars as pl
import pytest

from vopt_lib.pricing.calibration import CALIBRATION, tenths, worst_gap


def test_each_tenth_is_told_apart_the_lowest_first() -> None:
    told = pl.Series([n / 20 for n in range(20)]).reverse()
    found = tenths(told, (told >= 0.5).cast(pl.Float64))
    assert dict(found.schema) == CALIBRATION
    assert found["tenth"].to_list() == list(range(1, 11))
    assert found["listings"].to_list() == [2] * 10
    assert found.row(0) == (1, 2, pytest.approx(0.025), 0.0)
    assert found["happened"].to_list() == [0.0] * 5 + [1.0] * 5


def test_the_worst_tenth_is_the_one_that_is_furthest_off() -> None:
    rows = pl.DataFrame(
        {"tenth": [1, 2], "listings": [5, 5], "told": [0.1, 0.5], "happened": [0.15, 0.3]}, schema=CALIBRATION
    )
    assert worst_gap(rows) == pytest.approx(0.2)
