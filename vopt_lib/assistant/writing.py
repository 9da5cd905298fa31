"""This is where a language model writes a listing, and what it invents is taken out again or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel, Field
from pydantic_core import from_json

from vopt_lib.assistant.grounding import repaired, sentences_within, violations
from vopt_lib.assistant.ladder import Chosen, checked
from vopt_lib.assistant.languages import other_language
from vopt_lib.assistant.prompts import CLOSING, OPENING, fenced, prompt
from vopt_lib.assistant.signs import listed
from vopt_lib.schema.assistant import Message
from vopt_lib.schema.listing_text import (
    MOST_DESCRIPTION,
    MOST_HASHTAGS,
    MOST_TITLE,
    Facts,
    ListingText,
    TextLanguage,
    Tone,
    Violation,
    Written,
)
from vopt_lib.schema.vinted_terms import catalogue_nodes, colours, conditions, kinds, patterns

MOST_EXAMPLES: Final = 3
"""Texts of hers that a model reads: a small one forgets the facts over more."""
_MOST_OF_EXAMPLE: Final = 600

_LANGUAGES: Final[Mapping[TextLanguage, str]] = {
    "it": "Italian",
    "en": "English",
    "fr": "French",
    "de": "German",
    "es": "Spanish",
}
_TONES: Final[Mapping[Tone, str]] = {
    "plain": "to the point, without praise",
    "friendly": "friendly and natural",
    "lively": "lively and inviting, without exaggeration",
}

OnListing = Callable[[ListingText], None]
"""Is told what can be read of a text so far; it begins anew where somebody else does, and is not checked yet."""


class Draft(BaseModel):
    """What a model answers."""

    title: str = Field(min_length=1)
    description: str = Field(min_length=1)
    hashtags: list[str] = Field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """How a text is to be. style: what she wrote before, as an example. most_signs: of its description."""

    language: TextLanguage = "it"
    tone: Tone = "friendly"
    style: Sequence[ListingText] = ()
    most_signs: int = MOST_DESCRIPTION


def written(
    chosen: Sequence[Chosen],
    facts: Facts,
    wanted: Wanted,
    *,
    fallback: ListingText,
    on_text: OnListing = lambda text: None,
) -> Written:
    """A listing by the first model whose text tells nothing that the facts do not, or can be repaired.

    fallback: whose title is taken where a model's is no good. A text that invents too much, or is written in another
    language, is refused: the model is told why and asked once more, then the next.
    Raises: NobodyAnswered, with why each did not.
    """

    def check(draft: Draft) -> tuple[ListingText, tuple[Violation, ...]]:
        return _checked(_text(draft, wanted), facts, wanted, fallback)

    answer = checked(
        chosen, _messages(facts, wanted), Draft, check, on_text=lambda said: _readable(said, wanted, on_text)
    )
    text, removed = answer.value
    return Written(text, answer.by.backend, answer.by.model, removed, answer.attempts)


def _messages(facts: Facts, wanted: Wanted) -> list[Message]:
    style = ""
    if wanted.style:
        examples = [_example(one) for one in wanted.style[:MOST_EXAMPLES]]
        style = prompt("style").filled(opening=OPENING, examples=fenced(examples), closing=CLOSING)
    told = prompt("write").filled(
        language=_LANGUAGES[wanted.language],
        tone=_TONES[wanted.tone],
        opening=OPENING,
        closing=CLOSING,
        facts=fenced(told_facts(facts, wanted.language)),
        style=style,
        most_title=str(MOST_TITLE),
        most_signs=str(wanted.most_signs),
        most_hashtags=str(MOST_HASHTAGS),
    )
    return [Message("user", told)]


def told_facts(facts: Facts, language: TextLanguage) -> dict[str, Any]:
    """The facts in words of a language, those that are known, as a model is told them."""
    titles = {node.catalog_id: node.path for node in catalogue_nodes()}
    at = facts.catalog_id or 0
    kind = kinds()[at].labels[language] if at in kinds() else ""
    named = {one.labels["it"]: one.labels[language] for one in colours()}
    told: dict[str, Any] = {
        "kind": kind,
        "catalogue": titles.get(at, ""),
        "brand": facts.brand,
        "size": facts.size,
        "condition": next((one.labels[language] for one in conditions() if one.id == facts.condition_id), ""),
        "colours": [named.get(one, one) for one in facts.colours],
        "pattern": next((one.labels[language] for one in patterns() if one.name == facts.pattern), ""),
        "material": facts.material,
        "fit": facts.fit,
        "measurements": facts.measurements,
        "flaws": facts.flaws,
        "care": facts.care,
        "notes": facts.notes,
    }
    return {name: value for name, value in told.items() if value}


def _example(text: ListingText) -> dict[str, Any]:
    return {
        "title": text.title,
        "description": text.description[:_MOST_OF_EXAMPLE],
        "hashtags": list(text.hashtags),
    }


def _text(draft: Draft, wanted: Wanted) -> ListingText:
    return ListingText(draft.title, draft.description, tuple(draft.hashtags), wanted.language)


def _checked(
    text: ListingText, facts: Facts, wanted: Wanted, fallback: ListingText
) -> tuple[ListingText, tuple[Violation, ...]]:
    """The text and what was taken out of it. Raises: ValueError, with words for the model."""
    other = other_language(text.description, wanted.language)
    if other is not None:
        raise ValueError(
            prompt("language").filled(told=_LANGUAGES[other], language=_LANGUAGES[wanted.language]).strip()
        )
    done = repaired(text, facts, fallback)
    if done is None:
        invented = dict.fromkeys(one.word for one in violations(listed(text), facts))
        why = prompt("invented") if invented else prompt("short")
        raise ValueError(why.filled(**({"invented": "; ".join(invented)} if invented else {})).strip())
    kept, removed = done
    return replace(kept, description=sentences_within(kept.description, wanted.most_signs)), removed


def _readable(said: str, wanted: Wanted, on_text: OnListing) -> None:
    """Tell what can be read of an answer that is not whole yet."""
    start = said.find("{")
    if start < 0:
        return
    try:
        so_far = from_json(said[start:], allow_partial="trailing-strings")
    except ValueError:
        return
    if not isinstance(so_far, dict):
        return
    parts = {name: so_far.get(name) for name in ("title", "description")}
    tags = so_far.get("hashtags")
    told = {name: value if isinstance(value, str) else "" for name, value in parts.items()}
    hashtags = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    text = listed(ListingText(told["title"], told["description"], hashtags, wanted.language))
    if text.title or text.description:
        on_text(text)
