"""This is where a written text is held against the facts: what brand, size, number or material it tells of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal

from vopt_lib.assistant.evidence import Evidence, evidence_of
from vopt_lib.assistant.signs import Plain, listed, plain
from vopt_lib.assistant.told_materials import materials_in_hashtag, told_materials
from vopt_lib.assistant.told_names import names_hashtag, told_names
from vopt_lib.assistant.told_numbers import spelled_numbers, told_numbers, told_sizes
from vopt_lib.schema.listing_text import MOST_TITLE, Facts, ListingText, TextLanguage, Violation

LEAST_LEFT: Final = 0.5
"""Share of a description's sentences that must stay: a model that invents more is not to be trusted with the rest."""
LEAST_SIGNS: Final = 40

Kind = Literal["brand", "size", "number", "material"]
Where = Literal["title", "description"]

_PARTS: Final[dict[Where, Callable[[ListingText], str]]] = {
    "title": lambda text: text.title,
    "description": lambda text: text.description,
}

_HASHTAG_SIZE: Final = re.compile(r"(taglia|size|talla|taille|grosse|groesse|gr|tg)(?P<size>[2-6]?x{0,4}[sl]|m|\d+)")
_SENTENCE: Final = re.compile(r"[^.!?…\n]*(?:[.!?…](?!\s|$)[^.!?…\n]*)*[.!?…]*(?:\s+|$)")


@dataclass(frozen=True)
class _Told:
    kind: Kind
    start: int
    end: int


def violations(text: ListingText, facts: Facts) -> tuple[Violation, ...]:
    """Every brand, size, number and material that a text tells and these facts do not, in the order of the text.

    Her notes are evidence of none; fit, measurements, flaws and care are of sizes, numbers and materials.
    """
    known = evidence_of(facts)
    found: list[Violation] = []
    for where, told in _PARTS.items():
        written = told(text)
        found += [
            Violation(one.kind, _word(written, one), where) for one in _told(where, written, text.language, known)
        ]
    for tag in text.hashtags:
        found += [Violation(kind, tag, "hashtags") for kind in _told_by_hashtag(tag, text.language, known)]
    return tuple(found)


def repaired(
    text: ListingText, facts: Facts, fallback: ListingText
) -> tuple[ListingText, tuple[Violation, ...]] | None:
    """The text as it may be published, and what was taken out of it; None where too little stays.

    What no listing holds goes (`signs.listed`); a title that invents, is empty or too long becomes the fallback's;
    sentences and hashtags that invent are dropped. What is returned has no violation.
    """
    text = listed(text)
    removed = violations(text, facts)
    known = evidence_of(facts)
    title_is_bad = not text.title or len(text.title) > MOST_TITLE or any(one.where == "title" for one in removed)
    kept = _kept(text.description, text.language, known)
    if kept is None:
        return None
    bad_tags = {one.word for one in removed if one.where == "hashtags"}
    done = replace(
        text,
        title=fallback.title if title_is_bad else text.title,
        description=kept,
        hashtags=tuple(tag for tag in text.hashtags if tag not in bad_tags),
    )
    return None if violations(done, facts) else (done, removed)


def sentences_within(description: str, most_signs: int) -> str:
    """The first whole sentences of a description, as many as fit; never less than one."""
    ends = [end for _, end in _sentences(description) if len(description[:end].rstrip()) <= most_signs]
    first = _sentences(description)[0][1] if _sentences(description) else 0
    return description[: max(ends, default=first)].rstrip()


def _kept(description: str, language: TextLanguage, known: Evidence) -> str | None:
    """The sentences that invent nothing; None: too few, or too short."""
    first = len(_sentences(description))
    text = description
    while told := _told("description", text, language, known):
        at = plain(text).at
        bad = [(at[one.start], at[one.end - 1]) for one in told]
        left = [
            (start, end)
            for start, end in _sentences(text)
            if not any(begin < end and start <= last for begin, last in bad)
        ]
        text = "".join(text[start:end] for start, end in left).strip()
    stays = len(_sentences(text))
    return text if stays and stays >= LEAST_LEFT * first and len(text) >= LEAST_SIGNS else None


def _sentences(text: str) -> list[tuple[int, int]]:
    """From where to where each goes, with the space behind it."""
    return [found.span() for found in _SENTENCE.finditer(text) if found[0].strip()]


@lru_cache(maxsize=64)
def _told(where: Where, text: str, language: TextLanguage, known: Evidence) -> tuple[_Told, ...]:
    """What a text tells that is not known, each sign at most once."""
    signs = plain(text)
    taken: list[_Told] = []
    found = sorted(_all_told(where, signs, language, known), key=lambda one: (one.start, -one.end))
    for one in found:
        if not any(other.start < one.end and one.start < other.end for other in taken):
            taken.append(one)
    return tuple(taken)


def _all_told(where: Where, signs: Plain, language: TextLanguage, known: Evidence) -> Iterator[_Told]:
    text = signs.text
    for start, end in told_names(text, language, known, in_title=where == "title"):
        yield _Told("brand", start, end)
    for size in told_sizes(text):
        other_system = size.system and known.systems and size.system not in known.systems
        if size.value not in known.sizes or other_system:
            yield _Told("size", size.start, size.end)
    for number in (*told_numbers(text), *spelled_numbers(text, language)):
        if number.value not in known.numbers:
            yield _Told("number", number.start, number.end)
    for material in told_materials(text, language):
        if material.material not in known.materials:
            yield _Told("material", material.start, material.end)


def _word(text: str, told: _Told) -> str:
    """What was told as it stands there."""
    return plain(text).as_it_stood(told.start, told.end)


def _told_by_hashtag(tag: str, language: TextLanguage, known: Evidence) -> Iterator[Kind]:
    """What a hashtag tells that is not known. Its words are not parted: materials are looked for within."""
    low = "".join(sign for sign in plain(tag).text.lower() if sign.isalnum())
    if low == "".join(known.brand):
        return
    size = _HASHTAG_SIZE.search(low)
    if size and size.end() == len(low) and size["size"].upper() not in known.sizes and size["size"] not in known.sizes:
        yield "size"
        return
    if any(number.value not in known.numbers for number in told_numbers(low)):
        yield "number"
    if any(material not in known.materials for material in materials_in_hashtag(low, language)):
        yield "material"
    elif names_hashtag(re.sub(_HASHTAG_SIZE, "", low) if size else low, known):
        yield "brand"
