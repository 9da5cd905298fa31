"""This is where a listing is written: by whoever of the language models can, else by the template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from vopt_lib.assistant.grounding import sentences_within
from vopt_lib.assistant.template import template_text
from vopt_lib.assistant.writing import Wanted, written
from vopt_lib.desk.assistant import chosen
from vopt_lib.desk.instance import Desk
from vopt_lib.errors import NobodyAnswered
from vopt_lib.schema.assistant import Attempt
from vopt_lib.schema.listing_text import (
    MOST_DESCRIPTION,
    TEMPLATE,
    Facts,
    ListingText,
    TextLanguage,
    Tone,
    Written,
)


def write_text(
    desk: Desk,
    facts: Facts,
    *,
    language: TextLanguage = "it",
    tone: Tone = "friendly",
    style: Sequence[ListingText] = (),
    most_signs: int = MOST_DESCRIPTION,
    on_text: Callable[[ListingText], None] = lambda text: None,
) -> Written:
    """A listing that tells nothing that the facts do not; the template's where no model is set, or none is of use.

    style: texts that she wrote before. most_signs: of the description. on_text: what can be read so far, unchecked, as
    a model writes it; it begins anew where the next does. attempts tell who was asked, and why an answer was not taken.
    """
    plain = template_text(facts, language, tone)
    fallback = replace(plain, description=sentences_within(plain.description, most_signs))
    writers = chosen(desk, "write")
    if not writers:
        return Written(fallback, TEMPLATE)
    try:
        return written(writers, facts, Wanted(language, tone, style, most_signs), fallback=fallback, on_text=on_text)
    except NobodyAnswered as error:
        return Written(fallback, TEMPLATE, attempts=attempts_of(error))


def attempts_of(error: NobodyAnswered) -> tuple[Attempt, ...]:
    """Who was asked, where nobody answered."""
    told = error.facts["attempts"]
    return told if isinstance(told, tuple) else ()
