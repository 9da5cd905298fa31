"""This is where a seller sends what she sold: what waits, its labels, and what she has sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.written import deadline
from vopt_lib.errors import VoptError
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.shipping import Layout, Sent, ToShip
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import shipping
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.shop.printing import printed
from vopt_lib.shop.tables import Household, Order
from vopt_lib.words import N_, Words

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


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


def write_parcel(desk: Desk, member: Member, order_id: int, typed: Mapping[str, str]) -> str:
    """Keep what she typed of a parcel: `carrier`, `tracking`, and until when to send it, `send_by`, a day. Returns:
    the name under which it can be undone. Raises: UnknownParcel; NotWritable.
    """
    batch = secrets.token_hex(16)
    with _changing(desk, member, "edit parcel", [order_id], batch=batch) as (order,):
        known = order.shipment.send_by if order.shipment else None
        shipping.write(order, {**typed, "send_by": deadline(typed["send_by"], known)} if typed else {})
    return batch


def undo_written(desk: Desk, member: Member, batch: str) -> None:
    """Bring back what was before she wrote of a parcel. Raises: NothingToUndo; ChangedMeanwhile."""
    with shop_of(desk).writing(author_of(desk, member, "undo")) as session:
        shipping.undo(session, member, batch)


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


def press(
    desk: Desk, visitor: Visitor, act: str, thing: str, *, words: Words, typed: Mapping[str, str] = NOTHING
) -> Callable[[Sent], Sent]:
    """Do what she pressed on a page. Returns how the page goes on.

    act: "sent" or "undo" of these orders ("4,7"); "write", "keep" or "leave" the fields of one; "undo-written" of what
    was kept under a name. typed: what stands in the fields that are open, {"carrier 4": …}.
    """
    try:
        done = _pressed(desk, member_of(desk, visitor), act, thing, words=words, typed=_of(thing, typed))
        return lambda before: replace(done, turn=before.turn + 1)
    except VoptError as error:
        bad = Sent(words.error(error), is_bad=True)
        return lambda before: replace(bad, writing=before.writing, typed=typed, turn=before.turn + 1)


def _pressed(desk: Desk, member: Member, act: str, thing: str, *, words: Words, typed: Mapping[str, str]) -> Sent:
    match act:
        case "write":
            return Sent(writing=int(thing))
        case "leave":
            return Sent()
        case "keep":
            return Sent(
                words.say(N_("What you wrote of the parcel is kept.")),
                batch=write_parcel(desk, member, int(thing), typed),
            )
        case "undo-written":
            undo_written(desk, member, thing)
            return Sent(words.say(N_("The parcel is as it was.")))
    order_ids = tuple(int(number) for number in thing.split(","))
    if act == "undo":
        take_back(desk, member, order_ids)
        return Sent(words.say(N_("Taken back: it waits again.")))
    send(desk, member, order_ids, carrier=typed.get("carrier"), tracking=typed.get("tracking"))
    told = words.count(N_("{n} parcel is marked as sent."), N_("{n} parcels are marked as sent."), len(order_ids))
    return Sent(told, order_ids)


def _of(thing: str, typed: Mapping[str, str]) -> dict[str, str]:
    """What stands in the fields of this one."""
    return {name: typed[key] for name in ("carrier", "tracking", "send_by") if (key := f"{name} {thing}") in typed}


@contextmanager
def _changing(
    desk: Desk, member: Member, deed: str, order_ids: Iterable[int], *, batch: str | None = None
) -> Iterator[list[Order]]:
    author = author_of(desk, member, deed, batch or secrets.token_hex(16))
    with shop_of(desk).writing(author) as session:
        yield shipping.sales(session, member, order_ids)


def _label(desk: Desk, sha256: str) -> Path:
    return desk.paths.labels / sha256
