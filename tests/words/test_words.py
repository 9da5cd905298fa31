"""How numbers, money, dates and sentences come out in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from vopt_lib.errors import PortTaken, RateLimited, UnknownTerm
from vopt_lib.words import Language, Words, reader_language


@pytest.mark.parametrize(
    ("language", "value", "digits", "expected"),
    [
        ("en", 1234567, 0, "1,234,567"),
        ("it", 1234567, 0, "1.234.567"),
        ("it", 1234, 0, "1.234"),
        ("en", 2.5, 1, "2.5"),
        ("it", 2.5, 1, "2,5"),
        ("it", Decimal("0.125"), 2, "0,12"),
        ("en", -3, 0, "-3"),
    ],
)
def test_a_number_has_the_readers_separators(
    language: Language, value: float | Decimal, digits: int, expected: str
) -> None:
    assert Words(language).number(value, digits) == expected


@pytest.mark.parametrize(
    ("language", "amount", "currency", "expected"),
    [
        ("en", Decimal("1234.5"), "EUR", "€1,234.50"),
        ("it", Decimal("1234.5"), "EUR", "1.234,50\xa0€"),
        ("it", 7, "EUR", "7,00\xa0€"),
        ("it", Decimal("5.20"), "PLN", "5,20\xa0PLN"),
        ("en", Decimal("5.20"), "GBP", "£5.20"),
    ],
)
def test_money_has_two_decimals_and_its_sign_where_the_reader_puts_it(
    language: Language, amount: Decimal, currency: str, expected: str
) -> None:
    assert Words(language).money(amount, currency) == expected


@pytest.mark.parametrize(
    ("language", "share", "digits", "expected"),
    [("en", 0.256, 0, "26%"), ("it", 0.256, 1, "25,6%"), ("it", 1, 0, "100%")],
)
def test_a_share_becomes_a_percentage(language: Language, share: float, digits: int, expected: str) -> None:
    assert Words(language).percent(share, digits) == expected


@pytest.mark.parametrize(("language", "expected"), [("en", "21 Nov 2026"), ("it", "21 nov 2026")])
def test_a_day_has_its_month_as_a_word(language: Language, expected: str) -> None:
    assert Words(language).day(date(2026, 11, 21)) == expected


def test_a_moment_is_told_in_the_readers_zone() -> None:
    moment = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert Words("it").moment(moment, ZoneInfo("Europe/Rome")) == "22 nov 2026 00:30"
    assert Words("en").moment(moment, UTC) == "21 Nov 2026 23:30"


def test_numbers_and_days_in_a_sentence_come_out_in_the_readers_form() -> None:
    said = Words("it").say("{n} on {day}", n=12345, day=date(2026, 5, 1))
    assert said == "12.345 on 1 mag 2026"


def test_a_fact_with_its_own_format_keeps_it() -> None:
    assert Words("it").say("{port:d}", port=8421) == "8421"


def test_a_missing_fact_stays_visible() -> None:
    assert Words("en").say("{n} of {total}", n=1) == "1 of {total}"


def test_braces_in_a_fact_are_text() -> None:
    assert Words("en").say("“{name}”", name="{n} {0}") == "“{n} {0}”"


def test_a_sentence_without_facts_may_hold_braces() -> None:
    assert Words("en").say("{tld} is the market's") == "{tld} is the market's"


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        ("en", 1, "1 sighting"),
        ("en", 0, "0 sightings"),
        ("en", 1200, "1,200 sightings"),
        ("it", 1, "1 avvistamento"),
        ("it", 1200, "1.200 avvistamenti"),
    ],
)
def test_one_is_singular_and_anything_else_plural(language: Language, n: int, expected: str) -> None:
    assert Words(language).count("{n} sighting", "{n} sightings", n) == expected


def test_an_error_is_told_in_the_readers_language() -> None:
    error = PortTaken(port=8421, setting="VOPT_SIMULATOR_PORT")
    assert str(error) == "Port 8421 is used by another program. Choose another one with VOPT_SIMULATOR_PORT."
    assert Words("it").error(error).startswith("La porta 8421 è usata da un altro programma.")


def test_a_reason_inside_an_error_is_told_in_the_same_language() -> None:
    error = RateLimited(host="www.vinted.it", seconds=3600)
    assert "3.600 secondi" in Words("it").error(error)


@pytest.mark.parametrize("word", ["Home", "day", "New", "Name"])
def test_a_word_of_somebody_else_is_never_translated(word: str) -> None:
    assert Words("it").say("“{name}”, {near}, {what}", name=word, near=word, what=word) == f"“{word}”, {word}, {word}"


def test_a_word_of_ours_inside_an_error_is_told_in_the_same_language() -> None:
    error = UnknownTerm(kind="brand", name="brand", near="nothing vopt knows")
    assert Words("it").error(error) == "Non trovo il brand “brand”. Di simile c'è: niente che vopt conosca."


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "it_IT.UTF-8"}, "it"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "it_IT.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "VOPT_LANGUAGE": "it"}, "it"),
        ({"LC_MESSAGES": "it_CH.UTF-8", "LANG": "de_CH.UTF-8"}, "it"),
        ({"LANG": "C"}, "en"),
        ({"LANG": ""}, "en"),
    ],
)
def test_the_language_is_the_setting_else_the_locale_else_english(environ: dict[str, str], expected: Language) -> None:
    assert reader_language(environ) == expected


@pytest.mark.parametrize(("language", "whole", "cents"), [("it", "16\xa0€", "15,50\xa0€"), ("en", "€16", "€15.50")])
def test_money_is_rounded_to_as_many_digits_as_asked(language: Language, whole: str, cents: str) -> None:
    assert (Words(language).money(16, digits=0), Words(language).money(15.5)) == (whole, cents)
