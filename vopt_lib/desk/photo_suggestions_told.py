"""This is where what a photo suggests becomes lines that a person reads, and plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from vopt_lib.schema.photo_suggestions import PhotoSuggestions
from vopt_lib.vision.descriptor import NAME as SHAPES
from vopt_lib.words import N_, Words


def lines(found: PhotoSuggestions, words: Words) -> Iterator[str]:
    """What it may be, the likeliest first."""
    is_built_in = found.model == SHAPES
    heads = (
        (N_("Catalogue:"), found.catalogues),
        (N_("Colours, by what is seen of each:") if is_built_in else N_("Colour:"), found.colours),
        (N_("Pattern:"), found.patterns),
    )
    for head, guesses in heads:
        if guesses:
            yield words.say(head)
        for guess in guesses:
            yield f"  {words.percent(guess.probability):>5}  {guess.labels[words.language]}"
    if is_built_in and not found.catalogues:
        yield words.say(N_("No photo of a listing is known yet. `vopt embed` fetches some."))
    if is_built_in:
        yield words.say(
            N_("`--model clip` tells catalogue and pattern from the photo alone, once its weights are here.")
        )


def as_json(found: PhotoSuggestions) -> dict[str, Any]:
    """The same as plain values; probabilities from 0 to 1."""
    return asdict(found)
