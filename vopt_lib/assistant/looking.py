"""This is where a language model that sees is shown the photos of a thing, and what it says becomes known words.

What it says is believed no further than a list can check: a catalogue, colour, pattern, material, condition, size or
tag that is not known is dropped, and so is a brand that cannot be read on the thing. So text on a photo, whatever it
demands, can become a brand or a size that is offered, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

from vopt_lib.assistant import known_words
from vopt_lib.assistant.ladder import Answered, Chosen, answered
from vopt_lib.assistant.prompts import prompt
from vopt_lib.errors import NobodyAnswered
from vopt_lib.schema.assistant import Attempt, Message
from vopt_lib.schema.photo_analysis import Field, Seen, Source
from vopt_lib.schema.vinted_terms import catalogue_nodes, folded, seen_as

PROMPT: Final = "look"

MOST_LOOKED_AT: Final = 4
"""Photos that a model is shown: each costs a small one half a minute on an old computer."""

LONGEST: Final = 768
"""Pixels of a photo's longer side: small models look at squares of 378 to 672, and a label must stay legible."""

UNSAID: Final = 0.5
"""How sure a model is taken to be that does not say."""

MOST_TAGS: Final = 10
MOST_COLOURS: Final = 2
MOST_TOKENS: Final = 500
_MOST_LETTERS: Final = 200


def _text(said: Any) -> str:
    return said.strip()[:_MOST_LETTERS] if isinstance(said, str) else str(said) if isinstance(said, int) else ""


def _share(said: Any) -> float:
    """A share; 80 means 80 %."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        return UNSAID
    return min(max(said / 100.0 if said > 1.0 else float(said), 0.0), 1.0)


def _listed(said: Any) -> list[Any]:
    many = said if isinstance(said, list) else said.split(",") if isinstance(said, str) else [said] if said else []
    return many[: 2 * MOST_TAGS]


def _worded(said: Any) -> Any:
    """What small models write instead of an object: the word alone, a list, nothing."""
    first = said[0] if isinstance(said, list) and said else said
    return first if isinstance(first, dict | Word) else {"value": first}


Text = Annotated[str, BeforeValidator(_text)]
Share = Annotated[float, BeforeValidator(_share)]


class Word(BaseModel):
    """One thing that is said. confidence: 0 to 1."""

    model_config = ConfigDict(extra="ignore")

    value: Text = ""
    confidence: Share = UNSAID


class BrandWord(Word):
    """A brand. text: the letters that are read on the thing."""

    text: Text = ""


Words = Annotated[list[Annotated[Word, BeforeValidator(_worded)]], BeforeValidator(_listed)]


class Look(BaseModel):
    """What is asked of a model: all of it may be missing."""

    model_config = ConfigDict(extra="ignore")

    category: Annotated[Word, BeforeValidator(_worded)] = Word()
    brand: Annotated[BrandWord, BeforeValidator(_worded)] = BrandWord()
    colours: Words = []
    pattern: Annotated[Word, BeforeValidator(_worded)] = Word()
    material: Annotated[Word, BeforeValidator(_worded)] = Word()
    condition: Annotated[Word, BeforeValidator(_worded)] = Word()
    size: Annotated[Word, BeforeValidator(_worded)] = Word()
    tags: Words = []


@dataclass(frozen=True)
class Looked:
    """What a model saw, each value once, with how sure it says it is; by: the model; attempts: everybody asked."""

    seen: tuple[tuple[Field, Seen], ...]
    by: str
    attempts: tuple[Attempt, ...]


def look(chosen: Sequence[Chosen], photos: Sequence[bytes]) -> Looked:
    """What the first model that answers sees on these photos (JPEG, LONGEST at most), the first MOST_LOOKED_AT of them.

    A brand that vopt does not know is looked for once more, on the other photos alone, and only believed if it is read
    there, too. Raises: NobodyAnswered.
    """
    shown = photos[:MOST_LOOKED_AT]
    first = _asked(chosen, shown)
    seen, attempts = list(known(first.value)), first.attempts
    unknown = _unknown_brand(first.value)
    if unknown and len(shown) > 1:
        brand, more = _read_again(chosen, shown[1:], unknown)
        seen, attempts = seen + brand, attempts + more
    return Looked(tuple(seen), first.by.model, attempts)


def _asked(chosen: Sequence[Chosen], photos: Sequence[bytes]) -> Answered[Look]:
    messages = [Message("user", prompt(PROMPT).text, tuple(photos))]
    return answered(chosen, messages, Look, most_tokens=MOST_TOKENS)


def _read_again(
    chosen: Sequence[Chosen], photos: Sequence[bytes], name: str
) -> tuple[list[tuple[Field, Seen]], tuple[Attempt, ...]]:
    try:
        again = _asked(chosen, photos)
    except NobodyAnswered as error:
        return [], _attempts(error)
    same = folded(_unknown_brand(again.value)) == folded(name)
    return ([_plain("brand", name, again.value.brand.confidence)] if same else []), again.attempts


def _attempts(error: NobodyAnswered) -> tuple[Attempt, ...]:
    attempts: tuple[Attempt, ...] = error.facts["attempts"]  # type: ignore[assignment]
    return attempts


def _unknown_brand(found: Look) -> str:
    """A brand that stands on the thing and is in no list; "" where there is none."""
    name, text = found.brand.value, found.brand.text
    is_read = bool(name) and folded(text).startswith(folded(name))
    return name if is_read and known_words.is_name(name) and not known_words.brand_read(text) else ""


def known(found: Look) -> Iterator[tuple[Field, Seen]]:
    """What is in a list of vopt's, of all that is said."""
    yield from _catalogues(found.category)
    brand = known_words.brand_read(found.brand.text)
    if brand and brand == known_words.brand_read(found.brand.value or found.brand.text):
        yield _plain("brand", brand, found.brand.confidence)
    size = known_words.size_read(found.size.value)
    if size:
        yield _plain("size", size, found.size.confidence)
    yield from _once(_colours(found.colours), MOST_COLOURS)
    pattern = known_words.pattern_meant(found.pattern.value)
    if pattern:
        yield "pattern", Seen(pattern.name, _both(pattern.labels), found.pattern.confidence, "model")
    material = known_words.material_meant(found.material.value)
    if material:
        yield "material", Seen(material.labels["it"], _both(material.labels), found.material.confidence, "model")
    condition = known_words.condition_meant(found.condition.value)
    if condition:
        yield "condition_id", Seen(condition.id, _both(condition.labels), found.condition.confidence, "model")
    yield from _once(_tags(found.tags), MOST_TAGS)


def _catalogues(said: Word) -> Iterator[tuple[Field, Seen]]:
    """Where several fit the same words, each is as likely."""
    meant = known_words.catalogues_meant(said.value)
    paths = {node.catalog_id: node.path for node in catalogue_nodes()}
    for one in meant:
        yield "catalog_id", Seen(one, {"it": paths[one], "en": seen_as()[one]}, said.confidence / len(meant), "model")


def _colours(said: Sequence[Word]) -> Iterator[tuple[Field, Seen]]:
    for one in said:
        colour = known_words.colour_meant(one.value)
        if colour:
            yield "colours", Seen(colour.labels["it"], _both(colour.labels), one.confidence, "model")


def _tags(said: Sequence[Word]) -> Iterator[tuple[Field, Seen]]:
    for one in said:
        tag = known_words.tag_meant(one.value)
        if tag:
            yield "tags", Seen(tag[0], {"it": tag[0], "en": tag[1]}, one.confidence, "model")


def _once(seen: Iterator[tuple[Field, Seen]], most: int) -> Iterator[tuple[Field, Seen]]:
    """The first of each value, so many at most."""
    yield from list({one.value: (field, one) for field, one in reversed(list(seen))}.values())[::-1][:most]


def _plain(field: Field, name: str, confidence: float) -> tuple[Field, Seen]:
    """What is read on a label, and called the same in all languages."""
    source: Source = "label"
    return field, Seen(name, {"it": name, "en": name}, confidence, source)


def _both(labels: Any) -> dict[Any, str]:
    return {"it": labels["it"], "en": labels["en"]}
