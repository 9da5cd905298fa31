"""Numbers are written in words as people write them."""

from __future__ import annotations

import pytest

from vopt_lib.assistant.number_words import spelled
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage


@pytest.mark.parametrize(
    ("value", "language", "word"),
    [
        (21, "it", "ventuno"),
        (73, "it", "settantatre"),
        (168, "it", "centosessantotto"),
        (73, "en", "seventy three"),
        (105, "en", "one hundred and five"),
        (71, "fr", "soixante et onze"),
        (97, "fr", "quatre-vingt dix-sept"),
        (17, "de", "siebzehn"),
        (162, "de", "hundertzweiundsechzig"),
        (22, "es", "veintidós"),
        (73, "es", "setenta y tres"),
        (100, "es", "cien"),
    ],
)
def test_a_number_has_its_word(value: int, language: TextLanguage, word: str) -> None:
    assert word in [one.strip() for one in spelled(value, language)]


@pytest.mark.parametrize("language", TEXT_LANGUAGES)
def test_no_two_numbers_share_a_word(language: TextLanguage) -> None:
    told = [word.strip() for value in range(200) for word in {one.strip() for one in spelled(value, language)}]
    assert len(told) == len(set(told))
