"""This is where it is told which of five languages a text is written in, by its small words."""

from __future__ import annotations

from typing import Final

from vopt_lib.assistant.lexicon import word_set, words
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage

_SMALL: Final = {language: word_set(f"small {language}") for language in TEXT_LANGUAGES}
_LEAST_WORDS: Final = 20
_LEAST_SMALL: Final = 6
_TIMES_OURS: Final = 2


def other_language(text: str, language: TextLanguage) -> TextLanguage | None:
    """The language that a text is surely written in instead of this one; None: it is this one, or cannot be told.

    Short texts cannot: brands and sizes are words of none. Small words that several languages share count for each.
    """
    told = words(text)
    counts = {one: sum(word in small for word in told) for one, small in _SMALL.items()}
    most = max(counts, key=lambda one: counts[one])
    if len(told) < _LEAST_WORDS or counts[most] < _LEAST_SMALL or counts[most] <= _TIMES_OURS * counts[language]:
        return None
    return most
