"""This is where an evaluation of drafts is put into words."""

from __future__ import annotations

from collections.abc import Iterator

from vopt_lib.desk.evaluate_drafts import KINDS, DraftsEvaluation, WriterFigures
from vopt_lib.desk.side_by_side import side_by_side
from vopt_lib.schema.listing_text import TEMPLATE
from vopt_lib.words import N_, Words

_HEADS = (N_("accepted"), N_("mended"), N_("answers refused"))
_KINDS = {
    "brand": N_("brands"),
    "size": N_("sizes"),
    "number": N_("numbers"),
    "material": N_("materials"),
}


def lines(done: DraftsEvaluation, words: Words) -> Iterator[str]:
    """Who wrote what, a line each."""
    yield words.say(
        N_("{sets} made-up things, each with notes that ask to invent: {drafts} drafts a writer, in five languages."),
        sets=done.sets,
        drafts=done.drafts,
    )
    yield ""
    heads = [words.say(head) for head in (*_HEADS, *(_KINDS[kind] for kind in KINDS), N_("seconds"))]
    yield from side_by_side([["", *heads], *(_row(one, words) for one in done.writers)])
    yield ""
    yield words.say(
        N_("Brands, sizes, numbers and materials: what was taken out of accepted drafts, since no fact told it.")
    )
    for one in done.writers:
        if one.trouble is not None:
            yield f"{_name(one, words)}: {words.error(one.trouble)}"
    if [one.writer for one in done.writers] == [TEMPLATE]:
        yield words.say(N_("No language model is set: only the built-in template wrote."))


def _row(one: WriterFigures, words: Words) -> list[str]:
    return [
        _name(one, words),
        words.say(N_("{n} of {of}"), n=one.accepted, of=one.asked),
        words.number(one.mended),
        words.number(one.answers_refused),
        *(words.number(one.caught[kind]) for kind in KINDS),
        words.number(one.seconds, 3 if one.model is None else 1),
    ]


def _name(one: WriterFigures, words: Words) -> str:
    return words.say(N_("template")) if one.writer == TEMPLATE else f"{one.writer}, {one.model}"
