"""Amounts and days in every form that Italians and programs write; nothing is guessed that can mean two things."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.imports.cells import amount, day, moment, whole
from vopt_lib.schema.own_records import Amount


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("12", "12.00", None),
        ("12,5", "12.50", None),
        ("€ 12.50", "12.50", "EUR"),
        ("12,50 euro", "12.50", "EUR"),
        ("1.234,50 €", "1234.50", "EUR"),
        ("1,234.50", "1234.50", None),
        ("1.234", "1234.00", None),
        ("1 234,5", "1234.50", None),
        ("1\N{NARROW NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}€", "1234.50", "EUR"),
        ("1'234.50 CHF", "1234.50", "CHF"),
        ("£7", "7.00", "GBP"),
        ("0,00", "0.00", None),
        ("'12,50", None, None),
        ("12,345", "12345.00", None),
        ("0,123", None, None),
        ("12,50,30", None, None),
        ("1.23.45", None, None),
        ("12 50", None, None),
        ("-3", None, None),
        ("(3,00)", None, None),
        ("12 pesos", None, None),
        ("€ 12 $", None, None),
        ("gratis", None, None),
        ("12345678901", None, None),
    ],
)
def test_money_is_read_or_refused(text: str, value: str | None, currency: str | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match=r"."):
            amount(text)
    else:
        assert amount(text) == Amount(Decimal(value), currency)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "n/d", None])
def test_nothing_is_nothing(text: str | None) -> None:
    assert (amount(text), day(text), moment(text), whole(text)) == (None, None, None, None)


def test_what_a_spreadsheet_has_counted_out_is_whole_cents() -> None:
    assert amount(Decimal("12.299999999999999")) == Amount(Decimal("12.30"), None)


@pytest.mark.parametrize(
    "text",
    [
        *("20/11/2026", "20-11-26", "20.11.2026", "2026-11-20", "2026/11/20", "20 nov 2026", "20 Novembre 2026"),
        *("20-nov-26", "Nov 20, 2026", "20/11/2026 09:30", "2026-11-20T09:30:00+0100", "46346"),
    ],
)
def test_a_day_is_read_in_all_its_forms(text: str) -> None:
    assert day(text) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20/11/2026 09:30", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("20/07/2026, 09.30", datetime(2026, 7, 20, 7, 30, tzinfo=UTC)),
        ("20 luglio 2026 alle 9:30", datetime(2026, 7, 20, 7, 30, tzinfo=UTC)),
        ("2026-11-20 09:30:15 +0100", datetime(2026, 11, 20, 8, 30, 15, tzinfo=UTC)),
        ("2026-11-20T08:30:15.123Z", datetime(2026, 11, 20, 8, 30, 15, tzinfo=UTC)),
        ("20/11/2026", datetime(2026, 11, 20, 11, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_italys(text: str, at: datetime) -> None:
    assert moment(text) == at


@pytest.mark.parametrize(
    "text", ["31/02/2026", "11/20/2026", "20/11/1026", "20/11", "2026", "ieri", "20/11/2026 25:00", "20/11/2026 boh"]
)
def test_a_day_that_there_is_not_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moment(text)


@given(st.text(max_size=40))
def test_whatever_stands_in_a_cell_it_is_read_or_refused(text: str) -> None:
    for read in (amount, day, moment, whole):
        try:
            read(text)
        except (ValueError, OverflowError):
            continue


@given(st.decimals(0, 999_999, places=2), st.sampled_from(["", "€", " EUR"]))
def test_an_amount_comes_back_from_italian_and_english_form(value: Decimal, sign: str) -> None:
    expected = Amount(value, "EUR" if sign else None)
    assert amount(f"{value:,.2f}{sign}") == expected
    assert amount(f"{value:,.2f}".translate(str.maketrans(",.", ".,")) + sign) == expected
