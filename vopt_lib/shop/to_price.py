"""This is where things of her own are told as far as a price depends on it: what they are, cost and ask."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final

from sqlalchemy.orm import Session, joinedload, selectinload

from vopt_lib.schema.comparables import Subject
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.price_page import OwnThing
from vopt_lib.shop.listings import find
from vopt_lib.shop.sight import listings_of
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import Listing

MOST_CHOICES: Final = 300
MOST_ON_SALE: Final = 1_000
"""Things whose prices are looked at: pricing them takes some tenths of a second."""

UNSOLD: Final = (State.DRAFT, State.PUBLISHED, State.RESERVED, State.PAUSED)


def things_to_price(session: Session, member: Member) -> tuple[Choice, ...]:
    """Her listings that are not sold, the newest first, to choose from."""
    hers = listings_of(member).where(Listing.state.in_(UNSOLD)).order_by(Listing.id.desc()).limit(MOST_CHOICES)
    rows = session.execute(hers.with_only_columns(Listing.id, Listing.title))
    return tuple(Choice(number, title) for number, title in rows)


def thing_to_price(session: Session, member: Member, listing_id: int, *, now: datetime) -> OwnThing:
    """One of her listings. Raises: UnknownListing."""
    return _thing(find(session, member, listing_id), now)


def things_on_sale(session: Session, member: Member, *, now: datetime) -> tuple[OwnThing, ...]:
    """What she offers now for a price in euro, what waits longest first, at most MOST_ON_SALE."""
    offered = listings_of(member).where(
        Listing.state == State.PUBLISHED, Listing.asked.is_not(None), Listing.currency == "EUR"
    )
    whole = offered.options(joinedload(Listing.item), selectinload(Listing.prices))
    longest = session.scalars(whole.order_by(Listing.listed_at, Listing.id).limit(MOST_ON_SALE))
    return tuple(_thing(listing, now) for listing in longest)


def _thing(listing: Listing, now: datetime) -> OwnThing:
    prices = [one for one in listing.prices if one.currency == "EUR"]
    changes = [after.at for before, after in pairwise(prices) if before.asked != after.asked]
    return OwnThing(
        listing_id=listing.id,
        subject=Subject(
            catalog_id=listing.catalog_id,
            title=listing.title,
            brand=listing.brand,
            size=listing.size,
            condition_id=listing.condition_id,
            color=listing.colour,
            material=listing.material,
            description=listing.description or None,
        ),
        cost=_in_euro(listing.item.cost, listing.item.currency),
        asked=_in_euro(listing.asked, listing.currency),
        days_listed=max((now - listing.listed_at).days, 0) if listing.listed_at else 0,
        first_asked=prices[0].asked if prices else None,
        changed_days_ago=max((now - changes[-1]).days, 0) if changes else None,
    )


def _in_euro(amount: Decimal | None, currency: str) -> Decimal | None:
    return amount if currency == "EUR" else None
