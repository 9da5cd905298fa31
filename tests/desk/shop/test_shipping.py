"""She marks parcels as sent on a page, takes that back, and prints their labels, one or many."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.shop.clocks import NOW, at
from tests.shop.pdfs import A4, label, sizes_mm
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.shipping import (
    labels_of,
    labels_of_shipments,
    mark_of_shop,
    press,
    send,
    set_deadline,
    to_ship,
    what_waits,
)
from vopt_lib.errors import ShopDamaged, UnknownParcel
from vopt_lib.schema.shipping import Layout, Sent
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import AuditEvent, ChannelAccount, Order, OrderLine, Person, Shipment
from vopt_lib.words import Words

OWNER, BEN = Visitor("somebody"), Visitor("somebody else", member=2)
EN = Words("en")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The owner sold a dress and a skirt, both with labels; Ben is a member and sold nothing."""
    desk = open_desk(data=tmp_path, clock=at())
    desk.paths.labels.mkdir()
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
        session.add(ChannelAccount(household_id=1, person_id=1, channel="vinted", market="it", name="a"))
        session.flush()
        session.add_all(sale(desk, title) for title in ("a dress", "a skirt"))
    return desk


def sale(desk: Desk, title: str) -> Order:
    content = label(text=title)
    sha256 = hashlib.sha256(content).hexdigest()
    (desk.paths.labels / sha256).write_bytes(content)
    facts = {"kind": "sale", "state": "reserved", "currency": "EUR", "account_id": 1, "source": "test"}
    line = OrderLine(household_id=1, title=title)
    shipment = Shipment(household_id=1, label_sha256=sha256)
    return Order(household_id=1, ordered_at=NOW - timedelta(days=1), lines=[line], shipment=shipment, **facts)


def titles(desk: Desk) -> list[str]:
    return [parcel.titles[0] for parcel in to_ship(desk, member_of(desk)).parcels]


def test_pressed_and_taken_back(desk: Desk) -> None:
    sent = press(desk, OWNER, "sent", "1,2", words=EN)(Sent())
    assert (sent.text, sent.order_ids, titles(desk)) == ("2 parcels are marked as sent.", (1, 2), [])
    undone = press(desk, OWNER, "undo", "1,2", words=EN)(sent)
    assert (undone.text, undone.order_ids) == ("Taken back: it waits again.", ())
    assert titles(desk) == ["a dress", "a skirt"]


def test_what_is_pressed_at_once_is_one_deed(desk: Desk) -> None:
    send(desk, member_of(desk), [1, 2])
    with shop_of(desk).reading() as session:
        told = session.query(AuditEvent).filter_by(deed="send").all()
    assert len({event.batch for event in told}) == 1
    assert {event.person_id for event in told} == {1}


def test_what_is_not_hers_cannot_be_sent_or_printed(desk: Desk) -> None:
    assert what_waits(desk, BEN).parcels == ()
    assert press(desk, BEN, "sent", "1", words=EN)(Sent()).is_bad
    with pytest.raises(UnknownParcel):
        labels_of_shipments(desk, member_of(desk, BEN), [1], Layout.A4_1)
    with pytest.raises(UnknownParcel):
        labels_of_shipments(desk, member_of(desk), [99], Layout.A4_1)
    assert titles(desk) == ["a dress", "a skirt"]


def test_one_that_cannot_be_sent_keeps_all_from_being_sent(desk: Desk) -> None:
    with pytest.raises(UnknownParcel):
        send(desk, member_of(desk), [1, 99])
    assert titles(desk) == ["a dress", "a skirt"]


def test_labels_come_in_the_order_asked_for(desk: Desk) -> None:
    assert sizes_mm(labels_of(desk, member_of(desk), [2, 1], Layout.A4_4)) == [A4]
    assert sizes_mm(labels_of_shipments(desk, member_of(desk), [1, 2], Layout.THERMAL)) == [(100, 150)] * 2


def test_a_deadline_can_be_moved(desk: Desk) -> None:
    set_deadline(desk, member_of(desk), 2, NOW + timedelta(hours=1))
    assert titles(desk) == ["a skirt", "a dress"]


def test_every_change_of_the_shop_is_noticed(desk: Desk) -> None:
    before = mark_of_shop(desk)
    send(desk, member_of(desk), [1])
    assert mark_of_shop(desk) > before


def test_a_page_is_told_why_nothing_is_known(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, clock=at())
    desk.paths.shop.write_bytes(b"{" * 4096)
    assert isinstance(what_waits(desk, OWNER).trouble, ShopDamaged)
