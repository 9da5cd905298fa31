"""This is where what a made-up seller did is looked up: what she listed, and what she sold to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Rows
from vopt_lib.simulator.draws import stable_number
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import Offer, Seller
from vopt_lib.simulator.people import login_of
from vopt_lib.simulator.stock import DELETED, SOLD, UNPUBLISHED, epoch_s

FAMILY_SIZE: Final = 2
CLOSET_SIZE: Final = 60
"""Listings that a family's closets come nearest to: a shop to look at, not one to get lost in."""

COMPLETED_AFTER: Final = timedelta(days=5)
"""From a sale to the money."""


@dataclass(frozen=True)
class Sale:
    """What one buyer bought at once: a bundle where it is several things."""

    number: int
    buyer: str
    at: datetime
    offers: tuple[Offer, ...]

    @property
    def price(self) -> Decimal:
        """What the things cost together, without the fee."""
        return sum((offer.price for offer in self.offers), Decimal())

    @property
    def title(self) -> str:
        """What Vinted calls it in Italian."""
        return self.offers[0].title if len(self.offers) == 1 else f"Set di {len(self.offers)} articoli"

    @property
    def completed_at(self) -> datetime:
        """When the money came, or will."""
        return self.at + COMPLETED_AFTER


def family(market: StockedMarket, at: datetime) -> tuple[Seller, ...]:
    """The people whose archives and e-mails a demo takes in: private Italian sellers with closets of a fair size."""
    private = [seller for seller in market.stock.sellers if not seller.is_business and seller.country == "IT"]
    size = {one.seller_id: len(_shown(market, one, at)) for one in _busiest(market, private)}
    near = sorted(private, key=lambda one: (abs(size.get(one.seller_id, 0) - CLOSET_SIZE), one.seller_id))
    return tuple(near[:FAMILY_SIZE])


def listed(market: StockedMarket, seller: Seller, at: datetime) -> list[Offer]:
    """All that she had put on sale by then and has not deleted, as it stood, newest first."""
    return market.offers(_shown(market, seller, at).tolist(), at)


def sales(market: StockedMarket, seller: Seller, at: datetime) -> list[Sale]:
    """All that she had sold by then, oldest first. Now and then somebody takes two things of one day together."""
    sold = sorted(_sold(market, seller, at), key=lambda pair: pair[0])
    return [
        sale
        for _, of_day in groupby(sold, key=lambda pair: pair[0].date())
        for sale in _sales_of_day(list(of_day), seller)
    ]


def _busiest(market: StockedMarket, sellers: Sequence[Seller]) -> list[Seller]:
    """The hundred of these with the most listings: the others' closets need no look."""
    count = np.bincount(market.stock.seller, minlength=len(market.stock.sellers))
    of_id = {seller.seller_id: int(count[place]) for place, seller in enumerate(market.stock.sellers)}
    return sorted(sellers, key=lambda one: (-of_id[one.seller_id], one.seller_id))[:100]


def _shown(market: StockedMarket, seller: Seller, at: datetime) -> Rows:
    rows = _rows(market, seller)
    status = market.stock.timeline.at(epoch_s(at), rows).status
    return np.asarray(rows[(status != UNPUBLISHED) & (status != DELETED)])


def _rows(market: StockedMarket, seller: Seller) -> Rows:
    place = next(n for n, known in enumerate(market.stock.sellers) if known.seller_id == seller.seller_id)
    return np.flatnonzero(market.stock.seller == place)


def _sold(market: StockedMarket, seller: Seller, at: datetime) -> Iterator[tuple[datetime, Offer]]:
    timeline = market.stock.timeline
    for row in _rows(market, seller).tolist():
        for event_s, status in zip(timeline.event_s[row].tolist(), timeline.status[row].tolist(), strict=True):
            if status == SOLD and event_s <= epoch_s(at):
                moment = datetime.fromtimestamp(event_s, UTC)
                yield moment, market.offers([row], moment)[0]


def _sales_of_day(sold: list[tuple[datetime, Offer]], seller: Seller) -> Iterator[Sale]:
    together = len(sold) > 1 and stable_number("bundle", seller.seller_id, sold[0][1].listing_id) % 3 == 0
    for things in [sold] if together else [[one] for one in sold]:
        first = things[0][1].listing_id
        yield Sale(
            number=16_000_000_000 + stable_number("sale", first) % 900_000_000,
            buyer=login_of(stable_number("buyer", first) % 290_000_000, is_business=False),
            at=things[-1][0],
            offers=tuple(offer for _, offer in things),
        )
