"""This is where numbers are written in words, as people write them in five languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vopt_lib.schema.listing_text import TextLanguage

_IT: Final = [
    "zero",
    "uno",
    "due",
    "tre",
    "quattro",
    "cinque",
    "sei",
    "sette",
    "otto",
    "nove",
    "dieci",
    "undici",
    "dodici",
    "tredici",
    "quattordici",
    "quindici",
    "sedici",
    "diciassette",
    "diciotto",
    "diciannove",
]
_IT_TENS: Final = ["venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"]

_EN: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

_FR: Final = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_FR_TENS: Final = ["vingt", "trente", "quarante", "cinquante", "soixante"]

_DE: Final = [
    "null",
    "ein",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
]
_DE_TENS: Final = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]

_ES: Final = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
_ES_TENS: Final = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]


def spelled(value: int, language: TextLanguage) -> tuple[str, ...]:
    """The ways to write a number from 0 to 199."""
    return _SPELLED[language](value)


def _italian(value: int) -> tuple[str, ...]:
    if value >= 100:
        return tuple(f"cento{rest}" for rest in (_italian(value - 100) if value > 100 else ("",)))
    if value < 20:
        return (_IT[value],)
    tens, unit = _IT_TENS[value // 10 - 2], value % 10
    if not unit:
        return (tens,)
    return (f"{tens[:-1] if unit in (1, 8) else tens}{_IT[unit]}",)


def _english(value: int) -> tuple[str, ...]:
    if value >= 100:
        heads = ("one hundred", "a hundred", "hundred")
        rests = _english(value - 100) if value > 100 else ("",)
        return tuple(f"{head} {link}{rest}" for head in heads for rest in rests for link in ("", "and "))
    if value < 20:
        return (_EN[value],)
    return (f"{_EN_TENS[value // 10 - 2]} {_EN[value % 10] if value % 10 else ''}",)


def _french(value: int) -> tuple[str, ...]:
    if value >= 100:
        return tuple(f"cent {rest}" for rest in (_french(value - 100) if value > 100 else ("",)))
    if value < 20:
        return (_FR[value],)
    if value >= 80:
        return tuple(f"quatre-{twenty} {_FR[value - 80] if value > 80 else ''}" for twenty in ("vingt", "vingts"))
    if value >= 60:
        return tuple(f"soixante {link}{_FR[value - 60] if value > 60 else ''}" for link in ("", "et "))
    tens, unit = _FR_TENS[value // 10 - 2], value % 10
    return tuple(f"{tens} {link}{_FR[unit] if unit else ''}" for link in ("", "et "))


def _german(value: int) -> tuple[str, ...]:
    if value >= 100:
        rests = _german(value - 100) if value > 100 else ("",)
        return tuple(f"{head}{rest}" for head in ("hundert", "einhundert") for rest in rests)
    if value < 20:
        return (_DE[value],)
    tens, unit = _DE_TENS[value // 10 - 2], value % 10
    return (f"{_DE[unit]}und{tens}" if unit else tens,)


def _spanish(value: int) -> tuple[str, ...]:
    if value >= 100:
        return tuple(f"ciento {rest}" for rest in _spanish(value - 100)) if value > 100 else ("cien",)
    if value < 30:
        return (_ES[value],)
    tens, unit = _ES_TENS[value // 10 - 3], value % 10
    return (f"{tens} y {_ES[unit]}" if unit else tens,)


_SPELLED: Final[dict[TextLanguage, Callable[[int], tuple[str, ...]]]] = {
    "it": _italian,
    "en": _english,
    "fr": _french,
    "de": _german,
    "es": _spanish,
}
