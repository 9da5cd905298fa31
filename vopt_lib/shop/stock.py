"""This is where we see what can still be sold: what it cost, what it asks, and how long it has been on sale."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, select, type_coerce
from sqlalchemy.orm import Session

from vopt_lib.schema.own_figures import Ageing, Stock
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.figures import total
from vopt_lib.shop.sight import listings_of
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import Item, Listing

TO_SELL: Final = (State.DRAFT, State.PUBLISHED, State.PAUSED)
"""What is reserved counts among the money that waits."""

AGES: Final = ((0, 30), (31, 60), (61, 90), (91, None))
"""Days since a thing was listed, from and to."""


def stock(session: Session, member: Member, at: datetime, catalog_id: int | None = None) -> dict[str, Stock]:
    """Her stock at this moment, by currency; of one catalogue, where one is said."""
    mine = listings_of(member).where(Listing.state.in_(TO_SELL))
    if catalog_id is not None:
        mine = mine.where(Listing.catalog_id == catalog_id)
    # A thing that is offered twice is there once: as its newest listing tells it.
    newest = mine.with_only_columns(func.max(Listing.id).label("id")).group_by(Listing.item_id).subquery()
    age, cost, asked = _age(at), _cost(), type_coerce(Listing.asked, BigInteger)
    summed = (
        select(
            *(Listing.currency, age, func.count()),
            *(func.sum(cost), func.count(cost), func.sum(asked), func.count(asked)),
        )
        .join(newest, newest.c.id == Listing.id)
        .join(Item, Item.id == Listing.item_id)
        .group_by(Listing.currency, age)
    )
    by_currency: dict[str, list[Any]] = {}
    for currency, *figures in session.execute(summed):
        by_currency.setdefault(currency, []).append(figures)
    return {currency: _stock(rows) for currency, rows in by_currency.items()}


def _stock(rows: list[Any]) -> Stock:
    things = sum(row[1] for row in rows)
    cost, cost_known, asked, asked_known = (sum(int(row[place] or 0) for row in rows) for place in (2, 3, 4, 5))
    ages = {row[0]: row for row in rows}
    return Stock(
        things,
        total(cost, things - cost_known, of=things),
        total(asked, things - asked_known, of=things),
        tuple(_ageing(bounds, ages.get(place)) for place, bounds in enumerate(AGES)),
    )


def _ageing(bounds: tuple[int, int | None], row: Any) -> Ageing:
    if row is None:
        return Ageing(*bounds)
    return Ageing(*bounds, row[1], total(int(row[4] or 0), row[1] - row[5], of=row[1]))


def _age(at: datetime) -> ColumnElement[Any]:
    """Its place in AGES; null: it is not on sale, or nobody knows since when."""
    since = [(Listing.listed_at > at - timedelta(days=last + 1), place) for place, (_, last) in enumerate(AGES) if last]
    is_dated = and_(Listing.state == State.PUBLISHED, Listing.listed_at.is_not(None))
    return case((is_dated, case(*since, else_=len(AGES) - 1)))


def _cost() -> ColumnElement[Any]:
    """Its cost in cents, where that is in the currency in which it is offered."""
    return case((Item.currency == Listing.currency, type_coerce(Item.cost, BigInteger)))
