"""How told and asked prices agree, drawn."""

from __future__ import annotations

import pytest

from tests.price_rules import CARD
from tests.ui.charts.specs import spec_of
from vopt_lib.ui.charts.calibration import calibration_key, shares_below, told_and_asked
from vopt_lib.words import Words

EN = Words("en")


def test_each_band_is_one_point_of_told_and_asked() -> None:
    bands = spec_of(told_and_asked(CARD.calibration, EN))["datasets"]["bands"]
    assert [(band["told"], band["asked"]) for band in bands] == [
        (6.0, 6.48), (12.0, 12.24), (21.0, 20.79), (60.0, 55.8),
    ]  # fmt: skip


def test_each_band_has_three_shares() -> None:
    bands = spec_of(shares_below(CARD.calibration, EN))["datasets"]["bands"]
    assert len(bands) == 12
    assert {band["end"] for band in bands} == {"low", "middle", "high"}


def test_it_says_where_they_are_farthest_apart() -> None:
    said = spec_of(told_and_asked(CARD.calibration, EN))["description"]
    assert said.endswith("They are farthest apart where €6.00 is told and €6.48 asked.")


@pytest.mark.parametrize("chart", [told_and_asked, shares_below])
def test_without_bands_nothing_is_drawn_and_nothing_breaks(chart) -> None:  # type: ignore[no-untyped-def]
    assert spec_of(chart((), EN))["datasets"]["bands"] == []


def test_the_key_says_what_was_found_and_meant() -> None:
    made = calibration_key(EN, found="found", meant="meant")
    assert "found" in made
    assert "meant" in made
