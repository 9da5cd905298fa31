"""This is where a language's forms of numbers and dates are told to what writes them on its own: the charts."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from vopt_lib.words import Language


@cache
def number_form(language: Language, currency: str = "EUR") -> dict[str, Any]:
    """Separators and currency sign. Source: Babel; shape: https://d3js.org/d3-format#formatLocale."""
    from babel import Locale, numbers

    pattern = Locale(language).currency_formats["standard"].pattern
    sign = numbers.get_currency_symbol(currency, locale=language)
    before, after = re.split(r"[#0.,]+", pattern.partition(";")[0].replace("¤", sign))
    return {
        "decimal": numbers.get_decimal_symbol(language),
        "thousands": numbers.get_group_symbol(language),
        "grouping": [3],
        "currency": [before, after],
        "minus": numbers.get_minus_sign_symbol(language),
    }


@cache
def date_form(language: Language) -> dict[str, Any]:
    """Names of months and days, and dates as `Words.day` and `Words.moment` write them.

    Source: Babel; shape: https://d3js.org/d3-time-format#timeFormatLocale (its week begins on Sunday).
    """
    from babel import Locale

    locale = Locale(language)
    periods = locale.day_periods["format"]["abbreviated"]
    weekdays = (6, 0, 1, 2, 3, 4, 5)
    return {
        "dateTime": "%-d %b %Y %H:%M",
        "date": "%-d %b %Y",
        "time": "%H:%M",
        "periods": [periods["am"], periods["pm"]],
        "days": [locale.days["format"]["wide"][day] for day in weekdays],
        "shortDays": [locale.days["format"]["abbreviated"][day] for day in weekdays],
        "months": [locale.months["format"]["wide"][month] for month in range(1, 13)],
        "shortMonths": [locale.months["format"]["abbreviated"][month] for month in range(1, 13)],
    }
