"""This is where we say what a price model learns from, what it tells of a thing, and what we advise to ask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from vopt_lib.schema.survival import Lack
from vopt_lib.words import N_

CATEGORY_SEPARATOR: Final = " > "

PRICED: Final[dict[str, type[pl.DataType]]] = {
    "id": pl.String,
    "title": pl.String,
    "brand": pl.String,
    "category": pl.String,
    "size": pl.String,
    "condition": pl.String,
    "color": pl.String,
    "material": pl.String,
    "description": pl.String,
    "listed_on": pl.Date,
    "price_eur": pl.Float64,
}
"""One thing with its price, which a price model learns from; without price_eur, one whose price is wanted. Everything
but id may be null. category: the names of its levels, the widest first, joined by CATEGORY_SEPARATOR. listed_on: the
day (UTC) for which a price was asked, or is wanted. Any other String column is one more label, any other Float64 column
one more number. Nothing is known only after listing (likes, views)."""

ESTIMATED: Final[dict[str, type[pl.DataType]]] = {
    "id": pl.String,
    "middle_eur": pl.Float64,
    "low_eur": pl.Float64,
    "high_eur": pl.Float64,
    "lack": pl.String,
}
"""What a price model tells of one thing: half of such things ask more than middle_eur, eight in ten ask between low_eur
and high_eur. lack: an `Unlearnt` where the evidence is insufficient (the prices are then the model's guess, and are
shown to nobody), else null."""


class Unlearnt(StrEnum):
    """Why a price model says nothing about a thing."""

    NO_MODEL = "no_model"
    NO_CATALOGUE = "no_catalogue"
    NEW_CATALOGUE = "new_catalogue"
    UNLIKE_ALL = "unlike_all"
    NOT_ONE_THING = "not_one_thing"

    @property
    def sentence(self) -> str:
        """What a seller is told."""
        return _UNLEARNT[self]


_UNLEARNT: Final = {
    Unlearnt.NO_MODEL: N_("Not enough evidence: no price model is trained yet. Collect a market, then run: vopt train"),
    Unlearnt.NO_CATALOGUE: N_("Not enough evidence: nobody knows in which catalogue it lies. Choose its catalogue."),
    Unlearnt.NEW_CATALOGUE: N_("Not enough evidence: its catalogue was hardly learnt. Follow it, then train again."),
    Unlearnt.UNLIKE_ALL: N_("Not enough evidence: it is unlike all that was learnt. Say its brand and what it is."),
    Unlearnt.NOT_ONE_THING: N_("Not enough evidence: its title tells of several things or a flaw. Price one thing."),
}  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """What one attribute of a thing does to its price: so many EUR more or less than what is usual does.

    attribute: title, brand, category, size, condition, color, material, description, or another label's name.
    """

    attribute: str
    value: str
    change_eur: float


@dataclass(frozen=True)
class Worth:
    """What is asked for a thing like this, in EUR: `ESTIMATED`, and the strongest factors, the strongest first."""

    low: float
    middle: float
    high: float
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Selling:
    """What selling a thing costs its seller, all in EUR but the share of fees (of the price, 0 to 1).

    holding_eur_a_day: what a day on the shelf costs her (space, care, money bound). floor_eur: what she would rather
    keep it for than sell it; null: what it cost, with its costs.
    """

    cost_eur: float = 0.0
    fees_share: float = 0.0
    other_costs_eur: float = 0.0
    holding_eur_a_day: float = 0.0
    floor_eur: float | None = None


CURVE: Final[dict[str, type[pl.DataType]]] = {
    "price_eur": pl.Float64,
    "sold_within_7": pl.Float64,
    "sold_within_14": pl.Float64,
    "sold_within_30": pl.Float64,
    "sold_within_60": pl.Float64,
    "median_days": pl.Float64,
    "profit_eur": pl.Float64,
}
"""What asking a price brings: chances that it is sold within so many days (they never rise with the price), days until
half of such things are sold (null: not within what is known), and the profit to expect. Cheapest first."""


@dataclass(frozen=True)
class Advice:
    """What to ask for a thing, in EUR.

    curve: CURVE. ask: where the profit to expect is highest; quick and patient: for who wants it gone or can wait;
    floor: below it a sale brings less than keeping it. days_by_2_eur: days by which it sells sooner if 2 € less than
    `ask` are asked (None: not known).
    """

    curve: pl.DataFrame
    ask: float
    quick: float
    patient: float
    floor: float
    days_by_2_eur: float | None


@dataclass(frozen=True)
class OfferAdvice:
    """Whether to take an offer: waiting at the asked price is worth `waiting_eur` now. counter_eur: what to propose
    instead where the offer is not enough (None: it is)."""

    accept: bool
    waiting_eur: float
    counter_eur: float | None


@dataclass(frozen=True)
class Repricing:
    """One change of price that is worth making today.

    gain_eur: profit to expect at the new price less that at today's. reason: a sentence's id, with its facts.
    """

    listing_id: int
    title: str
    asked_eur: float
    advised_eur: float
    gain_eur: float
    days_listed: int
    reason: str


AdviceOrLack = Advice | Unlearnt | Lack
