"""This is where a seller sends what she sold: what waits, its labels, and what she has sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.shipping import Layout, Sent, ToShip
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import shipping
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.shop.printing import printed
from vopt_lib.shop.tables import Household, Order
from vopt_lib.words import N_, Words


def to_ship(desk: Desk, member: Member) -> ToShip:
    """What waits to be sent now, and the money of her sales."""
    now = desk.clock.now()
    with shop_of(desk).reading() as session:
        parcels, old = shipping.waiting(session, member, now)
        money = shipping.money(session, member, now)
        return ToShip(now, parcels, old, money, bool(parcels or money) or shipping.has_shop(session, member))


def what_waits(desk: Desk, visitor: Visitor) -> ToShip:
    """The same for a page. Whatever goes wrong is told as its trouble."""
    try:
        return to_ship(desk, member_of(desk, visitor))
    except VoptError as trouble:
        return ToShip(desk.clock.now(), trouble=trouble)


def mark_of_shop(desk: Desk) -> int:
    """Rises with every change of the shop."""
    with shop_of(desk).reading() as session:
        return session.get_one(Household, HOUSEHOLD).audited


def send(
    desk: Desk, member: Member, order_ids: Iterable[int], *, carrier: str | None = None, tracking: str | None = None
) -> None:
    """Mark these sales as sent, with whom and under which number where that is said.

    Raises: UnknownParcel; NotPossible, for what is cancelled or has arrived.
    """
    with _changing(desk, member, "send", order_ids) as orders:
        for order in orders:
            shipping.send(order, desk.clock.now(), carrier=carrier, tracking=tracking)


def take_back(desk: Desk, member: Member, order_ids: Iterable[int]) -> None:
    """These sales were not sent after all. Raises: UnknownParcel; NotPossible, for what has arrived since."""
    with _changing(desk, member, "not sent", order_ids) as orders:
        for order in orders:
            shipping.take_back(order)


def set_deadline(desk: Desk, member: Member, order_id: int, send_by: datetime) -> None:
    """Say until when a sale must be sent. Raises: UnknownParcel."""
    with _changing(desk, member, "set deadline", [order_id]) as (order,):
        shipping.set_deadline(order, send_by)


def labels_of(desk: Desk, member: Member, order_ids: Iterable[int], layout: Layout) -> bytes:
    """A PDF with the labels of these sales. Raises: UnknownParcel; LabelMissing; LabelUnusable."""
    with shop_of(desk).reading() as session:
        found = shipping.labels(shipping.sales(session, member, order_ids))
    return printed({name: _label(desk, sha256) for name, sha256 in found.items()}, layout)


def labels_of_shipments(desk: Desk, member: Member, shipment_ids: Iterable[int], layout: Layout) -> bytes:
    """The same by the numbers of shipments. Raises: as above."""
    with shop_of(desk).reading() as session:
        order_ids = shipping.order_ids_of(session, shipment_ids)
    return labels_of(desk, member, order_ids, layout)


def press(desk: Desk, visitor: Visitor, act: str, thing: str, *, words: Words) -> Callable[[Sent], Sent]:
    """Do what she pressed on a page: "sent" or "undo" of these orders ("4,7"). Returns how the page goes on."""
    order_ids = tuple(int(number) for number in thing.split(","))
    try:
        member = member_of(desk, visitor)
        if act == "undo":
            take_back(desk, member, order_ids)
            return lambda before: Sent(words.say(N_("Taken back: it waits again.")), turn=before.turn + 1)
        send(desk, member, order_ids)
        told = words.count(N_("{n} parcel is marked as sent."), N_("{n} parcels are marked as sent."), len(order_ids))
        return lambda before: Sent(told, order_ids, turn=before.turn + 1)
    except VoptError as error:
        sentence = words.error(error)
        return lambda before: Sent(sentence, is_bad=True, turn=before.turn + 1)


@contextmanager
def _changing(desk: Desk, member: Member, deed: str, order_ids: Iterable[int]) -> Iterator[list[Order]]:
    author = author_of(desk, member, deed, batch=secrets.token_hex(16))
    with shop_of(desk).writing(author) as session:
        yield shipping.sales(session, member, order_ids)


def _label(desk: Desk, sha256: str) -> Path:
    return desk.paths.labels / sha256
