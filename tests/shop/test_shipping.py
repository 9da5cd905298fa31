"""What waits to be sent, until when, for whom, and what money it brings."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.shop.people import FAMILY, NOW, author
from vopt_lib.errors import ChangedMeanwhile, LabelMissing, NothingToUndo, NotPossible, TextTooLong, UnknownParcel
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.shipping import Money
from vopt_lib.shop import shipping
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import AuditEvent, ChannelAccount, Order, OrderLine, Person, Shipment

ANNA, BEN = Member(FAMILY, 1, "Anna", "admin"), Member(FAMILY, 2, "Ben", "member")
DAY = timedelta(days=1)


def sale(*titles: str, ago: timedelta = DAY, send_by: datetime | None = None, **facts: Any) -> Order:
    """A sale of these things, some time ago."""
    shipment = Shipment(household_id=FAMILY, send_by=send_by, label_sha256=facts.pop("label", None))
    prices = facts.pop("prices", [None] * len(titles))
    lines = [
        OrderLine(household_id=FAMILY, title=title, price=price and Decimal(price))
        for title, price in zip(titles, prices, strict=True)
    ]
    facts = {"kind": "sale", "state": "reserved", "currency": "EUR", "account_id": 1, "source": "test"} | facts
    return Order(household_id=FAMILY, ordered_at=NOW - ago, lines=lines, shipment=shipment, **facts)


def keep(shop: Shop, *orders: Order) -> list[int]:
    with shop.writing(author()) as session:
        session.add_all(orders)
        session.flush()
        return [order.id for order in orders]


def ben(shop: Shop) -> None:
    """Ben comes to the household, with an account of his own (number 2)."""
    with shop.writing(author()) as session:
        session.add(Person(household_id=FAMILY, name="Ben", role="member"))
        session.flush()
        session.add(ChannelAccount(household_id=FAMILY, person_id=2, channel="vinted", market="it", name="ben"))


def waiting(shop: Shop, member: Member = ANNA, now: datetime = NOW) -> list[tuple[str, ...]]:
    with shop.reading() as session:
        return [parcel.titles for parcel in shipping.waiting(session, member, now)[0]]


def test_the_most_urgent_comes_first_and_a_bundle_is_one_parcel(shop: Shop) -> None:
    keep(
        shop,
        sale("later", send_by=NOW + 3 * DAY),
        sale("late", send_by=NOW - DAY),
        sale("a skirt", "a scarf", send_by=NOW + DAY),
    )
    assert waiting(shop) == [("late",), ("a skirt", "a scarf"), ("later",)]


def test_what_is_sent_cancelled_completed_or_bought_does_not_wait(shop: Shop) -> None:
    keep(shop, *(sale(state, state=state) for state in ("shipped", "completed", "cancelled")))
    keep(shop, sale("bought", kind="purchase"))
    assert waiting(shop) == []


def test_unless_told_a_sale_must_be_sent_within_five_days(shop: Shop) -> None:
    keep(shop, sale("untold", ago=2 * DAY), sale("told", send_by=NOW + 4 * DAY))
    with shop.reading() as session:
        (untold, told), _ = shipping.waiting(session, ANNA, NOW)
    assert (untold.send_by, untold.is_estimated) == (NOW + 3 * DAY, True)
    assert (told.send_by, told.is_estimated) == (NOW + 4 * DAY, False)


def test_what_is_late_by_more_than_two_weeks_is_only_counted(shop: Shop) -> None:
    (old,) = keep(shop, sale("old", ago=20 * DAY))
    keep(shop, sale("late", ago=18 * DAY))
    with shop.reading() as session:
        parcels, forgotten = shipping.waiting(session, ANNA, NOW)
    assert ([parcel.titles for parcel in parcels], forgotten) == ([("late",)], (old,))


def test_a_member_sees_and_sends_only_her_own(shop: Shop) -> None:
    ben(shop)
    (hers, his) = keep(shop, sale("Anna's"), sale("Ben's", account_id=2))
    assert waiting(shop, BEN) == [("Ben's",)]
    assert len(waiting(shop, ANNA)) == 2
    with shop.reading() as session:
        assert [order.id for order in shipping.sales(session, BEN, [his])] == [his]
        with pytest.raises(UnknownParcel):
            shipping.sales(session, BEN, [his, hers])


def test_money_is_summed_by_currency_and_what_is_unknown_is_counted(shop: Shop) -> None:
    keep(
        shop,
        sale("a", asked=Decimal("10.00")),
        sale("b", "c", prices=["4.00", "5.50"], asked=Decimal("12.00")),
        sale("d", "e", prices=["4.00", None]),
        sale("f", state="shipped", asked=Decimal("1.00")),
        sale("g", state="completed", asked=Decimal("9.00"), received=Decimal("8.50")),
        sale("h", state="completed", asked=Decimal("9.00")),
        sale("i", state="cancelled", asked=Decimal("99.00")),
        sale("j", ago=31 * DAY, asked=Decimal("99.00")),
        sale("k", currency="GBP", asked=Decimal("7.00")),
    )
    with shop.reading() as session:
        assert shipping.money(session, ANNA, NOW) == (
            Money("EUR", Decimal("20.50"), Decimal("8.50"), 1, 1),
            Money("GBP", Decimal("7.00")),
        )


def test_sent_is_written_down_and_can_be_taken_back(shop: Shop) -> None:
    (number,) = keep(shop, sale("a dress"))
    with shop.writing(author("send")) as session:
        (order,) = shipping.sales(session, ANNA, [number])
        shipping.send(order, NOW, carrier="Poste", tracking="AB1")
    assert waiting(shop) == []
    with shop.reading() as session:
        order = session.get_one(Order, number)
        assert order.shipment is not None
        assert (order.state, order.shipment.sent_at, order.shipment.tracking) == ("shipped", NOW, "AB1")
        assert order.edited == ["sent_at", "carrier", "tracking"]
        told = session.scalars(select(AuditEvent).where(AuditEvent.deed == "send")).all()
        assert {event.about for event in told} == {"order", "shipment"}
    with shop.writing(author("not sent")) as session:
        shipping.take_back(shipping.sales(session, ANNA, [number])[0])
    assert waiting(shop) == [("a dress",)]


def test_an_import_that_knows_only_of_the_sale_does_not_bring_it_back(shop: Shop) -> None:
    (number,) = keep(shop, sale("a dress"))
    with shop.writing(author("send")) as session:
        shipping.send(shipping.sales(session, ANNA, [number])[0], NOW)
    with shop.writing(author("import")) as session:
        session.get_one(Order, number).state = "reserved"
    assert waiting(shop) == []


def test_things_of_one_title_are_one_parcel_of_so_many(shop: Shop) -> None:
    keep(shop, sale("Set di 2 articoli", "Set di 2 articoli"))
    with shop.reading() as session:
        ((parcel,), _) = shipping.waiting(session, ANNA, NOW)
    assert (parcel.titles, parcel.things) == (("Set di 2 articoli",), 2)


@pytest.mark.parametrize("state", ["completed", "cancelled"])
def test_what_has_ended_is_not_sent_again(shop: Shop, state: str) -> None:
    (number,) = keep(shop, sale("a dress", state=state))
    with shop.reading() as session:
        (order,) = shipping.sales(session, ANNA, [number])
        with pytest.raises(NotPossible):
            shipping.send(order, NOW)
        with pytest.raises(NotPossible):
            shipping.take_back(order)


def write(shop: Shop, number: int, batch: str | None = None, **told: Any) -> None:
    with shop.writing(author("edit parcel", batch=batch)) as session:
        shipping.write(shipping.sales(session, ANNA, [number])[0], told)


def parcel(shop: Shop, number: int) -> tuple[Any, ...]:
    """(until when, whether that is only usual, carrier, tracking number, what she wrote)"""
    with shop.reading() as session:
        ((found,), _) = shipping.waiting(session, ANNA, NOW)
        edited = session.get_one(Order, number).edited
        return (found.send_by, found.is_estimated, found.carrier, found.tracking, edited)


@pytest.mark.parametrize("is_told", [True, False], ids=["of a parcel that is told", "of a new one"])
def test_what_she_writes_of_a_parcel_is_kept_and_can_be_undone(shop: Shop, is_told: bool) -> None:
    order = sale("a dress", "a skirt")
    if not is_told:
        order.shipment = None
    (number,) = keep(shop, order)
    usual = parcel(shop, number)
    assert usual == (NOW + 4 * DAY, True, None, None, [])
    write(shop, number, "ab", send_by=NOW + DAY, carrier=" Poste  Italiane", tracking="AB1")
    edited = ["send_by", "carrier", "tracking"]
    assert parcel(shop, number) == (NOW + DAY, False, "Poste Italiane", "AB1", edited)
    write(shop, number, "cd", send_by=NOW + DAY, carrier="", tracking="AB2")
    assert parcel(shop, number) == (NOW + DAY, False, None, "AB2", ["send_by", "tracking"])
    undo(shop, "cd")
    assert parcel(shop, number) == (NOW + DAY, False, "Poste Italiane", "AB1", edited)
    undo(shop, "ab")
    assert parcel(shop, number) == usual


def undo(shop: Shop, batch: str, member: Member = ANNA) -> None:
    with shop.writing(author("undo")) as session:
        shipping.undo(session, member, batch)


def test_what_somebody_changed_since_is_not_undone_nor_another_s_nor_what_was_erased(shop: Shop) -> None:
    (number,) = keep(shop, sale("a dress"))
    write(shop, number, "ab", carrier="Poste")
    ben(shop)
    with pytest.raises(NothingToUndo):
        undo(shop, "ab", BEN)
    write(shop, number, tracking="AB1")
    with pytest.raises(ChangedMeanwhile):
        undo(shop, "ab")
    with shop.writing(author()) as session:
        session.execute(update(AuditEvent).values(before={}, after={}))
    with pytest.raises(NothingToUndo):
        undo(shop, "ab")
    assert parcel(shop, number)[2:4] == ("Poste", "AB1")


def test_a_carrier_that_is_too_long_is_refused(shop: Shop) -> None:
    (number,) = keep(shop, sale("a dress"))
    with pytest.raises(TextTooLong):
        write(shop, number, carrier="P" * 201)


def test_a_parcel_without_a_label_is_named(shop: Shop) -> None:
    numbers = keep(shop, sale("with", label="0" * 64), sale("without"))
    with shop.reading() as session:
        with pytest.raises(LabelMissing, match="without"):
            shipping.labels(shipping.sales(session, ANNA, numbers))
        assert list(shipping.labels(shipping.sales(session, ANNA, numbers[:1])).values()) == ["0" * 64]


def test_she_has_a_shop_as_soon_as_there_is_a_sale(shop: Shop) -> None:
    with shop.reading() as session:
        assert not shipping.has_shop(session, ANNA)
    keep(shop, sale("a dress"))
    with shop.reading() as session:
        assert shipping.has_shop(session, ANNA)
