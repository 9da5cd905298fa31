"""A language's forms, told to charts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vopt_lib.words import LANGUAGES, Words
from vopt_lib.words.forms import date_form, number_form


@pytest.mark.parametrize(
    ("language", "decimal", "thousands", "currency"),
    [("it", ",", ".", ["", "\xa0€"]), ("en", ".", ",", ["€", ""])],
)
def test_numbers_have_the_separators_and_the_sign_of_the_language(
    language: Any, decimal: str, thousands: str, currency: list[str]
) -> None:
    form = number_form(language)
    assert (form["decimal"], form["thousands"], form["currency"]) == (decimal, thousands, currency)


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_are_named_as_in_our_sentences(language: Any) -> None:
    months = date_form(language)["shortMonths"]
    assert [Words(language).day(date(2026, month, 1)).split()[1] for month in range(1, 13)] == months


@pytest.mark.parametrize(("language", "sunday", "monday"), [("it", "domenica", "lunedì"), ("en", "Sunday", "Monday")])
def test_the_week_begins_on_sunday_as_d3_counts_it(language: Any, sunday: str, monday: str) -> None:
    assert date_form(language)["days"][:2] == [sunday, monday]
