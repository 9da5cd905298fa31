"""This is where we say what the photos of a thing tell of it: of each field what it may be, how surely, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from vopt_lib.schema.assistant import Attempt
from vopt_lib.words import N_

Field = Literal["catalog_id", "brand", "colours", "pattern", "material", "condition_id", "size", "tags"]
"""What photos can tell of: named as in `Facts`; tags are words of the seller's own about the thing."""

Source = Literal["model", "clip", "alike", "label", "colours"]
"""Who says so: a vision model, CLIP, look-alikes by their vote, text read on a label, or the colours that are seen."""

SOURCES: Final[Mapping[Source, str]] = {
    "model": N_("a language model that sees"),
    "clip": N_("CLIP"),
    "alike": N_("listings that look alike"),
    "label": N_("text on a label"),
    "colours": N_("the colours that are seen"),
}


@dataclass(frozen=True)
class Seen:
    """One value that a field may have. value: as `Facts` keeps it (one colour, one tag of several).

    labels: what people call it, in Italian and English. confidence: 0 to 1, the share of such that is right.
    """

    value: int | str
    labels: Mapping[Literal["it", "en"], str]
    confidence: float
    source: Source


@dataclass(frozen=True)
class Analysis:
    """What photos tell. fields: for each, the likeliest first; a field of which nothing is known is not there.

    sure: the fields whose first value (of colours: the first two at most) may be filled in by itself; any other is only
    offered. by: the vision model that looked, if one did; attempts: every model that was asked; photos: their names
    (`photo_name`) in their order; made_at: when, as ISO 8601.
    """

    fields: Mapping[Field, tuple[Seen, ...]] = field(default_factory=dict)
    sure: frozenset[Field] = frozenset()
    by: str | None = None
    attempts: tuple[Attempt, ...] = ()
    photos: tuple[str, ...] = ()
    made_at: str = ""
