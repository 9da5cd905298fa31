"""This is where Italian words for things become English, which is what CLIP's models learnt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from vopt_lib.schema.vinted_terms import folded, photo_words

_SMALL: Final = frozenset(
    {"a", "ad", "al", "alla", "con", "da", "dai", "dei", "del", "della", "di", "e", "il", "in", "la"}
)
"""Words that say nothing of what is seen; taken out where a word beside them was known."""

_LONGEST: Final = 4
"""Words of the longest known name."""

_LEAST: Final = 3
"""Letters that are left of a word: "blu" is not "bl"."""


def in_english(sentence: str) -> str:
    """The sentence with the Italian words that are known in English; where none is known, as it is.

    Masculine or feminine, one or many are the same.

    Example:
        >>> in_english("giacche di jeans rosse")
        'jacket denim red'
    """
    words = folded(sentence).split()
    if not any(_stem(word) in _single() for word in words):
        return sentence.strip()
    return " ".join(_translated(words))


def _translated(words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        length = next((n for n in range(_LONGEST, 0, -1) if _known(words[at : at + n])), 0)
        if length:
            yield _known(words[at : at + length])
        elif words[at] not in _SMALL:
            yield words[at]
        at += max(length, 1)


def _known(words: list[str]) -> str:
    return _by_stems().get(tuple(map(_stem, words)), "")


@cache
def _by_stems() -> Mapping[tuple[str, ...], str]:
    return {tuple(map(_stem, italian.split())): english for italian, english in photo_words().items()}


@cache
def _single() -> frozenset[str]:
    return frozenset(stem for stems in _by_stems() for stem in stems) - _SMALL


def _stem(word: str) -> str:
    """What giacca and giacche, bianco and bianche have in common."""
    shorter = word.rstrip("aeio")
    shorter = shorter.removesuffix("h") if word.endswith(("he", "hi")) else shorter
    return shorter if len(shorter) >= _LEAST else word
