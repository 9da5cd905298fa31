"""This is where we know what prices the things of a market: the model, and how fast such things sell at which price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from vopt_lib.desk import price_models, price_watch
from vopt_lib.desk.instance import Desk
from vopt_lib.pricing import advice, repricing
from vopt_lib.pricing.hazard import Demand
from vopt_lib.schema.model_card import Drift, KeptModel, ModelCard
from vopt_lib.schema.price_page import OwnOffer
from vopt_lib.schema.pricing import AdviceOrLack, OfferAdvice, Repricing, Selling, Unlearnt, Worth
from vopt_lib.schema.survival import Lack


class Model(Protocol):
    """What a price model can be asked (`pricing.model`)."""

    def worth(self, row: pl.DataFrame, /) -> Worth | Unlearnt:
        """What is asked for the one thing of this row (PRICED), with its strongest factors."""

    def estimates(self, rows: pl.DataFrame, /) -> pl.DataFrame:
        """What is asked for each of these things (PRICED). Returns: ESTIMATED, in their order."""


class Adviser(Protocol):
    """Who knows how fast things of a market sell at which price (`pricing.advice`)."""

    def advise(self, worth_eur: float, selling: Selling, /) -> AdviceOrLack:
        """What to ask for a thing that is worth so much."""

    def on_offer(
        self, offer_eur: float, worth_eur: float, selling: Selling, /, *, asked_eur: float, days_listed: float
    ) -> OfferAdvice:
        """Whether to take an offer, or to wait at the price that is asked, after so many days on sale."""

    def best_changes(self, offers: Sequence[OwnOffer], /, *, most: int) -> list[Repricing]:
        """The changes of price that are worth most today."""


@dataclass(frozen=True)
class Pricing:
    """What prices the things of a market, as far as it is there."""

    model: Model | Unlearnt = Unlearnt.NO_MODEL
    adviser: Adviser | Lack = Lack.FEW_SOLD


@dataclass(frozen=True)
class DemandAdviser:
    """Advises by how fast the things of a market were sold."""

    demand: Demand

    def advise(self, worth_eur: float, selling: Selling, /) -> AdviceOrLack:
        """What to ask for a thing that is worth so much."""
        return advice.advise(self.demand, worth_eur, selling)

    def on_offer(
        self, offer_eur: float, worth_eur: float, selling: Selling, /, *, asked_eur: float, days_listed: float
    ) -> OfferAdvice:
        """Whether to take an offer, or to wait at the price that is asked, after so many days on sale."""
        told = {"asked_eur": asked_eur, "days_listed": days_listed, "offer_eur": offer_eur}
        return advice.on_offer(self.demand, worth_eur, selling, **told)

    def best_changes(self, offers: Sequence[OwnOffer], /, *, most: int) -> list[Repricing]:
        """The changes of price that are worth most today."""
        return repricing.best_changes(offers, self.demand, most=most)


def pricing_of(desk: Desk, market: str) -> Pricing:
    """What prices the things of a market now. Raises: ModelDamaged; FileDamaged."""
    known = price_models.model_in_use(desk, market)
    if known is None:
        return Pricing()
    return Pricing(known.model, known.demand if isinstance(known.demand, Lack) else DemandAdviser(known.demand))


@dataclass(frozen=True)
class Models:
    """The price models of a market that are kept, the newest first, and how the one in use fares lately."""

    kept: tuple[KeptModel, ...] = ()
    drift: Drift | None = None

    @property
    def in_use(self) -> ModelCard | None:
        """The card of the one in use."""
        return next((one.card for one in self.kept if one.is_published), None)


def models_of(desk: Desk, market: str) -> Models:
    """The price models of a market. Raises: FileDamaged."""
    return Models(tuple(price_models.kept_models(desk, market)), price_watch.drift_of(desk, market))
