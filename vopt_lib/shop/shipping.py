"""This is where we know which sales wait to be sent, until when, and what money they bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, selectinload

from vopt_lib.errors import LabelMissing, NotPossible, UnknownParcel
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.shipping import Money, Parcel
from vopt_lib.shop.sight import listings_of, orders_of
from vopt_lib.shop.tables import Order, Shipment
from vopt_lib.words import N_

USUAL: Final = timedelta(days=5)
"""How long a seller has. Source: Vinted's e-mail of a sale, "Invia l'ordine entro 5 giorni"."""

WAITS: Final = timedelta(days=14)
"""How long after its time a sale is still shown: Vinted cancels what is not sent, so that it was sent or is none."""

OF_LATE: Final = timedelta(days=30)
"""The sales whose money is told."""

MOST_TITLE: Final = 80

_STATES: Final = {
    "reserved": N_("sold"),
    "shipped": N_("sent"),
    "completed": N_("completed"),
    "cancelled": N_("cancelled"),
}


def has_shop(session: Session, member: Member) -> bool:
    """Whether anything of hers is known: a listing or an order."""
    return any(session.scalar(select(exists(of(member)))) for of in (listings_of, orders_of))


def waiting(session: Session, member: Member, now: datetime) -> tuple[tuple[Parcel, ...], tuple[int, ...]]:
    """Her parcels that wait, the most urgent first, and the orders that were never marked and wait no more."""
    unsent = _sales(member).where(Order.state == "reserved")
    loaded = session.scalars(unsent.options(selectinload(Order.lines), selectinload(Order.shipment)))
    # An import that knows no more than the sale puts the state back, but not what she wrote: when it was sent.
    here = [_parcel(order) for order in loaded if order.shipment is None or order.shipment.sent_at is None]
    parcels = sorted(here, key=lambda parcel: (parcel.send_by, parcel.order_id))
    ends = now - WAITS
    old = tuple(parcel.order_id for parcel in parcels if parcel.send_by < ends)
    return tuple(parcel for parcel in parcels if parcel.send_by >= ends), old


def money(session: Session, member: Member, now: datetime) -> tuple[Money, ...]:
    """What her sales of the last 30 days bring, by currency. What is cancelled brings nothing."""
    recent = _sales(member).where(Order.ordered_at >= now - OF_LATE, Order.state != "cancelled")
    loaded = session.scalars(recent.options(selectinload(Order.lines))).all()
    return tuple(
        _money(currency, [order for order in loaded if order.currency == currency])
        for currency in sorted({order.currency for order in loaded})
    )


def sales(session: Session, member: Member, order_ids: Iterable[int]) -> list[Order]:
    """These sales of hers, to be changed, in this order. Raises: UnknownParcel."""
    wanted = list(order_ids)
    found = {order.id: order for order in session.scalars(_sales(member).where(Order.id.in_(wanted)))}
    for order_id in wanted:
        if order_id not in found:
            raise UnknownParcel(id=order_id)
    return [found[order_id] for order_id in wanted]


def send(order: Order, at: datetime, *, carrier: str | None = None, tracking: str | None = None) -> None:
    """It was sent now; with whom and under which number, where that is said. No import says otherwise.

    Raises: NotPossible.
    """
    _check_is_open(order, "shipped")
    parcel = _shipment(order)
    told = {"sent_at": parcel.sent_at or at, "carrier": carrier, "tracking": tracking}
    for name, value in told.items():
        if value is not None:
            setattr(parcel, name, value)
            _by_hand(order, name)
    order.state = "shipped"


def take_back(order: Order) -> None:
    """It was not sent after all. Raises: NotPossible, when it has arrived since."""
    _check_is_open(order, "reserved")
    _shipment(order).sent_at = None
    order.edited = [name for name in order.edited if name != "sent_at"]
    order.state = "reserved"


def _check_is_open(order: Order, wanted: str) -> None:
    if order.state not in ("reserved", "shipped"):
        raise NotPossible(now=_STATES[order.state], wanted=_STATES[wanted])


def set_deadline(order: Order, send_by: datetime) -> None:
    """It must be sent until then: she says so, and no import says otherwise."""
    _shipment(order).send_by = send_by
    _by_hand(order, "send_by")


def labels(orders: Sequence[Order]) -> dict[str, str]:
    """{"title (number)": hash of the label's file} of these sales. Raises: LabelMissing."""
    found = {}
    for order in orders:
        title = order.lines[0].title[:MOST_TITLE] if order.lines else str(order.id)
        if order.shipment is None or order.shipment.label_sha256 is None:
            raise LabelMissing(title=title)
        found[f"“{title}” ({order.id})"] = order.shipment.label_sha256
    return found


def order_ids_of(session: Session, shipment_ids: Iterable[int]) -> list[int]:
    """The sales of these shipments, in this order; whose they are is not asked. Raises: UnknownParcel."""
    wanted = list(shipment_ids)
    known = {shipment.id: shipment.order_id for shipment in session.scalars(_shipments(wanted))}
    for shipment_id in wanted:
        if shipment_id not in known:
            raise UnknownParcel(id=shipment_id)
    return [known[shipment_id] for shipment_id in wanted]


def _shipments(numbers: Sequence[int]) -> Select[Shipment]:
    return select(Shipment).where(Shipment.id.in_(numbers))


def _sales(member: Member) -> Select[Order]:
    return orders_of(member).where(Order.kind == "sale")


def _parcel(order: Order) -> Parcel:
    shipment = order.shipment
    told = shipment.send_by if shipment else None
    return Parcel(
        order_id=order.id,
        titles=tuple(dict.fromkeys(line.title for line in order.lines)),
        things=len(order.lines),
        sold_at=order.ordered_at,
        send_by=told or order.ordered_at + USUAL,
        is_estimated=told is None,
        amount=_brings(order),
        currency=order.currency,
        shipment_id=shipment.id if shipment and shipment.label_sha256 else None,
    )


def _brings(order: Order) -> Decimal | None:
    """What it brings, as far as that is known before it is received: the prices of its things, else what was asked."""
    prices = [line.price for line in order.lines]
    known = [price for price in prices if price is not None]
    return sum(known, Decimal("0.00")) if known and len(known) == len(prices) else order.asked


def _money(currency: str, orders: Sequence[Order]) -> Money:
    received = [order.received for order in orders if order.state == "completed"]
    coming = [_brings(order) for order in orders if order.state != "completed"]
    return Money(currency, _sum(coming), _sum(received), coming.count(None), received.count(None))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


def _shipment(order: Order) -> Shipment:
    if order.shipment is None:
        order.shipment = Shipment(household_id=order.household_id)
    return order.shipment


def _by_hand(order: Order, name: str) -> None:
    if name not in order.edited:
        order.edited = [*order.edited, name]
