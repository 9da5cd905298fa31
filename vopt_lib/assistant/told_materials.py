"""This is where the materials are found that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from vopt_lib.assistant.lexicon import in_parts, is_ordinary, words
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage
from vopt_lib.schema.vinted_terms import materials

_NOT_SAID: Final[Mapping[TextLanguage, str]] = {
    "it": "carta cartone tela coste panno ceramiche piume metallico metallica vernice cristallo jean",
    "en": "down felt paper cardboard silky velvety metallic metal glass crystal cord lacy fleecy jean canvas wood",
    "fr": "or papier carton soyeux soyeuse boucle jean voile verre plume plumes metallique polaire cristal bois",
    "de": "papier karton pappe wollen samtig metallisch spitze spitzen lack glas bast fell jean gold silber holz",
    "es": "papel carton punto jersey polar teddy piel vaquero gasa rizo aterciopelado jean lona pluma plumas cristal",
}
"""Ordinary words ("down", "or", "Spitze!"), packaging and lustre: none of them alone says what a thing is made of."""

_OF_PARCELS: Final = frozenset({"paper"})
"""Nobody invents it of a thing to wear, and everybody wraps things in it."""

_SAID_AFTER: Final = re.compile(
    r"(\b(in|di|d'|de|en|made of|made from|of|aus|pura?|puro|pure?r?|echte[rsmn]?|reine[rsmn]?|vera|veritable|"
    r"genuine|real|100\s?%)\s*)$"
)
"""What makes a claim of an ordinary word, too: "in tela", "aus Glas"."""

_OF_SKIN: Final = re.compile(
    r"\b(sull?a|alla|con la|per la|contro la|della|tua|la tua|sur la|pour la|contre la|votre|ma|sobre la|con la|tu|su|"
    r"mi|with|on the|auf der|auf)\s*$"
)
_OF_A_PATTERN: Final = re.compile(
    r"\b(fantasia|motivo|motivi|stampa|motif|imprime|estampado|disegno|muster|pattern|print)\s*$"
)
"""Italian calls paisley "cachemire"."""
_SKIN: Final = frozenset({"pelle", "piel"})

_GERMAN_COMPOUNDS: Final[Mapping[str, str]] = {
    "baumwoll": "cotton",
    "woll": "wool",
    "merino": "merino",
    "kaschmir": "cashmere",
    "cashmere": "cashmere",
    "alpaka": "alpaca",
    "mohair": "mohair",
    "angora": "angora",
    "seiden": "silk",
    "leinen": "linen",
    "hanf": "hemp",
    "leder": "leather",
    "wildleder": "suede",
    "veloursleder": "suede",
    "kunstleder": "faux leather",
    "lackleder": "patent leather",
    "denim": "denim",
    "polyester": "polyester",
    "viskose": "viscose",
    "nylon": "nylon",
    "samt": "velvet",
    "cord": "corduroy",
    "satin": "satin",
    "spitzen": "lace",
    "tull": "tulle",
    "chiffon": "chiffon",
    "fleece": "fleece",
    "filz": "felt",
    "tweed": "tweed",
    "flanell": "flannel",
    "daunen": "down",
    "pelz": "fur",
    "kunstpelz": "faux fur",
    "pailletten": "sequins",
    "stroh": "straw",
    "edelstahl": "steel",
}
"""How a German word begins that is made with a material: "Baumwollhemd"."""

_GERMAN_LAST: Final = {"wolle": "wool", "seide": "silk", "leder": "leather", "leinen": "linen", "pelz": "fur"}

_NO_COMPOUNDS: Final = re.compile(
    r"wollt\w*|wollen\w*|wollust|seidenweich\w*|seidenmatt\w*|samtweich\w*|samtig\w*|samtlich\w*|corde\w*|filzig\w*|"
    r"spitzen(qualitat|zustand|klasse|preis|teil|form|kleid)\w*|cordial\w*"
)

_IMPLIED: Final[Mapping[str, tuple[str, ...]]] = {
    "suede": ("leather",),
    "patent leather": ("leather",),
    "merino": ("wool",),
    "corduroy": ("velvet",),
    "velvet": ("corduroy",),
    "angora": ("wool",),
}
"""What a material is besides: suede is leather."""

_NONE: Final[frozenset[str]] = frozenset()

_LEAST_ELSEWHERE: Final = 5
"""Letters of a word that means a material in a text of another language, too."""


@dataclass(frozen=True)
class Told:
    """A material that a plain text names between two signs."""

    start: int
    end: int
    material: str


def told_materials(text: str, language: TextLanguage) -> Iterator[Told]:
    """The materials that a plain text of a language claims, longer names first: no leather in "faux leather"."""
    low = text.lower()
    for found in _names(language).finditer(low):
        word = " ".join(words(found[0]))
        if word in _SKIN and _OF_SKIN.search(low[: found.start()]):
            continue
        if _OF_A_PATTERN.search(low[: found.start()]):
            continue
        if word in _NOT_SAID[language].split() and not _SAID_AFTER.search(low[: found.start()]):
            continue
        yield Told(found.start(), found.end(), _of_name(language)[word])
    if language == "de":
        yield from _compounds(low)


def named_materials(text: str) -> frozenset[str]:
    """Every material that facts name, in whichever language, and what these are besides."""
    low = " ".join(words(text))
    found = {
        _of_name(language)[" ".join(words(one[0]))]
        for language in TEXT_LANGUAGES
        for one in _names(language).finditer(low)
    }
    found |= {one.material for one in _compounds(low)}
    return frozenset(found | {other for one in found for other in _IMPLIED.get(one, ())})


def materials_in_hashtag(low: str, language: TextLanguage) -> frozenset[str]:
    """The materials that a plain hashtag in small letters begins or ends with: cotton in "purocotone"."""
    names = _in_hashtags(language)
    said = [name for name in names if low.startswith(name) or low.endswith(name)]
    longest = max(said, key=len, default="")
    rests = [rest for rest in (low.removeprefix(longest), low.removesuffix(longest)) if rest != low]
    is_word = is_ordinary(low) and low != longest
    found = {names[longest]} if longest and not is_word and any(in_parts(rest, _NONE) for rest in rests) else set()
    return frozenset(found | {told.material for told in _compounds(low) if language == "de"})


def _both(language: TextLanguage) -> tuple[TextLanguage, ...]:
    return ("en", language)


@cache
def _in_hashtags(language: TextLanguage) -> Mapping[str, str]:
    """Which material a name in one word means; English ones, too."""
    found = {name.replace(" ", ""): material for of in _both(language) for name, material in _of_name(of).items()}
    return {name: of for name, of in found.items() if name not in _NOT_SAID[language].split() and len(name) > 3}


def _compounds(low: str) -> Iterator[Told]:
    for found in re.finditer(r"[a-z]{6,}", low):
        word = found[0]
        if _NO_COMPOUNDS.fullmatch(word) or word in _of_name("de"):
            continue
        first = max((one for one in _GERMAN_COMPOUNDS if word.startswith(one)), key=len, default="")
        last = next((one for one in _GERMAN_LAST if word.endswith(one)), "")
        if first and len(word) >= len(first) + 3:
            yield Told(found.start(), found.end(), _GERMAN_COMPOUNDS[first])
        elif last:
            yield Told(found.start(), found.end(), _GERMAN_LAST[last])


@cache
def _of_name(language: TextLanguage) -> Mapping[str, str]:
    """Which material a plain name means in a language; a long name of another language means the same."""
    own: dict[str, str] = {}
    other: dict[str, str] = {}
    ordinary = {word for text in _NOT_SAID.values() for word in text.split()}
    for material in materials():
        if material.name in _OF_PARCELS:
            continue
        for of, label in material.labels.items():
            name = " ".join(words(label))
            (own if of == language else other).setdefault(name, material.name)
        for alias in material.also:
            other.setdefault(" ".join(words(alias)), material.name)
    kept = {
        name: material
        for name, material in other.items()
        if (len(name) >= _LEAST_ELSEWHERE and name not in ordinary) or name in _NOT_SAID[language].split()
    }
    return kept | own


@cache
def _names(language: TextLanguage) -> re.Pattern[str]:
    names = sorted(_of_name(language), key=len, reverse=True)
    either = "|".join(r"[\s'-]+".join(name.split()) for name in names)
    return re.compile(rf"(?<![^\W_])({either})(?![^\W_])")
