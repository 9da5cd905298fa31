"""This is where tests see a shop by what it says, not by the numbers of its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import Item, Listing, ListingPrice, ListingStatDay, Order, Photo, Review, Shipment

Rows = dict[str, list[Any]]

_ROWS_OWN = {"id", "created_at", "changed_at", "version", "household_id", "item_id", "listing_id", "order_id"}


def said(shop: Shop) -> Rows:
    """All that the shop says, by natural keys."""
    with shop.reading() as session:
        items = {row.id: row for row in session.scalars(select(Item).where(Item.deleted_at.is_(None)))}
        listings = {row.id: row for row in session.scalars(select(Listing).where(Listing.deleted_at.is_(None)))}
        names = {row.id: row.external_id or row.title for row in listings.values()}
        return {
            "items": _sorted(_columns(item) for item in items.values()),
            "listings": _sorted({**_columns(row), "item": items[row.item_id].sku} for row in listings.values()),
            "prices": _histories(session, ListingPrice, names),
            "days": _histories(session, ListingStatDay, names),
            "photos": _sorted(
                (items[row.item_id].sku, _columns(row))
                for row in session.scalars(select(Photo))
                if row.item_id in items
            ),
            "orders": _orders(session, names),
            "reviews": _sorted(
                (row.reason, row.key, row.facts, row.decision) for row in session.scalars(select(Review))
            ),
        }


def _histories(session: Session, kind: type[Any], names: dict[int, Any]) -> list[Any]:
    rows = session.scalars(select(kind))
    return _sorted((names[row.listing_id], _columns(row)) for row in rows if row.listing_id in names)


def _orders(session: Session, names: dict[int, Any]) -> list[Any]:
    shipments = {row.order_id: _columns(row) for row in session.scalars(select(Shipment))}
    return _sorted(
        (
            _columns(order),
            [(line.title, line.price, names.get(line.listing_id)) for line in order.lines],  # type: ignore[arg-type]
            shipments.get(order.id),
        )
        for order in session.scalars(select(Order).where(Order.deleted_at.is_(None)))
    )


def _columns(row: Any) -> dict[str, Any]:
    names = (column.key for column in row.__table__.columns)
    return {name: getattr(row, name) for name in names if name not in _ROWS_OWN}


def _sorted(rows: Any) -> list[Any]:
    return sorted(rows, key=repr)
