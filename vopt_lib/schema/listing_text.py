"""This is where we say what is told of a thing in a listing, and what was written about it, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from vopt_lib.schema.assistant import Attempt
from vopt_lib.words import N_

TextLanguage = Literal["it", "en", "fr", "de", "es"]
"""What a listing can be written in."""

TEXT_LANGUAGES: Final[Mapping[TextLanguage, str]] = {
    "it": "Italiano",
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "es": "Español",
}
"""What each calls itself."""

Tone = Literal["plain", "friendly", "lively"]

TONES: Final[Mapping[Tone, str]] = {
    "plain": N_("to the point"),
    "friendly": N_("friendly"),
    "lively": N_("lively"),
}

MOST_TITLE: Final = 60
"""Signs of a title: what a result of a search shows of it."""

MOST_DESCRIPTION: Final = 2_000
"""Signs of a description: nobody reads more."""

MOST_HASHTAGS: Final = 10


@dataclass(frozen=True)
class Facts:
    """What is known of a thing: all that a listing may tell of it. "", None and () are: not known.

    catalog_id, condition_id: Vinted's numbers. brand, size, material: as the seller writes them. colours: at most two,
    as Vinted calls them in Italian ("Nero"), the first the most. pattern: the name of a `Pattern`. fit, measurements,
    flaws, care: in her own words. notes: what else she says; a hint for whoever writes, and no evidence of a brand,
    size, number or material.
    """

    catalog_id: int | None = None
    brand: str | None = None
    size: str | None = None
    condition_id: int | None = None
    colours: tuple[str, ...] = ()
    pattern: str | None = None
    material: str | None = None
    fit: str = ""
    measurements: str = ""
    flaws: str = ""
    care: str = ""
    notes: str = ""


@dataclass(frozen=True)
class ListingText:
    """What stands in a listing. hashtags: without their sign ("giaccajeans"), at most MOST_HASHTAGS."""

    title: str
    description: str
    hashtags: tuple[str, ...] = ()
    language: TextLanguage = "it"


@dataclass(frozen=True)
class Violation:
    """Something that a text tells and no fact does. word: as it stands there."""

    kind: Literal["brand", "size", "number", "material"]
    word: str
    where: Literal["title", "description", "hashtags"]


@dataclass(frozen=True)
class Written:
    """A text, and how it came to be. by: whose it is, "template" or a backend's name; model: where it was a model.

    removed: what a model invented and was taken out again. attempts: every model that was asked for it.
    """

    text: ListingText
    by: str
    model: str | None = None
    removed: tuple[Violation, ...] = ()
    attempts: tuple[Attempt, ...] = ()


TEMPLATE: Final = "template"
"""Who wrote what no model did."""
