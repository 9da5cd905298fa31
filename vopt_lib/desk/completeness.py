"""This is where a draft is held against what Vinted's form demands, and what sells: a score, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from vopt_lib.schema.completeness import Completeness, DraftField, Todo
from vopt_lib.schema.listing_text import MOST_TITLE, Facts, ListingText
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.vinted_terms import size_group
from vopt_lib.words import N_

ENOUGH_PHOTOS: Final = 3
"""Front, back and a detail or label: less leaves a buyer asking."""

LEAST_TITLE: Final = 20
"""Signs: shorter ones leave out brand, kind, colour or size, by which people search."""

LEAST_DESCRIPTION: Final = 120
"""Signs: two or three sentences, what a buyer reads before she asks."""


@dataclass(frozen=True)
class _Draft:
    facts: Facts
    text: ListingText
    photos: Sequence[OwnPhoto]
    asked: Decimal | None
    parcel_size: str | None


@dataclass(frozen=True)
class _Rule:
    """Something a draft should have. Of several about one field, each rests on those before it."""

    field: DraftField
    sentence: str
    weight: int
    is_demanded: bool
    is_met: Callable[[_Draft], bool]
    applies: Callable[[_Draft], bool] = lambda draft: True


def _has_sizes(draft: _Draft) -> bool:
    return size_group(draft.facts.catalog_id or 0) is not None


_RULES: Final = (
    _Rule("photos", N_("Add a photo: nothing can be published without."), 12, True, lambda of: bool(of.photos)),
    _Rule(
        *("photos", N_("Add photos until there are three: front, back and a detail or the label."), 8, False),
        lambda of: len(of.photos) >= ENOUGH_PHOTOS,
    ),
    _Rule(
        *(
            "photos",
            N_("Make the first photo better, or move a better one first: it is what a search shows."),
            6,
            False,
        ),
        lambda of: bool(of.photos) and not of.photos[0].hints,
    ),
    _Rule("catalog_id", N_("Choose a category."), 10, True, lambda of: of.facts.catalog_id is not None),
    _Rule("title", N_("Give it a title."), 6, True, lambda of: bool(of.text.title.strip())),
    _Rule(
        *("title", N_("Let the title say brand, kind, colour and size, in 20 to 60 letters."), 4, False),
        lambda of: LEAST_TITLE <= len(of.text.title.strip()) <= MOST_TITLE,
    ),
    _Rule("description", N_("Describe it."), 4, True, lambda of: bool(of.text.description.strip())),
    _Rule(
        *("description", N_("Describe it in two or three sentences more: fit, flaws, why you sell it."), 4, False),
        lambda of: len(of.text.description.strip()) >= LEAST_DESCRIPTION,
    ),
    _Rule("brand", N_("Name its brand, or write that it has none."), 8, True, lambda of: bool(of.facts.brand)),
    _Rule("size", N_("Choose its size."), 8, True, lambda of: bool(of.facts.size), _has_sizes),
    _Rule("condition_id", N_("Choose its condition."), 8, True, lambda of: of.facts.condition_id is not None),
    _Rule("asked", N_("Set a price."), 8, True, lambda of: bool(of.asked)),
    _Rule("parcel_size", N_("Choose the size of the parcel."), 4, True, lambda of: bool(of.parcel_size)),
    _Rule(
        "colours", N_("Choose one or two colours: people filter by them."), 4, False, lambda of: bool(of.facts.colours)
    ),
    _Rule(
        *("measurements", N_("Measure it: buyers ask for it, and send less back."), 4, False),
        lambda of: bool(of.facts.measurements.strip()),
        _has_sizes,
    ),
    _Rule("material", N_("Say what it is made of; the label tells."), 2, False, lambda of: bool(of.facts.material)),
)
"""What is looked for; the weights add up to 100.

Photos weigh most (26): people see nothing else in a search, and Vinted's own advice to sellers begins with them. What
the form demands follows, most for what decides whether she is found at all (category, brand, size) and what is decided
upon (condition, price); what it does not ask for weighs least. A judgement of ours, not a measurement.
"""


def completeness(
    facts: Facts,
    text: ListingText,
    photos: Sequence[OwnPhoto],
    asked: Decimal | None,
    *,
    parcel_size: str | None = None,
) -> Completeness:
    """How complete a draft is. asked: its price, in its currency. Photos nobody looked at yet (hints None) pass.

    A size and measurements are only looked for where the catalogue is known to have sizes.
    """
    draft = _Draft(facts, text, photos, asked, parcel_size)
    asked_of_it = [rule for rule in _RULES if rule.applies(draft)]
    todo = sorted(_todo(draft, asked_of_it), key=lambda one: (not one.is_demanded, -one.weight))
    whole = sum(rule.weight for rule in asked_of_it)
    return Completeness(round(100 * (whole - sum(one.weight for one in todo)) / whole), tuple(todo))


def _todo(draft: _Draft, rules: Sequence[_Rule]) -> Iterator[Todo]:
    """The first thing to do of each field, with the weight of all that rests on it."""
    for field, about in groupby(rules, key=lambda rule: rule.field):
        missed = [rule for rule in about if not rule.is_met(draft)]
        if missed:
            first = missed[0]
            yield Todo(field, first.sentence, sum(rule.weight for rule in missed), first.is_demanded)
