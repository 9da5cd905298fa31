"""This is where we say what is told of a price: by the desk, which asks market and model, to page and command."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vopt_lib.errors import VoptError
from vopt_lib.schema.comparables import Comparables, Subject
from vopt_lib.schema.filters import PriceFilters
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.model_card import Drift, KeptModel, ModelCard
from vopt_lib.schema.pricing import AdviceOrLack, OfferAdvice, Repricing, Selling, Unlearnt, Worth
from vopt_lib.schema.queries import Term
from vopt_lib.schema.searches import Told
from vopt_lib.schema.survival import Lack


@dataclass(frozen=True)
class OwnThing:
    """A listing of her own as far as a price depends on it. cost, asked: in EUR; None: not known, or not in euro.
    first_asked: what it asked at first; changed_days_ago: since its price last changed (None: never)."""

    listing_id: int
    subject: Subject
    cost: Decimal | None
    asked: Decimal | None
    days_listed: int
    first_asked: Decimal | None = None
    changed_days_ago: int | None = None


@dataclass(frozen=True)
class OwnOffer:
    """A thing of her own that is on sale.

    worth_eur: of things like it today; worth_then_eur: when it was listed (None: not known); first_eur: what it asked
    at first; changed_days_ago: since its price last changed (None: never).
    """

    listing_id: int
    title: str
    asked_eur: float
    worth_eur: float
    days_listed: int
    selling: Selling
    first_eur: float | None = None
    changed_days_ago: int | None = None
    worth_then_eur: float | None = None


@dataclass(frozen=True)
class Offered:
    """What somebody offers for a thing, in EUR, and whether to take it, or what is missing for an answer."""

    eur: float
    advice: OfferAdvice | Unlearnt | Lack


@dataclass(frozen=True)
class Priced:
    """All that is known of what a thing is worth, what to ask for it, and why.

    subject: the thing, with the catalogue that it was priced in; path: that catalogue's; is_guessed: its title told in
    which one such things lie. compared: None while nothing is published. advice: an Unlearnt is that of worth.
    """

    subject: Subject
    selling: Selling
    worth: Worth | Unlearnt
    compared: Comparables | None
    advice: AdviceOrLack
    path: str | None = None
    is_guessed: bool = False
    offered: Offered | None = None


@dataclass(frozen=True)
class PricePage:
    """Everything the page shows. filled: the address, with what the shop knows of her own thing; asked_eur: what that
    asks now; priced: None while no thing is named. own, catalogues, brands, sizes, conditions: what can be chosen.
    """

    freshness: Freshness
    filled: PriceFilters
    priced: Priced | None = None
    asked_eur: float | None = None
    own: tuple[Choice, ...] = ()
    catalogues: tuple[Term, ...] = ()
    brands: tuple[Choice, ...] = ()
    conditions: tuple[Term, ...] = ()
    trouble: VoptError | None = None


@dataclass(frozen=True)
class ModelPage:
    """Everything the page of the price model shows: the card of the one in use, and of those that are kept.

    left_out: why listings were not learnt from, in words, and how many; may_change: she may go back to another one;
    told: what a press came to.
    """

    card: ModelCard | None = None
    kept: tuple[KeptModel, ...] = ()
    drift: Drift | None = None
    left_out: tuple[tuple[str, int], ...] = ()
    may_change: bool = False
    told: Told | None = None
    trouble: VoptError | None = None


@dataclass(frozen=True)
class RepricingPage:
    """The changes of price that are worth making today, the best first. lack: why there are none to tell; None: all
    that is on sale was looked at. priced: how many things that were; most: how many changes are told at most.
    """

    changes: tuple[Repricing, ...] = ()
    lack: Unlearnt | Lack | None = None
    priced: int = 0
    most: int = 0
