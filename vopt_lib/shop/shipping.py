"""This is where we know which sales wait to be sent, until when, and what money they bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, selectinload

from vopt_lib.errors import ChangedMeanwhile, LabelMissing, NothingToUndo, NotPossible, TextTooLong, UnknownParcel
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.shipping import Money, Parcel
from vopt_lib.shop.audit import values
from vopt_lib.shop.sight import listings_of, orders_of
from vopt_lib.shop.tables import AuditEvent, Order, Shipment
from vopt_lib.words import N_

USUAL: Final = timedelta(days=5)
"""How long a seller has. Source: Vinted's e-mail of a sale, "Invia l'ordine entro 5 giorni"."""

WAITS: Final = timedelta(days=14)
"""How long after its time a sale is still shown: Vinted cancels what is not sent, so that it was sent or is none."""

OF_LATE: Final = timedelta(days=30)
"""The sales whose money is told."""

MOST_TITLE: Final = 80
LONGEST_WORD: Final = 200

WRITTEN: Final = frozenset({"send_by", "carrier", "tracking", "edited"})
"""What is brought back when she takes back what she wrote of a parcel."""

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
    write(order, {name: value for name, value in told.items() if value is not None})
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


def write(order: Order, told: Mapping[str, Any]) -> None:
    """What she says of a parcel herself: until when it must be sent (send_by), its carrier, its tracking number. No
    import says otherwise; what is None is left to the imports again. Raises: TextTooLong.
    """
    parcel = _shipment(order)
    for name, value in told.items():
        kept = _short(value) if isinstance(value, str) else value
        if kept != getattr(parcel, name):
            setattr(parcel, name, kept)
            others = [one for one in order.edited if one != name]
            order.edited = others if kept is None else [*others, name]


def _short(text: str) -> str | None:
    told = " ".join(text.split())
    if len(told) > LONGEST_WORD:
        raise TextTooLong(text=told[:40] + "…", most=LONGEST_WORD)
    return told or None


def undo(session: Session, member: Member, batch: str) -> None:
    """Bring back what was before she wrote of a parcel under this name, where it is still as that left it.

    Raises: NothingToUndo; ChangedMeanwhile.
    """
    told = select(AuditEvent).where(AuditEvent.household_id == member.household_id, AuditEvent.batch == batch)
    rows = [(event, row) for event in session.scalars(told) if (row := _written(session, member, event))]
    if not rows:
        raise NothingToUndo
    for event, row in rows:
        left = values(event.after, type(row))
        if any(getattr(row, name) != left.get(name) for name in {*event.before, *event.after}):
            raise ChangedMeanwhile
    for event, row in rows:
        before = values(event.before, type(row))
        for name in WRITTEN & {*event.before, *event.after}:
            setattr(row, name, before.get(name))


def _written(session: Session, member: Member, event: AuditEvent) -> Order | Shipment | None:
    """The order or the parcel that an event is about, where it is hers and the event still says what was."""
    if not event.before and not event.after:
        return None
    mine = _sales(member).join(Shipment).options(selectinload(Order.shipment))
    if event.about == Shipment.__tablename__:
        order = session.scalars(mine.where(Shipment.id == event.about_id)).first()
        return order.shipment if order else None
    if event.about == Order.__tablename__:
        return session.scalars(mine.where(Order.id == event.about_id)).first()
    return None


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
        carrier=shipment.carrier if shipment else None,
        tracking=shipment.tracking if shipment else None,
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
