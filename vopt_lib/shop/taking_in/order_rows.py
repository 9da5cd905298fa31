"""This is where orders, their lines and parcels are written as sources tell of them. What a person wrote stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from vopt_lib.shop.tables import Listing, Order, OrderLine, Shipment
from vopt_lib.shop.taking_in.columns import hand_over, note_row, write_row
from vopt_lib.shop.taking_in.facts import OF_ORDERS
from vopt_lib.shop.taking_in.sales import Line, Sale
from vopt_lib.shop.taking_in.threads import chosen

if TYPE_CHECKING:
    from vopt_lib.shop.taking_in.settling import Scene


def write_orders(scene: Scene, sales: Sequence[Sale], listings: Mapping[str, Listing]) -> None:
    """Bring the orders of these facts to what was told. One that is part of another now goes into that."""
    known, kept = _known_orders(scene, sales)
    for place, sale in enumerate(sales):
        order = known.get(place)
        if order is None:
            order = Order(household_id=scene.account.household_id, account_id=scene.account.id, edited=[])
            scene.session.add(order)
        has_other_lines, has_other_parcel = _write_lines(order, sale.lines, listings), _write_shipment(order, sale)
        differs = has_other_lines or has_other_parcel
        write_row(order, sale.columns, scene.counts, "orders", also_changed=differs)
        known[place] = order
    scene.session.flush()
    made = {key: known[place].id for place, sale in enumerate(sales) for key in sale.deal.keys}
    for row in scene.rows.values():
        if row.kind in OF_ORDERS:
            note_row(row, made.get(row.key, kept.get(row.facts.get("row"))))


def _known_orders(scene: Scene, sales: Sequence[Sale]) -> tuple[dict[int, Order], dict[object, int]]:
    """{place of a sale: its order} of those that there are already; what is left over goes into them. And the numbers
    of those that are none any more, but stay because she wrote in them.
    """
    whole = (selectinload(Order.lines), selectinload(Order.shipment))
    mine = select(Order).where(Order.account_id == scene.account.id).options(*whole)
    noted = {row.facts["row"] for row in scene.rows.values() if row.kind in OF_ORDERS and "row" in row.facts}
    numbers = {number for sale in sales if (number := sale.columns["external_id"])}
    by_number = {row.external_id: row for row in chosen(scene.session, mine, Order.external_id, numbers)}
    by_id = {row.id: row for row in chosen(scene.session, mine, Order.id, noted)}
    found = {
        place: by_number[sale.columns["external_id"]]
        for place, sale in enumerate(sales)
        if sale.columns["external_id"] in by_number
    }
    taken = {order.id for order in found.values()}
    for place, sale in enumerate(sales):
        refs = sorted({scene.rows[key].facts.get("row", 0) for key in sale.deal.keys})
        free = [by_id[ref] for ref in refs if ref in by_id and ref not in taken]
        if place not in found and free:
            found[place] = next((order for order in free if order.edited), free[0])
            taken.add(found[place].id)
        for order in free:
            if order.id not in taken:
                _give_up(scene, order, found[place])
                taken.add(order.id)
    left = [order for order in by_id.values() if order.id not in taken]
    for order in left:
        if not order.edited:
            _take_away(scene, order)
    return found, {order.id: order.id for order in left if order.edited}


def _give_up(scene: Scene, order: Order, other: Order) -> None:
    """Take away an order that is part of another one now; what she wrote in it goes to that one."""
    hand_over(order, other)
    _take_away(scene, order)


def _take_away(scene: Scene, order: Order) -> None:
    if order.shipment:
        scene.session.delete(order.shipment)
    scene.session.delete(order)


def _write_lines(order: Order, lines: Sequence[Line], listings: Mapping[str, Listing]) -> bool:
    """The things of an order; where she changed them ("lines"), hers. Returns whether they were others before."""
    if "lines" in order.edited:
        return False
    wanted = [(line.title, line.price, listings[line.listing].id if line.listing else None) for line in lines]
    if [(line.title, line.price, line.listing_id) for line in order.lines] == wanted:
        return False
    while len(order.lines) > len(wanted):
        order.lines.pop()
    while len(order.lines) < len(wanted):
        order.lines.append(OrderLine(household_id=order.household_id))
    for line, (title, price, listing_id) in zip(order.lines, wanted, strict=True):
        line.title, line.price, line.listing_id = title, price, listing_id
    return True


def _write_shipment(order: Order, sale: Sale) -> bool:
    """The parcel of an order. What she wrote of it is named in the order's `edited`. Returns whether it was another."""
    told: Mapping[str, Any] | None = sale.shipment
    shipment = order.shipment
    if told is None:
        return False
    if shipment is None:
        shipment = Shipment(household_id=order.household_id)
        order.shipment = shipment
    differing = {
        name: value for name, value in told.items() if name not in order.edited and getattr(shipment, name) != value
    }
    for name, value in differing.items():
        setattr(shipment, name, value)
    return bool(differing)
