"""This is where it is said what the facts of a thing let a text tell of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from vopt_lib.assistant.lexicon import brand_names, is_ordinary, name_words, words
from vopt_lib.assistant.signs import plain
from vopt_lib.assistant.told_materials import named_materials
from vopt_lib.assistant.told_numbers import ONE_SIZE, all_numbers, told_sizes
from vopt_lib.schema.listing_text import Facts
from vopt_lib.schema.vinted_terms import catalogue_nodes, colours, conditions, kinds, patterns, seen_as


@dataclass(frozen=True)
class Evidence:
    """What facts are evidence of, in plain words; her notes are of nothing.

    brand: the words of its name. words: what the facts call the thing. sizes, numbers: as `told_numbers` compares
    them. systems: those that the facts tell a size in ("IT"). materials: names of `Material`.
    """

    brand: tuple[str, ...]
    words: frozenset[str]
    sizes: frozenset[str]
    systems: frozenset[str]
    numbers: frozenset[str]
    materials: frozenset[str]


@lru_cache(maxsize=64)
def evidence_of(facts: Facts) -> Evidence:
    """What a text of these facts may tell."""
    own = "\n".join((facts.fit, facts.measurements, facts.flaws, facts.care))
    size = facts.size or ""
    told = [one for text in (size, own) for one in told_sizes(plain(text).text)]
    labels = [*_of_catalogue(facts.catalog_id), *_labels(facts)]
    return Evidence(
        brand=name_words(facts.brand or ""),
        words=_called((*labels, size, facts.material or "")) | _her_words(own),
        sizes=frozenset(one.value for one in told) | all_numbers(plain(size).text) | _lone(size),
        systems=frozenset(one.system for one in told if one.system),
        numbers=all_numbers(plain("\n".join((facts.brand or "", size, facts.material or "", own, *labels))).text),
        materials=named_materials(
            "\n".join((facts.material or "", own, *_of_catalogue(facts.catalog_id), *facts.colours))
        ),
    )


@cache
def _of_catalogue(catalog_id: int | None) -> tuple[str, ...]:
    """What a catalogue and those above it are called."""
    nodes = {node.catalog_id: node for node in catalogue_nodes()}
    found: list[str] = []
    while catalog_id in nodes:
        labels = kinds()[catalog_id].labels.values() if catalog_id in kinds() else ()
        found += [nodes[catalog_id].title, seen_as().get(catalog_id, ""), *labels]
        catalog_id = nodes[catalog_id].parent_id
    return tuple(found)


def _called(labels: Iterable[str]) -> frozenset[str]:
    """The words of what a thing is called, and all of a label in one, as hashtags have it."""
    told = [words(label) for label in labels]
    return frozenset(word for label in told for word in (*label, "".join(label)) if word)


def _labels(facts: Facts) -> Iterator[str]:
    """What its condition, colours and pattern are called."""
    yield from (
        text for one in conditions() if one.id == facts.condition_id for text in (*one.labels.values(), *one.aliases)
    )
    for colour in colours():
        if colour.labels["it"] in facts.colours:
            yield from colour.labels.values()
    yield from facts.colours
    for pattern in patterns():
        if pattern.name == facts.pattern:
            yield from (*pattern.labels.values(), pattern.seen)


def _her_words(own: str) -> frozenset[str]:
    """The words of her own, but none that may be a name: what is written large within a sentence."""
    known = {word for name, is_word in brand_names().items() if not is_word for word in name}
    found = set()
    for clause in re.split(r"[.:;,!?\n(]+", plain(own).text):
        for index, word in enumerate(re.findall(r"[^\W_]+", clause)):
            low = word.lower()
            if (index == 0 or word == low or is_ordinary(low)) and low not in known:
                found.add(low)
    return frozenset(found)


def _lone(size: str) -> frozenset[str]:
    """A size that is written small ("m") or in words."""
    word = size.strip().upper()
    if re.search(r"unic|one ?size|unique|einheit", plain(size).text, re.IGNORECASE):
        return frozenset({ONE_SIZE})
    return frozenset(one.value for one in told_sizes(f"size {plain(word).text}"))
