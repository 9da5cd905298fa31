"""This is where facts about a thing become words of a language: what it is called, its colours, material and size.

What nobody knows stays empty. What a seller typed herself is made one line without control characters, no more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from vopt_lib.assistant.phrases import phrase
from vopt_lib.schema.listing_text import MOST_TITLE, Facts, TextLanguage
from vopt_lib.schema.vinted_terms import (
    Colour,
    Form,
    Material,
    catalogue_nodes,
    colour_forms,
    colours,
    folded,
    is_no_brand,
    kinds,
    materials,
    patterns,
    size_group,
)

MOST_COLOURS: Final = 2
"""Vinted's form takes no more."""

_ONE_SIZE: Final = frozenset({"taglia unica", "unica", "one size", "taille unique", "einheitsgrosse", "talla unica"})
_CALLED_SIZE: Final = re.compile(
    r"^(?:taglia|tg|size|taille|pointure|größe|gr|talla|numero|número|n)\b[.:°]?\s*", re.IGNORECASE
)
_SIZE_WORDS: Final = {"mesi": "months", "anni": "years", "prematuri": "premature", "neonati": "newborn"}
_WEARERS: Final = (
    ("Donna > Bellezza", ""),
    ("Donna", "women"),
    ("Uomo", "men"),
    ("Bambini > Abbigliamento bambina", "girls"),
    ("Bambini > Abbigliamento bambino", "boys"),
    ("Bambini > Abbigliamento neonati", "babies"),
    ("Bambini > Scarpe bambini", "children"),
)
"""Whose clothes lie below a catalogue; of two that fit, the first."""

_JOINER: Final = "\u200d"
"""Joins emoji into one: the only character of form that stays."""


@dataclass(frozen=True)
class ThingWords:
    """A thing in the words of a language; "" and () are not known. form: what its adjectives agree with.

    colours: as they stand beside it; neutral_colours: beside nothing. material: its one word, "" where the seller wrote
    more; composition: what she wrote. size: with its word ("Taglia M"), bare_size without. wearer: whose it is.
    """

    kind: str
    form: Form
    brand: str
    colours: tuple[str, ...]
    neutral_colours: tuple[str, ...]
    pattern: str
    material: str
    composition: str
    size: str
    bare_size: str
    wearer: str


def words_of(facts: Facts, language: TextLanguage) -> ThingWords:
    """What is known of a thing, in the words of a language."""
    kind = kinds().get(facts.catalog_id or 0)
    form: Form = kind.forms[language] if kind else "n" if language == "en" else "m"
    material, composition = _material(facts.material or "", language)
    size, bare_size = _size(facts, language)
    brand = "" if is_no_brand(facts.brand or "") else one_line(facts.brand or "")
    return ThingWords(
        kind=kind.labels[language] if kind else "",
        form=form,
        brand=brand,
        colours=_colours(facts, language, form),
        neutral_colours=_colours(facts, language, "m"),
        pattern=phrase(f"pattern_{facts.pattern}", language) if facts.pattern in _known_patterns() else "",
        material=material,
        composition=composition,
        size=size,
        bare_size=bare_size,
        wearer=_wearer(facts.catalog_id) if kind or brand else "",
    )


def one_line(text: str, most: int = MOST_TITLE) -> str:
    """The text on one line, without control characters and doubled spaces; what is too long ends with a whole word."""
    line = " ".join(_visible(text).split())
    if not _tells(line):
        return ""
    return line if len(line) <= most else line[: most + 1].rpartition(" ")[0]


def lines_of(text: str, most: int) -> list[str]:
    """The lines of a text of her own, each without control characters and doubled spaces, empty ones left out.

    Of more than `most` signs, the rest is an ellipsis.
    """
    clean = "\n".join(line for line in (" ".join(_visible(line).split()) for line in text.splitlines()) if line)
    if len(clean) > most:
        clean = (re.split(r"\s(?=\S*$)", clean[:most])[0]).rstrip(" ,;:.") + "…"
    return clean.split("\n") if _tells(clean) else []


def _tells(text: str) -> bool:
    """Whether a letter or digit stands in it: "-" and ":" say nothing."""
    return any(map(str.isalnum, text))


def _visible(text: str) -> str:
    return "".join(_shown(sign) for sign in text)


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Zs", "Zl", "Zp") or sign in "\t\n\r":
        return " "
    return "" if category in ("Cc", "Cf", "Cs", "Co") and sign != _JOINER else sign


@cache
def _known_patterns() -> frozenset[str]:
    return frozenset(one.name for one in patterns())


@cache
def _known_colours() -> dict[str, Colour]:
    return {folded(one.labels["it"]): one for one in colours()}


@cache
def _known_materials() -> dict[str, Material]:
    return {folded(word): one for one in materials() for word in (*one.labels.values(), *one.also)}


def _colours(facts: Facts, language: TextLanguage, form: Form) -> tuple[str, ...]:
    named = [one_line(colour) for colour in facts.colours[:MOST_COLOURS]]
    known = _known_colours()
    forms = colour_forms()
    return tuple(
        forms[known[folded(name)].id, language][form] if folded(name) in known else name.lower()
        for name in dict.fromkeys(named)
        if name
    )


def _material(written: str, language: TextLanguage) -> tuple[str, str]:
    """Its one word in this language, and what is told of it; of several, each word that is known is translated."""
    line = one_line(written, 2 * MOST_TITLE)
    known = _known_materials()
    if folded(line) in known:
        word = known[folded(line)].labels[language]
        return word, word
    translated = re.sub(
        r"[^\W\d_]+",
        lambda word: known[folded(word[0])].labels[language] if folded(word[0]) in known else word[0],
        line,
    )
    return "", translated


def _size(facts: Facts, language: TextLanguage) -> tuple[str, str]:
    line = one_line(facts.size or "")
    if folded(line) in _ONE_SIZE:
        return phrase("one_size", language), ""
    bare = _CALLED_SIZE.sub("", line) or line
    for written, name in _SIZE_WORDS.items():
        bare = re.sub(rf"\b{written}\b", phrase(name, language), bare, flags=re.IGNORECASE)
    if not bare:
        return "", ""
    is_shoe = (size_group(facts.catalog_id or 0) or "").endswith("shoes")
    return phrase("size_shoes" if is_shoe else "size", language).format(size=bare), bare


def _wearer(catalog_id: int | None) -> str:
    path = _paths().get(catalog_id or 0, "")
    return next((wearer for top, wearer in _WEARERS if f"{path} > ".startswith(f"{top} > ")), "")


@cache
def _paths() -> dict[int, str]:
    return {node.catalog_id: node.path for node in catalogue_nodes()}
