"""This is where tests get a family with an account and a dress to sell."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from vopt_lib.shop.audit import Author
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount, Household, Item, Listing, Person

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
FAMILY = 1


def author(deed: str = "test", person_id: int | None = None, batch: str | None = None) -> Author:
    """Who does it: vopt itself, or this person of the family."""
    return Author(FAMILY, person_id, deed, NOW, batch)


def broken_off(shop: Shop, item: Item) -> None:
    """Begin to take in a thing, and fail. Raises: RuntimeError."""
    with shop.writing(author()) as session:
        session.add(item)
        session.flush()
        raise RuntimeError


def family(shop: Shop) -> None:
    """A household with Anna, who has an account."""
    with shop.writing(author("begin")) as session:
        session.add(Household(id=FAMILY, name="Rossi", created_at=NOW))
        session.flush()
        session.add(Person(household_id=FAMILY, name="Anna", role="admin", language="it"))
        session.flush()
        session.add(ChannelAccount(household_id=FAMILY, person_id=1, channel="vinted", market="it", name="anna_r"))


def dress(number: int = 1, **facts: Any) -> Item:
    """A dress that is on sale for 12 €."""
    listing = {"state": "published", "title": f"Abito {number}", "asked": Decimal("12.00"), "currency": "EUR"}
    listing |= {"account_id": 1, "external_id": 10_000 + number} | facts
    return Item(
        household_id=FAMILY,
        sku=f"A-{number}",
        currency="EUR",
        person_id=1,
        listings=[Listing(household_id=FAMILY, **listing)],
    )
