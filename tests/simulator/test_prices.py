from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.simulator.offers import Conversion, buyer_fee
from vopt_lib.simulator.prices import asking, conversion_of, converted_cents, rounded_cents, season


@pytest.mark.parametrize(
    ("price", "cohort", "fee"),
    [("6.00", 0, "1.00"), ("20.00", 1, "1.75"), ("12.00", 2, "1.12"), ("9.99", 0, "1.20")],
)
def test_each_fee_cohort_has_its_own_formula(price: str, cohort: int, fee: str) -> None:
    assert buyer_fee(Decimal(price), cohort) == Decimal(fee)


def test_people_round_to_whole_half_and_ninety_nine() -> None:
    style = np.array([0.1, 0.5, 0.8, 0.9])
    assert rounded_cents(np.full(4, 17.3), style).tolist() == [1700, 1500, 1750, 1699]


def test_prices_near_ten_crowd_at_ten() -> None:
    assert rounded_cents(np.array([8.8, 10.4, 11.3]), np.full(3, 0.5)).tolist() == [1000, 1000, 1000]


@given(st.floats(0.01, 9_000.0), st.floats(0.0, 0.999))
def test_nobody_asks_less_than_a_euro(eur: float, style: float) -> None:
    assert rounded_cents(np.array([eur]), np.array([style]))[0] >= 100


def test_a_foreign_seller_thinks_in_round_amounts_of_her_currency() -> None:
    shown = int(converted_cents(np.array([12.0]), np.array([0.233]))[0])
    assert shown == 1200
    assert conversion_of(shown, "PLN") == Conversion(Decimal("50.00"), "PLN", Decimal("0.233"), Decimal("0.03"))
    assert conversion_of(1200, "EUR") is None


def test_asked_prices_only_fall_and_some_never_do() -> None:
    asked = asking(np.random.default_rng(1), np.full(5_000, 20.0), np.ones(5_000))
    assert (np.diff(asked.cents, axis=1) <= 0).all()
    assert np.isinf(asked.cut_days[:, 0]).mean() == pytest.approx(0.40, abs=0.03)
    assert asked.cut_days.min() > 5.0


def test_things_are_dearest_in_their_month() -> None:
    middle_of_january, middle_of_july = 15.2, 197.8
    swing = season(np.array([middle_of_january, middle_of_july]), np.array([1.0, 1.0]), np.array([0.2, 0.2]))
    assert swing == pytest.approx([0.2, -0.2], abs=0.001)
