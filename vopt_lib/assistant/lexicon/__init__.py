"""This is where the words of listings are that are no names, in five languages, and names of brands beside Vinted's.

it, en, fr, de and es (.txt): ordinary words as people write them into listings. groups.csv: words that a rule is
about, such as units and nouns of measure. brands.csv: well-known names of fashion, luxury, sport, shoes, bags and
children's clothes that `vinted_terms.brands` lacks; is_word: it is also an ordinary word ("Mango", "Only"), in one of
both lists, and a brand only where it is written like a name. All of it is written by hand.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from vopt_lib.assistant.signs import plain
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage
from vopt_lib.schema.vinted_terms import brands, catalogue_nodes, colours, conditions, kinds, materials, patterns

_HERE: Final = Path(__file__).parent

CONNECTIVES: Final = frozenset({"e", "and", "et", "und", "y"})
""""&" in a name, as people write it out."""

_NO_BRANDS: Final = frozenset({"vintage"})
"""What Vinted lists as a brand, and every listing says."""

_ENDING: Final = re.compile(
    r"(issim[oaie]|mente|ment|ingly|ing|ly|ed|er?ns?|ste[nmrs]?|e[nmrs]|[aeo]s|ies|[aeiousy]|n)$"
)

_GERMAN_ENDINGS: Final = ("ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "chen", "tat", "tion", "tionen")
"""Of nouns that no lexicon holds all of."""

_LEAST_PART: Final = 3


def words(text: str) -> list[str]:
    """The words of a text, plain and in small letters."""
    return re.findall(r"[^\W_]+", plain(text).text.lower())


@cache
def brand_names() -> Mapping[tuple[str, ...], bool]:
    """The words of every known brand's name, without "&" and "and"; and whether they are ordinary words, too."""
    rows = {row["name"]: row["is_word"] == "yes" for row in _rows()}
    names = {brand.title: False for brand in brands()} | rows
    found = {name_words(name): is_word for name, is_word in names.items()}
    return {name: is_word for name, is_word in found.items() if name and "".join(name) not in _NO_BRANDS}


def name_words(name: str) -> tuple[str, ...]:
    """The words of a brand's name, as they are compared."""
    found = words(name)
    return tuple(word for at, word in enumerate(found) if word not in CONNECTIVES or at in (0, len(found) - 1))


@cache
def is_ordinary(word: str) -> bool:
    """Whether a plain word in small letters is one that listings use, in any of the languages and any form."""
    return word in _ordinary() or (len(word) > 4 and _stem(word) in _stems())


@cache
def is_german_noun(word: str) -> bool:
    """Whether a plain word in small letters may be one of German: known, made of known ones, or ended like one."""
    if is_ordinary(word) or (len(word) > 6 and word.endswith(_GERMAN_ENDINGS)):
        return True
    return _is_compound(word)


@cache
def _is_compound(word: str) -> bool:
    """Whether a word is made of German ones, with what links them."""
    if _is_german(word):
        return True
    return any(
        (_is_german(first) or _is_german(re.sub(r"(s|n|en|es|er)$", "", first))) and _is_compound(rest)
        for first, rest in _halves(word)
    )


def _is_german(word: str) -> bool:
    return word in _german() or (len(word) > 4 and _stem(word) in _german_stems())


def in_parts(word: str, known: frozenset[str]) -> bool:
    """Whether a plain word is made of nothing but ordinary words and these known ones, one after another."""
    return _made_of(word, known)


@cache
def _made_of(word: str, known: frozenset[str]) -> bool:
    if not word:
        return True
    return any(
        (word[:end] in known or word[:end] in word_set("small parts") or (end >= _LEAST_PART and _is_part(word[:end])))
        and _made_of(word[end:], known)
        for end in range(len(word), 0, -1)
    )


def _is_part(word: str) -> bool:
    """A short word must be known as it is: many short ones would make up any name."""
    return word in _ordinary() or (len(word) > 5 and is_ordinary(word))


def _halves(word: str) -> Iterator[tuple[str, str]]:
    return ((word[:at], word[at:]) for at in range(len(word) - _LEAST_PART, _LEAST_PART - 1, -1))


@cache
def _ordinary() -> frozenset[str]:
    """Every word that is known, names of brands apart."""
    texts = [(_HERE / f"{language}.txt").read_text(encoding="utf-8") for language in TEXT_LANGUAGES]
    for group in (colours(), patterns(), materials(), kinds().values()):
        texts += [text for one in group for text in one.labels.values()]
    texts += [text for one in conditions() for text in (*one.labels.values(), *one.aliases)]
    texts += [alias for one in materials() for alias in one.also]
    texts += [node.title for node in catalogue_nodes()]
    return frozenset(word for text in texts for word in words(text) if not word.isdigit())


@cache
def _german() -> frozenset[str]:
    """Ordinary words of German, and what things and their colours, patterns and materials are called in it."""
    texts = [(_HERE / "de.txt").read_text(encoding="utf-8")]
    for group in (colours(), patterns(), materials(), kinds().values()):
        texts += [one.labels["de"] for one in group]
    return frozenset(word for text in texts for word in words(text) if len(word) >= _LEAST_PART)


@cache
def _german_stems() -> frozenset[str]:
    return frozenset(_stem(word) for word in _german())


@cache
def _stems() -> frozenset[str]:
    return frozenset(_stem(word) for word in _ordinary() if len(word) > 3)


def _stem(word: str) -> str:
    cut = _ENDING.sub("", word)
    return cut if len(cut) >= 4 else word


@cache
def word_set(name: str) -> frozenset[str]:
    """A group of plain words that some rule is about: "measures". Raises: StopIteration."""
    with (_HERE / "groups.csv").open(encoding="utf-8", newline="") as lines:
        return next(frozenset(row["words"].split()) for row in csv.DictReader(lines) if row["group"] == name)


@cache
def number_words(language: TextLanguage) -> Mapping[tuple[str, ...], int]:
    """The words of each number from 2 to 199 in a language, plain: ("setenta", "y", "tres") is 73."""
    from vopt_lib.assistant.number_words import spelled

    return {tuple(words(text)): value for value in range(2, 200) for text in spelled(value, language)}


def _rows() -> Iterator[dict[str, str]]:
    with (_HERE / "brands.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
