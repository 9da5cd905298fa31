"""This is where sentences of listings are, in five languages and three tones; phrases.csv holds them.

A phrase is one for all things, or two (one thing, several) or four that agree with the thing: divided by "|".
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage, Tone
from vopt_lib.schema.vinted_terms import Form, agreed

_FILE = Path(__file__).parent / "phrases.csv"


def phrase(name: str, language: TextLanguage, tone: Tone = "plain", form: Form = "m") -> str:
    """A phrase with its {blanks}; the one for all tones where there is none of this tone. Raises: KeyError."""
    known = _phrases()
    spoken = tone if (name, tone, language) in known else ""
    return known[name, spoken, language][form]


@cache
def _phrases() -> Mapping[tuple[str, str, TextLanguage], Mapping[Form, str]]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {
            (row["name"], row["tone"], language): agreed(row[language].split("|"))
            for row in csv.DictReader(lines)
            for language in TEXT_LANGUAGES
        }
