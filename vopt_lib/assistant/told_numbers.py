"""This is where the sizes and numbers are found that a text tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from vopt_lib.assistant.lexicon import number_words, word_set
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage

ONE_SIZE: Final = "one size"

_MARKER: Final = (
    r"(?<![^\W_])(?:taglia|taglie|tg\.?|misura|misure|size|sized|sizes|sz|taille|tailles|pointure|grosse|groesse|grossen|gr\.?|"
    r"konfektionsgrosse|schuhgrosse|talla|tallas|numero)(?![^\W_])"
)
_BETWEEN: Final = (
    r"(?:\s*[:=(\"']\s*|\s+(?:e|is|ist|est|es|una|un|una|eine|ein|a|the|la|de|von|of|circa|ca|approximately|marked|"
    r"normale|italiana|italian|eu|it|fr|uk|us|de|es|int)(?![^\W_]))*\s*[:\"'(]?\s*"
)
_LETTERS: Final = r"(?:[2-6]\s?x[sl]|x{0,4}[sl]|m)"
_SYSTEM: Final = r"(?:it|eu|fr|de|uk|us|es|int|jp)"

_MARKED: Final = re.compile(
    rf"{_MARKER}{_BETWEEN}(?P<size>(?P<letters>{_LETTERS})(?:\s?[/-]\s?(?P<second>{_LETTERS}))?(?![^\W_])(?!')|"
    r"(?P<digits>\d+(?:[.,]\d+)?(?:\s?[/-]\s?\d+)?)(?![\d.,]*\s?(?:cm|mm|centi|inch|poll|zoll|pouce|pulg))|"
    r"(?P<named>extra[ -]?(?:large|small)|small|medium|large|piccola|media|grande|petite|moyenne|klein|mittel|"
    r"pequena|mediana)(?![^\W_]))",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(
    r"(?<![\w'&.])(?<!\w-)(?P<letters>[2-6]\s?X[SL]|X{0,4}[SL]|M|xx?x?[sl])(?![\w'&])(?!\.\w)(?!-\w)(?!\s?[x×:=]\s)"
)
_OF_A_SYSTEM: Final = re.compile(rf"(?<![^\W_])(?P<system>{_SYSTEM.upper()}|{_SYSTEM})\s?(?P<digits>\d+(?:[.,]\d+)?)\b")
_JEANS: Final = re.compile(r"(?<![^\W_])[WL]\s?(?P<digits>\d{2})(?!\d)", re.IGNORECASE)
_ONE: Final = re.compile(
    r"\b(taglia unica|misura unica|one size|onesize|one-size|taille unique|einheitsgrosse|talla unica)\b", re.IGNORECASE
)
_NAMED: Final = {
    **dict.fromkeys(("small", "piccola", "petite", "klein", "pequena"), "S"),
    **dict.fromkeys(("medium", "media", "moyenne", "mittel", "mediana"), "M"),
    **dict.fromkeys(("large", "grande"), "L"),
    **dict.fromkeys(("extralarge", "extra large", "extra-large"), "XL"),
    **dict.fromkeys(("extrasmall", "extra small", "extra-small"), "XS"),
}

_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)?")

_MEASURES: Final = word_set("measures")
_IDIOMS: Final = frozenset({("quattro", "stagioni"), ("tutte", "stagioni"), ("vier", "jahreszeiten")})

_GERMAN_TIMES: Final = re.compile(r"[a-z]+mal")
_ENGLISH_TIMES: Final = {"twice": 2, "thrice": 3}


@dataclass(frozen=True)
class Told:
    """A size or a number that a plain text tells between two signs, as it is compared: "M", "38", "12.5".

    system: "EU" of "EU 38"; "": none is told.
    """

    start: int
    end: int
    value: str
    system: str = ""


def told_sizes(text: str) -> Iterator[Told]:
    """The sizes that a plain text tells: behind a word for it, of a system, or letters that stand alone."""
    for found in _MARKED.finditer(text):
        yield from _marked(found)
    for found in _ALONE.finditer(text):
        yield Told(found.start("letters"), found.end("letters"), _letters(found["letters"]))
    for found in _OF_A_SYSTEM.finditer(text):
        if found["system"].isupper() or found["system"] in ("eu", "uk", "us"):
            yield Told(found.start(), found.end(), _number(found["digits"]), found["system"].upper())
    for found in _JEANS.finditer(text):
        yield Told(found.start(), found.end(), _number(found["digits"]))
    for found in _ONE.finditer(text):
        yield Told(found.start(), found.end(), ONE_SIZE)


def _marked(found: re.Match[str]) -> Iterator[Told]:
    start, end = found.span()
    if found["letters"]:
        yield Told(start, end, _letters(found["letters"]))
        if found["second"]:
            yield Told(start, end, _letters(found["second"]))
    elif found["named"]:
        yield Told(start, end, _NAMED[found["named"].lower()])
    else:
        for digits in _DIGITS.findall(found["digits"]):
            yield Told(start, end, _number(digits))


def told_numbers(text: str) -> Iterator[Told]:
    """The numbers that stand in digits in a plain text."""
    for found in _DIGITS.finditer(text):
        yield Told(found.start(), found.end(), _number(found[0]))


def spelled_numbers(text: str, language: TextLanguage) -> Iterator[Told]:
    """The numbers from 2 on that a plain text tells in words before what they count: "sessanta centimetri"."""
    known = number_words(language)
    longest = max(map(len, known))
    found = list(re.finditer(r"[^\W\d_]+", text.lower()))
    at = 0
    first = _first_words(language)
    while at < len(found):
        for length in range(longest if found[at][0] in first else 0, 0, -1):
            some = tuple(one[0] for one in found[at : at + length])
            after = [one[0] for one in found[at + length : at + length + 2]]
            if len(some) == length and some in known and _counts(some, after):
                yield Told(found[at].start(), found[at + length - 1].end(), str(known[some]))
                at += length - 1
                break
        else:
            yield from _times(found[at], language)
        at += 1


@cache
def _first_words(language: TextLanguage) -> frozenset[str]:
    return frozenset(number[0] for number in number_words(language))


def all_numbers(text: str) -> frozenset[str]:
    """Every number that facts tell, in digits or in words of any language."""
    found = {one.value for one in told_numbers(text)}
    for language in TEXT_LANGUAGES:
        found |= {one.value for one in spelled_numbers(text, language)}
    return frozenset(found)


def _counts(number: tuple[str, ...], after: list[str]) -> bool:
    """Whether these next words are what a number counts. "Pour cent" and "por ciento" are two."""
    if not after or (number[-1], after[0]) in _IDIOMS:
        return False
    return after[0] in _MEASURES - {"pour", "por"} or after in (["pour", "cent"], ["por", "ciento"])


def _times(word: re.Match[str], language: TextLanguage) -> Iterator[Told]:
    if language == "en" and word[0] in _ENGLISH_TIMES:
        yield Told(word.start(), word.end(), str(_ENGLISH_TIMES[word[0]]))
    elif language == "de" and _GERMAN_TIMES.fullmatch(word[0]):
        value = number_words("de").get((word[0].removesuffix("mal"),))
        if value is not None:
            yield Told(word.start(), word.end(), str(value))


def _number(digits: str) -> str:
    """12,50 and 12.5 are one."""
    whole, _, part = digits.replace(",", ".").partition(".")
    part = part.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{'.' + part if part else ''}"


def _letters(size: str) -> str:
    """2XL and xxl are one."""
    plain = size.upper().replace(" ", "")
    return "X" * int(plain[0]) + plain[2:] if plain[0].isdigit() else plain
