"""This is where what a made-up seller did is looked up: what she listed, and what she sold to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Flags, Rows
from vopt_lib.simulator.draws import stable_number
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import Offer, Seller
from vopt_lib.simulator.people import login_of
from vopt_lib.simulator.stock import DELETED, SOLD, UNPUBLISHED, epoch_s
from vopt_lib.simulator.stocking import IDS_PER_S

CLOSET_SIZES: Final = (60, 22)
"""Listings that the closets of a family come nearest to: a shop to look at, not one to get lost in."""

SENT_AFTER: Final = timedelta(days=2)
"""From a sale to the parcel on its way."""

COMPLETED_AFTER: Final = timedelta(days=5)
"""From a sale to the money."""

EARLIER_SALES: Final = 18
EARLIER_FOR: Final = timedelta(days=324)
"""What each sold before this market remembers anything, seldom at first, then more and more often."""


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
    def sent_at(self) -> datetime:
        """When it went on its way, or will."""
        return self.at + SENT_AFTER

    @property
    def completed_at(self) -> datetime:
        """When the money came, or will."""
        return self.at + COMPLETED_AFTER


def family(market: StockedMarket, at: datetime) -> tuple[Seller, ...]:
    """The people whose archives and e-mails a demo takes in: private Italian sellers with closets of a fair size, who
    ask prices in earnest, and of late have sold something that waits to be sent.
    """
    private = [one for one in market.stock.sellers if not one.is_business and one.country == "IT"]
    jokers = _jokers(market)
    fair = [one for one in _busiest(market, private) if one.seller_id not in jokers]
    size = {one.seller_id: len(_shown(market, one, at)) for one in fair}
    lately = _sold_lately(market, at)
    found: list[Seller] = []
    for wanted in CLOSET_SIZES:
        others = [one for one in fair if name_of(one) not in map(name_of, found)]
        found += sorted(others, key=lambda one: (one.seller_id not in lately, abs(size[one.seller_id] - wanted)))[:1]
    return tuple(found)


def name_of(seller: Seller) -> str:
    """How the people around her call her: as her login begins."""
    return re.split(r"[^a-z]", seller.login, maxsplit=1)[0].title()


def listed(market: StockedMarket, seller: Seller, at: datetime) -> list[Offer]:
    """All that she had put on sale by then and has not deleted, as it stood, newest first."""
    shown = market.offers(_shown(market, seller, at).tolist(), at)
    return shown + [offer for sale in reversed(_earlier(market, seller)) for offer in sale.offers]


def sales(market: StockedMarket, seller: Seller, at: datetime) -> list[Sale]:
    """All that she had sold by then, oldest first. Now and then somebody takes two things of one day together."""
    sold = sorted(_sold(market, seller, at), key=lambda pair: pair[0])
    remembered = [
        sale
        for _, of_day in groupby(sold, key=lambda pair: pair[0].date())
        for sale in _sales_of_day(list(of_day), seller)
    ]
    return _earlier(market, seller) + remembered


def _busiest(market: StockedMarket, sellers: Sequence[Seller]) -> list[Seller]:
    """The hundred of these with the most listings: the others' closets need no look."""
    count = np.bincount(market.stock.seller, minlength=len(market.stock.sellers))
    of_id = {seller.seller_id: int(count[place]) for place, seller in enumerate(market.stock.sellers)}
    return sorted(sellers, key=lambda one: (-of_id[one.seller_id], one.seller_id))[:100]


def _jokers(market: StockedMarket) -> set[int]:
    """Who ever asked a price that means nothing."""
    return _sellers_of(market, market.truth.oddity == "nonsense") if market.truth else set()


def _sold_lately(market: StockedMarket, at: datetime) -> set[int]:
    """Who sold something that is not sent yet."""
    timeline, now_s = market.stock.timeline, epoch_s(at)
    is_of_late = (timeline.event_s > epoch_s(at - SENT_AFTER)) & (timeline.event_s <= now_s)
    return _sellers_of(market, (is_of_late & (timeline.status == SOLD)).any(axis=1))


def _sellers_of(market: StockedMarket, rows: Flags) -> set[int]:
    return {market.stock.sellers[place].seller_id for place in market.stock.seller[rows].tolist()}


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
        yield _sale([offer for _, offer in things], things[-1][0])


def _sale(things: Sequence[Offer], at: datetime) -> Sale:
    first = things[0].listing_id
    return Sale(
        number=16_000_000_000 + stable_number("sale", first) % 900_000_000,
        buyer=login_of(stable_number("buyer", first) % 290_000_000, is_business=False),
        at=at,
        offers=tuple(things),
    )


def _earlier(market: StockedMarket, seller: Seller) -> list[Sale]:
    """What she sold before this market remembers anything, oldest first: things such as others sell.

    Visitors of her closet see nothing of them any more; her archive does.
    """
    timeline = market.stock.timeline
    sold_s = timeline.event_s[timeline.status == SOLD]
    if not len(sold_s):
        return []
    first = datetime.fromtimestamp(int(sold_s.min()), UTC)
    rows = np.random.default_rng(seller.seller_id).permutation(_sold_by_others(market, first))[:EARLIER_SALES]
    shares = np.linspace(1, 0, len(rows), endpoint=False) ** 2
    told = zip(rows.tolist(), shares.tolist(), strict=True)
    return [_sold_like(market, row, seller, first - share * EARLIER_FOR) for row, share in told]


def _sold_by_others(market: StockedMarket, before: datetime) -> Rows:
    """Single things that Italians had put on sale by then, at a price in earnest, and that were sold at some time."""
    stock, is_usual = market.stock, market.truth.oddity == "" if market.truth else True
    is_italian = np.array([one.country == "IT" for one in stock.sellers])[stock.seller]
    is_sold = (stock.timeline.status == SOLD).any(axis=1)
    return np.flatnonzero(is_usual & is_italian & is_sold & (stock.published_s < epoch_s(before)))


def _sold_like(market: StockedMarket, row: int, seller: Seller, about: datetime) -> Sale:
    """Her sale, about then, of a thing such as this one."""
    timeline = market.stock.timeline
    sold_s = int(timeline.event_s[row][timeline.status[row] == SOLD][0])
    [like] = market.offers([row], datetime.fromtimestamp(sold_s, UTC))
    at = about + timedelta(seconds=stable_number("earlier", like.listing_id) % 80_000)
    back = timedelta(seconds=sold_s) - timedelta(seconds=epoch_s(at))
    hers = replace(
        like,
        listing_id=like.listing_id - int(back.total_seconds()) * IDS_PER_S,
        seller_id=seller.seller_id,
        seller_login=seller.login,
        created_at=like.created_at - back,
        published_at=like.published_at - back,
    )
    return _sale([hers], at)
