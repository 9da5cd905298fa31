"""This is where we say what a listing is compared with, what that tells of its price, and why it may tell nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from vopt_lib.words import N_


class Unfit(StrEnum):
    """Why a listing's price says nothing about others, in the order in which it is looked for."""

    CURRENCY = "currency"
    NONSENSE = "nonsense"
    BUNDLE = "bundle"
    FLAWED = "flawed"
    FAKE = "fake"
    NOT_FOR_SALE = "not for sale"
    ANOTHER_THING = "another thing"
    PROMOTED = "promoted"
    OLD = "old"
    DUPLICATE = "duplicate"

    @property
    def sentence(self) -> str:
        """What a seller is told."""
        return _REASONS[self]


_REASONS: Final = {
    Unfit.CURRENCY: N_("another currency, or no price"),
    Unfit.NONSENSE: N_("a price that means nothing"),
    Unfit.BUNDLE: N_("several things together"),
    Unfit.FLAWED: N_("a flaw in the title"),
    Unfit.FAKE: N_("perhaps a copy"),
    Unfit.NOT_FOR_SALE: N_("a swap, or not for sale"),
    Unfit.ANOTHER_THING: N_("for children or dolls, or a part only"),
    Unfit.PROMOTED: N_("a paid placement"),
    Unfit.OLD: N_("not seen for long"),
    Unfit.DUPLICATE: N_("the same seller offers it twice"),
}


class Shortage(StrEnum):
    """What is missing for a price."""

    NO_CATALOGUE = "no_catalogue"
    FEW_ALIKE = "few_alike"

    @property
    def sentence(self) -> str:
        """What a seller is told."""
        return _SHORTAGES[self]


_SHORTAGES: Final = {
    Shortage.NO_CATALOGUE: N_("Not enough evidence: nobody knows in which catalogue it lies. Follow that catalogue."),
    Shortage.FEW_ALIKE: N_("Not enough evidence: too few listings of its catalogue can be compared. Follow all of it."),
}


@dataclass(frozen=True)
class FairPrice:
    """What is asked for a thing like this, in EUR: half of such listings ask more than `middle`, eight in ten lie
    between `low` and `high`. listings: how many it rests on; of_parent: some of them lie in neighbouring catalogues.
    """

    low: float
    middle: float
    high: float
    listings: int
    of_parent: bool = False


@dataclass(frozen=True)
class Effect:
    """What one attribute of a listing does to its price: a share of the usual one (-0.2), from so many listings."""

    attribute: str
    value: str
    change: float
    listings: int


@dataclass(frozen=True)
class Subject:
    """A thing described by facts, which need not be for sale. What is not known is None."""

    catalog_id: int | None
    title: str = ""
    brand: str | None = None
    size: str | None = None
    condition_id: int | None = None
    color: str | None = None
    material: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class Comparables:
    """What a listing was compared with.

    on_sale and sold (rows of COMPARABLE, most alike first) are kept apart: what is asked is not what was paid attention
    to until a sale. fair is of those on sale, last_seen of those sold with proof; a Shortage says what is missing.
    effects: what its own attributes do to its price. excluded: COMPARABLE and reason, those that are as alike; reasons
    counts all that were left out of its catalogue.
    """

    on_sale: pl.DataFrame
    sold: pl.DataFrame
    fair: FairPrice | Shortage
    last_seen: FairPrice | Shortage
    effects: tuple[Effect, ...]
    excluded: pl.DataFrame
    reasons: Mapping[Unfit, int]


COMPARABLE: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "listing_id": pl.Int64,
    "title": pl.String,
    "brand": pl.String,
    "size": pl.String,
    "condition_id": pl.Int32,
    "url": pl.String,
    "evidence": pl.String,
    "last_seen_at": pl.Datetime("us", "UTC"),
    "price_eur": pl.Float64,
    "adjusted_eur": pl.Float64,
    "by_brand": pl.Float64,
    "by_size": pl.Float64,
    "by_condition": pl.Float64,
    "by_words": pl.Float64,
    "likeness": pl.Float64,
}
"""One comparable. price_eur: asked while on sale, or last seen before it was sold (evidence: on_sale, sold).
adjusted_eur: the same for a listing with the brand, size, condition and words of the one compared; by_…: the share by
which each of these changed it. likeness: 0 to 1."""
