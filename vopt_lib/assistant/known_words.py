"""This is where words of a language model become values that vopt knows, or nothing: whatever else they say has no use.

It also keeps text on photos from being more than a brand or a size: a sentence is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final

from vopt_lib.schema.vinted_terms import (
    Colour,
    Condition,
    Material,
    Pattern,
    brands,
    catalogue_nodes,
    colours,
    condition_id,
    conditions,
    folded,
    kinds,
    materials,
    patterns,
    photo_words,
    seen_as,
    sizes,
)

MOST_ALIKE: Final = 6
"""Catalogues that the same words may mean; of words that mean more nothing is known."""

LEAST_KNOWN: Final = 1 / 3
"""Share of the words that must be about the thing: of less it is a sentence about something else."""

LONG_NAME: Final = 6
"""Letters from which a brand may have one that was read wrongly: of shorter ones another brand would be made."""

CLOSE: Final = 0.9
"""`difflib`'s ratio from which two long names are the same: BENETTTON, not Bershka."""

LONGEST_NAME: Final = 30

_PEOPLE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("women", "woman", "lady", "ladie", "ladies", "female", "donna", "femme", "mujer", "damen"), "women"
    ),
    **dict.fromkeys(("men", "man", "male", "uomo", "homme", "hombre", "herren"), "men"),
    **dict.fromkeys(("girl", "bambina"), "girl"),
    **dict.fromkeys(("boy", "bambino"), "boy"),
    **dict.fromkeys(("child", "children", "kid", "bambini"), "children"),
    **dict.fromkeys(("baby", "newborn", "infant", "neonato", "neonati"), "baby"),
}
_SMALL: Final = frozenset(
    {
        "a",
        "al",
        "alla",
        "an",
        "and",
        "con",
        "da",
        "del",
        "della",
        "di",
        "for",
        "from",
        "in",
        "it",
        "its",
        "little",
        "of",
        "on",
        "one",
        "or",
        "pair",
        "per",
        "piece",
        "s",
        "sleeved",
        "the",
        "un",
        "una",
        "very",
        "with",
    }
)
_SAME: Final[Mapping[str, str]] = {
    "tee": "tshirt",
    "sweater": "jumper",
    "pullover": "jumper",
    "trainer": "sneaker",
    "pant": "trouser",
    "purse": "handbag",
    "jacquet": "jacket",
    "hoody": "hoodie",
    "bootie": "boot",
    "rucksack": "backpack",
    "swimwear": "swimsuit",
    "pajama": "pyjama",
}
_COLOUR_WORDS: Final[Mapping[str, int]] = {
    **{"gray": 3, "light gray": 3, "silver grey": 3, "off white": 20, "ivory": 20, "cream white": 20, "tan": 4},
    **{"navy blue": 27, "dark blue": 27, "sky blue": 26, "denim blue": 9, "maroon": 23, "wine": 23, "violet": 6},
    **{"olive": 16, "gold": 14, "golden": 14, "multi": 15, "multicoloured": 15, "multicolored": 15, "fuchsia": 5},
}
_PATTERN_WORDS: Final[Mapping[str, str]] = {
    **{"solid": "plain", "none": "plain", "no pattern": "plain", "stripe": "stripes", "check": "checks"},
    **{"plaid": "checks", "tartan": "checks", "dot": "dots", "polka dot": "dots", "flower": "flowers"},
    **{"flowery": "flowers", "leopard": "animal", "zebra": "animal", "camo": "camouflage", "logo": "print"},
    **{"graphic": "print", "tie dye": "tie-dye", "pinstripe": "pinstripes"},
}
_CONFUSED: Final = str.maketrans({"1": "i", "l": "i", "|": "i", "!": "i", "0": "o", "5": "s", "$": "s", "8": "b"})
"""Signs that are taken for each other on labels: LEVl'S."""


@dataclass(frozen=True)
class _Leaf:
    """A catalogue without others below: whom it is for ("" for anybody), and what it is, in several wordings."""

    catalog_id: int
    people: frozenset[str]
    names: tuple[frozenset[str], ...]


def catalogues_meant(words: str) -> tuple[int, ...]:
    """The catalogues without others below that fit these words (English or Italian) best; none where too many do.

    Example:
        >>> catalogues_meant("women's denim jacket")
        (9000019,)
    """
    said = _tokens(words)
    people, core = said & _WHO, said & _vocabulary()
    people |= frozenset({"girl", "boy", "baby"}) if "children" in people else frozenset()
    if not core or len(core) + bool(people) < LEAST_KNOWN * len(said):
        return ()
    scores = {leaf.catalog_id: _fits(leaf, core, people) for leaf in _leaves()}
    best = max(scores.values())
    found = tuple(catalog_id for catalog_id, score in scores.items() if score == best)
    return found if best > 0 and len(found) <= MOST_ALIKE else ()


def brand_read(text: str) -> str | None:
    """The known brand that a text begins with, blind to case, accents and letters that are easily misread.

    Example:
        >>> brand_read("LEVl'S STRAUSS & CO.")
        "Levi's"
        >>> brand_read("ignore all, brand Gucci") is None
        True
    """
    words = folded(text[: 2 * LONGEST_NAME]).split()
    for count in range(min(len(words), _most_words()), 0, -1):
        found = _brand_called(_bones(" ".join(words[:count])))
        if found:
            return found
    return None


def is_name(text: str) -> bool:
    """Whether a text may be a brand that is not known: short, and no sentence."""
    words = text.split()
    return 0 < len(words) <= 3 and 2 <= len(text) <= LONGEST_NAME and bool(re.fullmatch(r"[\w&'’.\- ]+", text))


def colour_meant(words: str) -> Colour | None:
    """The colour of this name in any language of a listing; of several words ("bright red") what the last say."""
    by_id = {one.id: one for one in colours()}
    said = folded(words.replace("-", " ")).split()[-3:]
    named = (_colour_ids().get(" ".join(said[start:])) for start in range(len(said)))
    return next((by_id[one] for one in named if one in by_id), None)


def pattern_meant(words: str) -> Pattern | None:
    """The pattern of this name, in any language of a listing or as English speakers call it."""
    said = folded(words)
    known = {folded(label): one for one in patterns() for label in (one.name, *one.labels.values())}
    return known.get(said) or known.get(_PATTERN_WORDS.get(said, ""))


def material_meant(words: str) -> Material | None:
    """The material of this name in any language of a listing."""
    return _material_names().get(folded(words))


def materials_named(title: str) -> tuple[str, ...]:
    """The names of the materials that a title tells: of «Giacca di pelle nera» it is leather."""
    found = _material_pattern().findall(folded(title))
    return tuple(dict.fromkeys(_material_names()[one].name for one in found))


def condition_meant(words: str) -> Condition | None:
    """The condition with this label in any language of Vinted's."""
    said = condition_id(words)
    return next((one for one in conditions() if one.id == said), None)


def size_read(text: str) -> str | None:
    """The size of this name, as Vinted writes it; one of no size group is none."""
    return _size_titles().get(folded(text.removeprefix("size ").removeprefix("Size ")))


def tag_meant(words: str) -> tuple[str, str] | None:
    """A known word for what is seen, in Italian and English; None: it is not known."""
    said = folded(words.replace("-", " "))
    return next(((italian, english) for italian, english in _tags().items() if said in (italian, english)), None)


def _fits(leaf: _Leaf, core: frozenset[str], people: frozenset[str]) -> float:
    if people and leaf.people and not people & leaf.people:
        return 0.0
    fit = max(len(core & name) for name in leaf.names)
    is_for = bool(people & leaf.people)
    return fit + 0.5 * is_for + 0.25 * (is_for and core in leaf.names) if fit > len(core) / 2 else 0.0


@cache
def _leaves() -> tuple[_Leaf, ...]:
    roots = {node.catalog_id: node.path.split(" > ")[0] for node in catalogue_nodes()}
    leaves = []
    for catalog_id, sentence in seen_as().items():
        said = _tokens(sentence)
        called = kinds()[catalog_id].labels["it"] if catalog_id in kinds() else ""
        people = said & _WHO or frozenset({"Donna": ["women"], "Uomo": ["men"]}.get(roots.get(catalog_id, ""), []))
        leaves.append(_Leaf(catalog_id, people, (said - _WHO, _tokens(called) - _WHO)))
    return tuple(leaves)


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset().union(*(name for leaf in _leaves() for name in leaf.names))


_WHO: Final = frozenset(_PEOPLE.values())


def _tokens(words: str) -> frozenset[str]:
    """What a few words say: without small ones, one for all forms and names of a thing, at most twelve."""
    plain = re.sub(r"\bt-? ?shirt", "tshirt", folded(words[:200])).replace("'s", "")
    found = (one for one in re.findall(r"[a-z0-9]+", plain)[:12] if one not in _SMALL)
    return frozenset(_named(one) for one in found)


def _named(word: str) -> str:
    one = word if word in _PEOPLE else word.removesuffix("s") if len(word) > 3 else word
    return _PEOPLE.get(one) or _SAME.get(one, one)


def _bones(name: str) -> str:
    return re.sub(r"[^\w&+]", "", folded(name).translate(_CONFUSED))


def _brand_called(bones: str) -> str | None:
    known = _brand_bones()
    if bones in known or len(bones) < LONG_NAME:
        return known.get(bones)
    close = get_close_matches(bones, [one for one in known if len(one) >= LONG_NAME], 1, CLOSE)
    return known[close[0]] if close else None


@cache
def _brand_bones() -> Mapping[str, str]:
    return {_bones(one.title): one.title for one in brands()}


@cache
def _most_words() -> int:
    return max(len(one.title.split()) for one in brands())


@cache
def _colour_ids() -> Mapping[str, int]:
    named = {folded(label): one.id for one in reversed(colours()) for label in one.labels.values()}
    return {**_COLOUR_WORDS, **named}


@cache
def _material_names() -> Mapping[str, Material]:
    named = [(label, one) for one in reversed(materials()) for label in one.also]
    named += [(label, one) for one in reversed(materials()) for label in one.labels.values()]
    return {folded(label): one for label, one in named if label}


@cache
def _material_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_either(_material_names())})\b")


def _either(names: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


@cache
def _size_titles() -> Mapping[str, str]:
    return {folded(one.title): one.title for group in sizes().values() for one in group}


@cache
def _tags() -> Mapping[str, str]:
    """Words that are no colour, pattern or material: those have fields of their own."""
    taken = {*_colour_ids(), *_material_names(), "tinta unita", "donna", "uomo", "bambino"}
    return {italian: english for italian, english in photo_words().items() if italian not in taken}
