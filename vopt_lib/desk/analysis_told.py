"""This is where an evaluation of what photos tell is put into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from vopt_lib.desk.evaluate_analysis import LEAST_RIGHT, AnalysisEvaluation, FieldScore
from vopt_lib.desk.side_by_side import side_by_side
from vopt_lib.schema.photo_analysis import Field
from vopt_lib.words import N_, Words

FIELDS: Final[Mapping[Field, str]] = {
    "catalog_id": N_("catalogue"),
    "brand": N_("brand"),
    "colours": N_("colours"),
    "pattern": N_("pattern"),
    "material": N_("material"),
    "condition_id": N_("condition"),
    "size": N_("size"),
    "tags": N_("tags"),
}


def lines(done: AnalysisEvaluation, words: Words) -> Iterator[str]:
    """What was found, a line each."""
    yield words.say(
        N_("Market {seed}: {things} things, {photos} photos of them, among {listings} listings that are described."),
        seed=str(done.seed),
        things=done.things,
        photos=done.photos,
        listings=done.listings,
    )
    yield ""
    heads = (N_("field"), N_("things"), N_("shown as sure"), N_("of these right"), N_("first value right"))
    rows = [[words.say(head) for head in heads]]
    rows += [_row(field, one, words) for field, one in done.fields.items()]
    yield from side_by_side(rows)
    yield ""
    yield words.say(
        N_("What is shown as sure is to be right {least} of the time; anything else is only offered."),
        least=words.percent(LEAST_RIGHT),
    )
    yield words.say(N_("{seconds} seconds a thing, without a language model."), seconds=words.number(done.seconds, 2))


def _row(field: Field, one: FieldScore, words: Words) -> list[str]:
    right = [words.percent(share, 1) if share is not None else "–" for share in (one.right_of_sure, one.right_of_first)]
    return [words.say(FIELDS[field]), words.number(one.things), words.percent(one.coverage, 1), *right]
