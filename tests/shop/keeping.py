"""This is where tests get two people with listings of their own, and do things as one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.shop.people import FAMILY, NOW, dress
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.inventory_page import Found
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.audit import Author
from vopt_lib.shop.inventory import find_listings
from vopt_lib.shop.listings import find
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import AuditEvent, ChannelAccount, Item, Listing, Person

ANNA = Member(FAMILY, 1, "Anna", "admin")
BEN = Member(FAMILY, 2, "Ben", "member")
_TURN = count(1)


@contextmanager
def acting(shop: Shop, member: Member = ANNA, deed: str = "test", batch: str | None = None) -> Iterator[Session]:
    """She changes the shop, a minute after whoever changed it before."""
    at = NOW + timedelta(minutes=next(_TURN))
    with shop.writing(Author(FAMILY, member.person_id, deed, at, batch)) as session:
        yield session


def with_ben(shop: Shop) -> None:
    """Ben comes, with an account of his own (number 2)."""
    with acting(shop) as session:
        session.add(Person(household_id=FAMILY, name="Ben", role="member", language="en"))
        session.flush()
        session.add(ChannelAccount(household_id=FAMILY, person_id=2, channel="vinted", market="it", name="ben_r"))


def offer(shop: Shop, *titles: str, **facts: Any) -> list[int]:
    """Put things on sale. Returns: the numbers of the listings."""
    made = []
    for title in titles:
        with acting(shop) as session:
            item: Item = dress(next(_TURN), **{"title": title, "listed_at": NOW} | facts)
            session.add(item)
            session.flush()
            made.append(item.listings[0].id)
    return made


def titles(shop: Shop, member: Member = ANNA, **filters: Any) -> list[str]:
    """The titles of what she finds."""
    return [row.title for row in found(shop, member, **filters).rows]


def found(shop: Shop, member: Member = ANNA, **filters: Any) -> Found:
    """What she finds."""
    with shop.reading() as session:
        return find_listings(session, member, InventoryFilters(**filters), now=NOW)


def facts(shop: Shop, listing_id: int, *names: str) -> tuple[Any, ...]:
    """What a listing or its thing says."""
    with shop.reading() as session:
        listing = find(session, ANNA, listing_id)
        return tuple(getattr(listing if hasattr(Listing, name) else listing.item, name) for name in names)


def events_of(shop: Shop, **what: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What was before and after, by deed or batch."""
    with shop.reading() as session:
        rows = session.scalars(select(AuditEvent).filter_by(**what).order_by(AuditEvent.number))
        return [(row.before, row.after) for row in rows]
