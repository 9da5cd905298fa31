"""This is where tests get things that were sold: Anna, an admin, and her daughter Bea have an account each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tests.shop.people import FAMILY, author
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount, Expense, Item, Listing, Order, OrderLine, Person

ANNA = Member(FAMILY, 1, "Anna", "admin")
BEA = Member(FAMILY, 2, "Bea", "member")
DRESSES, BAGS = 1774, 19


def daughter(shop: Shop) -> None:
    """Bea, who has an account, too."""
    with shop.writing(author("begin")) as session:
        session.add(Person(household_id=FAMILY, name="Bea", role="member", language="it"))
        session.flush()
        session.add(ChannelAccount(household_id=FAMILY, person_id=2, channel="vinted", market="it", name="bea_r"))


def at(text: str) -> datetime:
    """A moment in UTC: "2026-03-01" or "2026-03-01T12:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def euro(text: str | None) -> Decimal | None:
    """An amount; None: nobody knows."""
    return None if text is None else Decimal(text)


def thing(session: Session, *, who: int = 1, cost: str | None = None, currency: str = "EUR", **facts: Any) -> Listing:
    """A listing of a thing of its own. Its state is sold, where nothing else is said."""
    number = len(session.new) + session.query(Item).count()
    listing = {"title": f"Thing {number}", "state": "sold", "currency": currency, "account_id": who} | facts
    row = Listing(household_id=FAMILY, **listing)
    session.add(
        Item(
            household_id=FAMILY,
            sku=f"{who}-{number}",
            person_id=who,
            cost=euro(cost),
            currency=currency,
            listings=[row],
        )
    )
    session.flush()
    return row


def sale(session: Session, *things: Listing, prices: tuple[str | None, ...] = (), **facts: Any) -> Order:
    """A sale of these things on the account of the first, completed on the day on which it was ordered, where nothing
    else is said. Amounts are texts.
    """
    amounts = {name: euro(facts.pop(name, None)) for name in ("asked", "paid", "fee", "shipping", "received")}
    given = {"kind": "sale", "state": "completed", "currency": "EUR", "source": "test", "account_id": 1} | facts
    if things:
        given["account_id"] = things[0].account_id
    given.setdefault("completed_at", given["ordered_at"] if given["state"] == "completed" else None)
    prices = prices or (None,) * len(things)
    lines = [
        OrderLine(household_id=FAMILY, listing_id=one.id, title=one.title, price=euro(price))
        for one, price in zip(things, prices, strict=True)
    ]
    order = Order(household_id=FAMILY, lines=lines, **amounts, **given)
    session.add(order)
    session.flush()
    return order


def expense(session: Session, day: str, amount: str, *, who: int | None = 1, **facts: Any) -> None:
    """Money that she spent; who None: the household."""
    given = {"currency": "EUR", "purpose": "boxes"} | facts
    session.add(
        Expense(household_id=FAMILY, person_id=who, spent_on=date.fromisoformat(day), amount=Decimal(amount), **given)
    )
