"""This is where a draft made of photos becomes lines that a person reads, and plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from vopt_lib.desk.draft_photos import Drafted
from vopt_lib.schema.listing_text import TEMPLATE
from vopt_lib.schema.photo_analysis import SOURCES, Field
from vopt_lib.schema.price_words import days_said
from vopt_lib.schema.pricing import Advice, Unlearnt, Worth
from vopt_lib.words import N_, Words

_HEADS: Final[Mapping[Field, str]] = {
    "catalog_id": N_("Category"),
    "brand": N_("Brand"),
    "colours": N_("Colour"),
    "pattern": N_("Pattern"),
    "material": N_("Material"),
    "condition_id": N_("Condition"),
    "size": N_("Size"),
    "tags": N_("Words"),
}

MOST_SEEN: Final = 3
"""Values of a field that are told."""


def lines(made: Drafted, words: Words) -> Iterator[str]:
    """What was seen, the price, the text, and what is still missing, a line each; "" between them."""
    yield from _seen(made, words)
    yield words.say(N_("Price:"))
    yield f"  {_price(made, words)}"
    yield ""
    yield from _text(made, words)
    yield words.say(N_("Complete to {share}."), share=words.percent(made.completeness.score / 100))
    for todo in made.completeness.todo:
        said = words.say(todo.sentence)
        yield "  - " + (words.say(N_("{todo} Vinted demands it."), todo=said) if todo.is_demanded else said)


def as_json(made: Drafted) -> dict[str, Any]:
    """The same as plain values: confidence from 0 to 1, the price in EUR, sentences in English."""
    text, worth, advice = made.written.text, made.priced.worth, made.priced.advice
    return {
        "seen": {
            name: [asdict(one) | {"sure": name in made.analysis.sure} for one in seen]
            for name, seen in made.analysis.fields.items()
        },
        "facts": asdict(made.facts),
        "price": {
            "asked_eur": None if made.asked is None else float(made.asked),
            "worth_eur": asdict(worth) if isinstance(worth, Worth) else None,
            "lack": None if isinstance(advice, Advice) else advice.value,
        },
        "text": asdict(text) | {"by": made.written.by, "model": made.written.model},
        "completeness": asdict(made.completeness),
        "refused": {str(place): str(error) for place, error in made.refused.items()},
    }


def _seen(made: Drafted, words: Words) -> Iterator[str]:
    if not made.analysis.fields:
        return
    yield words.say(N_("Seen on the photos:"))
    for name, seen in made.analysis.fields.items():
        told = (
            N_("{head}: {label}, {share}, by {source}")
            if name in made.analysis.sure
            else N_("{head}: perhaps {label}, {share}, by {source}")
        )
        for one in seen[:MOST_SEEN]:
            facts = {"share": words.percent(one.confidence), "source": words.say(SOURCES[one.source])}
            head, label = words.say(_HEADS[name]), one.labels[words.language]
            yield "  " + words.say(told, head=head, label=label, **facts)
    yield ""


def _price(made: Drafted, words: Words) -> str:
    worth, advice = made.priced.worth, made.priced.advice
    if isinstance(worth, Unlearnt):
        return words.say(worth.sentence)
    if not isinstance(advice, Advice):
        return words.say(advice.sentence)
    return words.say(
        N_("Ask {price}: {days}."), price=words.money(advice.ask), days=days_said(advice, advice.ask, words)
    )


def _text(made: Drafted, words: Words) -> Iterator[str]:
    text, by = made.written.text, made.written
    if not (text.title or text.description):
        yield words.say(
            N_("Nothing can be written yet: say what it is, for instance --facts category=Jeans,brand=Zara.")
        )
        yield ""
        return
    yield words.say(
        N_("Written without a model:") if by.by == TEMPLATE else N_("Written by {model}:"), model=by.model or by.by
    )
    yield f"  {text.title}"
    yield ""
    yield from (f"  {line}".rstrip() for line in text.description.split("\n"))
    if text.hashtags:
        yield ""
        yield "  " + " ".join(f"#{tag}" for tag in text.hashtags)
    yield ""
