"""This is where everything vopt says becomes Italian or English.

English sentences are the message ids (gettext). Code marks them with `N_`, an edge (page, command, report) renders them
with a `Words` of the reader's language: there is no process-wide language, because one server speaks to several people.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from vopt_lib.errors import VoptError

Language = Literal["it", "en"]
LANGUAGES: tuple[Language, ...] = ("it", "en")
LOCALE_DIR = Path(__file__).parent / "locale"

_OURS = frozenset({"kind", "share", "why", "work"})
"""Facts that may be a single word of ours. Any other single word is somebody's: a brand called Home, a column day."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name, so that Babel extracts it
    """The sentence itself, marked for translation."""
    return sentence


def reader_language(environ: Mapping[str, str] | None = None) -> Language:
    """The language to speak to whoever started this process: VOPT_LANGUAGE, else the locale, else English."""
    environ = os.environ if environ is None else environ
    for name in ("VOPT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = environ.get(name, "")[:2].lower()
        if code in LANGUAGES:
            return code
        if code:
            return "en"
    return "en"


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("vopt", LOCALE_DIR, [language])


def _is_marked(name: str, text: str) -> bool:
    """Whether this fact is a sentence of vopt's own, which a person's text never is."""
    return (" " in text or name in _OURS) and bool(text) and _translations("it").gettext(text) != text


@dataclass(frozen=True)
class Words:
    """What one reader sees: sentences, numbers, money and dates in her language.

    Example:
        >>> Words("it").money(Decimal("1234.5"), "EUR")
        '1.234,50\xa0€'
    """

    language: Language = "en"

    def say(self, sentence: str, /, **facts: object) -> str:
        """The sentence in the reader's language with its {facts} filled in."""
        translated = _translations(self.language).gettext(sentence)
        return translated.format_map(_Facts(facts, self)) if facts else translated

    def count(self, one: str, many: str, n: int, /, **facts: object) -> str:
        """The singular or plural sentence for n, which is also the fact {n}."""
        translated = _translations(self.language).ngettext(one, many, n)
        return translated.format_map(_Facts({"n": n, **facts}, self))

    def error(self, error: VoptError) -> str:
        """What went wrong and what to do next, for the reader."""
        return self.say(error.message, **error.facts)

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """A number with the reader's separators, rounded to so many digits."""
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, format=pattern, locale=self.language)

    def percent(self, share: float, digits: int = 0) -> str:
        """A share (0.25) as a percentage."""
        from babel.numbers import format_percent

        return format_percent(
            share, format="#,##0" + ("." + "0" * digits if digits else "") + "%", locale=self.language
        )

    def money(self, amount: float | Decimal, currency: str = "EUR", *, digits: int = 2) -> str:
        """An amount of money with its currency sign, rounded to so many digits."""
        from babel import Locale
        from babel.numbers import format_currency

        pattern = Locale(self.language).currency_formats["standard"].pattern
        decimals = "." + "0" * digits if digits else ""
        return format_currency(
            amount, currency, pattern.replace(".00", decimals), locale=self.language, currency_digits=False
        )

    def day(self, day: date) -> str:
        """A date with the month as a word: 21 nov 2026."""
        from babel.dates import format_date

        return format_date(day, "d MMM y", locale=self.language)

    def moment(self, at: datetime, zone: tzinfo | None = None) -> str:
        """A date and time of day, in the given zone (default: the machine's)."""
        from babel.dates import format_datetime

        return format_datetime(at.astimezone(zone), "d MMM y HH:mm", locale=self.language)


class _Facts(dict[str, object]):
    """Facts of a sentence: numbers and dates in her form, a missing one visible.

    A fact that is itself a marked sentence ("it is above {most}") is said in her language, with the same facts.
    """

    def __init__(self, facts: Mapping[str, object], words: Words) -> None:
        super().__init__(facts)
        self._words = words

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"

    def __getitem__(self, name: str) -> object:
        value = super().__getitem__(name)
        match value:
            case bool():
                return value
            case int():
                return _Number(value, self._words)
            case datetime():
                return self._words.moment(value)
            case date():
                return self._words.day(value)
            case str() if _is_marked(name, value):
                return self._words.say(value, **{fact: told for fact, told in self.items() if fact != name})
            case _:
                return value


class _Number(int):
    """A whole number that prints with separators unless a format asks otherwise (ids use {id:d})."""

    _words: Words

    def __new__(cls, value: int, words: Words) -> _Number:
        number = super().__new__(cls, value)
        number._words = words
        return number

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec) if spec else self._words.number(int(self))
