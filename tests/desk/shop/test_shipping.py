"""She marks parcels as sent on a page, takes that back, and prints their labels, one or many."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
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
    to_ship,
    what_waits,
)
from vopt_lib.desk.shop.written import deadline
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


def typed(number: int, send_by: str, carrier: str = "", tracking: str = "") -> dict[str, str]:
    """What stands in the fields of a parcel."""
    return {f"carrier {number}": carrier, f"tracking {number}": tracking, f"send_by {number}": send_by}


def test_what_she_writes_of_a_parcel_is_kept_and_undone(desk: Desk) -> None:
    opened = press(desk, OWNER, "write", "2", words=EN)(Sent())
    assert (opened.writing, opened.text) == (2, "")
    fields = typed(2, "20/11/2026", "Poste", "AB1")
    kept = press(desk, OWNER, "keep", "2", words=EN, typed=fields)(opened)
    assert (kept.text, kept.writing) == ("What you wrote of the parcel is kept.", None)
    assert titles(desk) == ["a skirt", "a dress"]
    first = to_ship(desk, member_of(desk)).parcels[0]
    assert (first.carrier, first.tracking, first.is_late(NOW)) == ("Poste", "AB1", False)
    assert f"{first.send_by.astimezone():%d/%m/%Y %H:%M}" == "20/11/2026 23:59"
    undone = press(desk, OWNER, "undo-written", kept.batch or "", words=EN)(kept)
    assert (undone.text, titles(desk)) == ("The parcel is as it was.", ["a dress", "a skirt"])


def test_a_day_that_is_none_leaves_the_fields_open_as_they_were_typed(desk: Desk) -> None:
    fields = typed(2, "tomorrow", "Poste")
    bad = press(desk, OWNER, "keep", "2", words=EN, typed=fields)(Sent(writing=2))
    assert (bad.is_bad, bad.writing, bad.typed) == (True, 2, fields)
    assert to_ship(desk, member_of(desk)).parcels[0].carrier is None


def test_what_stands_in_the_open_fields_goes_along_with_what_is_sent(desk: Desk) -> None:
    press(desk, OWNER, "sent", "2", words=EN, typed=typed(2, "", "Poste", "AB1"))
    press(desk, OWNER, "undo", "2", words=EN)
    parcels = to_ship(desk, member_of(desk)).parcels
    assert [(one.carrier, one.tracking) for one in parcels] == [(None, None), ("Poste", "AB1")]


@pytest.mark.parametrize(
    ("text", "known", "told"),
    [
        ("", NOW, None),
        (f"{NOW.astimezone():%d/%m/%Y}", NOW, NOW),
        (f"{NOW.astimezone():%Y-%m-%d}", NOW, NOW),
    ],
    ids=["nothing", "the same day", "the same day in the other form"],
)
def test_a_deadline_of_the_same_day_keeps_its_hour(text: str, known: datetime, told: datetime | None) -> None:
    assert deadline(text, known) == told


def test_every_change_of_the_shop_is_noticed(desk: Desk) -> None:
    before = mark_of_shop(desk)
    send(desk, member_of(desk), [1])
    assert mark_of_shop(desk) > before


def test_a_page_is_told_why_nothing_is_known(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, clock=at())
    desk.paths.shop.write_bytes(b"{" * 4096)
    assert isinstance(what_waits(desk, OWNER).trouble, ShopDamaged)
