"""Prices are understood as Italians and as programmers write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.schema.price import price_of, short_price
from vopt_lib.words import LANGUAGES, Words


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12", "12"),
        (" 12,50 ", "12.50"),
        ("12.50", "12.50"),
        ("12,5", "12.5"),
        ("€ 12", "12"),
        ("12,00 €", "12"),
        ("1.250", "1250"),
        ("1,250.90", "1250.90"),
        ("1.250,90 euro", "1250.90"),
        ("1 250", "1250"),
        ("0", "0"),
        ("100000", "100000"),
    ],
)
def test_a_price_is_understood_in_either_habit(written: str, amount: str) -> None:
    assert price_of(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written", ["", "-5", "abc", "1e5", "NaN", "5-30", "100000,01", "9" * 40, "١٢", "12,50 $", "1.25.0"]
)
def test_what_is_no_price_is_none(written: str) -> None:
    assert price_of(written) is None


@given(st.text())
def test_any_text_is_a_price_or_none(written: str) -> None:
    price = price_of(written)
    assert price is None or price >= 0


@given(st.decimals(0, 100_000, places=2))
def test_what_is_shown_is_understood(price: Decimal) -> None:
    for language in LANGUAGES:
        assert price_of(Words(language).number(price, 2)) == price
        assert price_of(Words(language).money(price)) == price
    assert price_of(short_price(price) or "") == price
