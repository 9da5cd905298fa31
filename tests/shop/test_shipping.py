"""What waits to be sent, until when, for whom, and what money it brings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.shop.people import FAMILY, NOW, author
from vopt_lib.errors import LabelMissing, NotPossible, UnknownParcel
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


def test_a_sale_that_nobody_told_the_parcel_of_gets_a_deadline(shop: Shop) -> None:
    order = sale("a dress")
    order.shipment = None
    (number,) = keep(shop, order)
    with shop.writing(author("set deadline")) as session:
        shipping.set_deadline(shipping.sales(session, ANNA, [number])[0], datetime(2026, 11, 23, 17, tzinfo=UTC))
    with shop.reading() as session:
        ((parcel,), _) = shipping.waiting(session, ANNA, NOW)
        assert (parcel.send_by, parcel.is_estimated) == (datetime(2026, 11, 23, 17, tzinfo=UTC), False)
        assert session.get_one(Order, number).edited == ["send_by"]


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
