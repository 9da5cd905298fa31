"""This is where an evaluation of photos is put into words."""

from __future__ import annotations

from collections.abc import Iterator

from vopt_lib.desk.evaluate_photos import NEAREST, PhotosEvaluation
from vopt_lib.desk.side_by_side import side_by_side
from vopt_lib.words import N_, Words


def lines(done: PhotosEvaluation, words: Words) -> Iterator[str]:
    """What was found, a line each."""
    yield words.say(
        N_("{photos} photos of {labels} kinds, each looked for among all others; of the most alike so many are right:"),
        photos=done.photos,
        labels=len(done.by_label),
    )
    yield ""
    yield from _compared(done, words)
    if done.ratio is not None:
        yield words.say(
            N_("Among the {nearest} most alike, {ratio} times as many are right as by grey pixels."),
            nearest=NEAREST,
            ratio=words.number(done.ratio, 2),
        )
    yield ""
    yield from _by_label(done, words)
    yield ""
    yield words.say(
        N_("{photos} photos a second on one core, decoding included; {dims} numbers each."),
        photos=words.number(done.photos_per_s, 0),
        dims=done.dims,
    )


def _compared(done: PhotosEvaluation, words: Words) -> Iterator[str]:
    chance = words.percent(done.chance, 1)
    yield from side_by_side(
        [
            ["", words.say(N_("the first")), words.say(N_("first {nearest}"), nearest=NEAREST)],
            [done.name, words.percent(done.embedder.at_1, 1), words.percent(done.embedder.at_10, 1)],
            [
                words.say(N_("grey pixels")),
                words.percent(done.pixels.at_1, 1),
                words.percent(done.pixels.at_10, 1),
            ],
            [words.say(N_("chance")), chance, chance],
        ]
    )


def _by_label(done: PhotosEvaluation, words: Words) -> Iterator[str]:
    heads = (N_("kind"), N_("photos"), N_("the first"), N_("first {nearest}"), N_("grey pixels"))
    rows = [[words.say(head, nearest=NEAREST) for head in heads]]
    rows += [
        [
            one.label,
            words.number(one.photos),
            words.percent(one.embedder.at_1, 1),
            words.percent(one.embedder.at_10, 1),
            words.percent(one.pixels.at_10, 1),
        ]
        for one in done.by_label
    ]
    yield from side_by_side(rows)
