"""Who changed what: written down by itself, in the order in which it became true."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.shop.people import NOW, author, broken_off, dress
from vopt_lib.shop.audit import values
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import AuditEvent, ChannelAccount, Household, Item, Listing


def events(shop: Shop, deed: str) -> list[AuditEvent]:
    with shop.reading() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.deed == deed).order_by(AuditEvent.number)))


def test_a_change_is_told_with_what_was_before_and_who_did_it(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add(dress())
    with shop.writing(author("reprice", person_id=1, batch="b1")) as session:
        session.scalars(select(Listing)).one().asked = Decimal("9.50")
    (told,) = events(shop, "reprice")
    assert (told.person_id, told.batch, told.about, told.about_id) == (1, "b1", "listing", 1)
    assert (told.before, told.after) == ({"asked": "12.00"}, {"asked": "9.50"})


def test_numbers_rise_without_a_gap_also_where_something_failed(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add_all([dress(1), dress(2)])
    with pytest.raises(RuntimeError):
        broken_off(shop, dress(3))
    with shop.writing(author()) as session:
        session.add(dress(4))
    with shop.reading() as session:
        numbers = session.scalars(select(AuditEvent.number).order_by(AuditEvent.number)).all()
        assert numbers == list(range(1, len(numbers) + 1))
        assert session.scalars(select(Household.audited)).one() == len(numbers)


def test_a_change_that_changes_nothing_is_not_told(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add(dress())
    with shop.writing(author("nothing")) as session:
        session.scalars(select(Listing)).one().asked = Decimal("12.00")
    assert events(shop, "nothing") == []


def test_secrets_are_only_said_to_be_there(shop: Shop) -> None:
    with shop.writing(author("log in")) as session:
        session.scalars(select(ChannelAccount)).one().credentials = b"token"
    (told,) = events(shop, "log in")
    assert told.after == {"credentials": "…"}


def test_what_an_event_says_can_be_put_back(shop: Shop) -> None:
    with shop.writing(author("buy")) as session:
        item = dress()
        item.cost, item.bought_on, item.deleted_at = Decimal("3.00"), date(2026, 1, 2), NOW
        session.add(item)
    told = next(event for event in events(shop, "buy") if event.about == "item")
    assert values(told.after, Item)["cost"] == Decimal("3.00")
    assert values(told.after, Item)["bought_on"] == date(2026, 1, 2)
    assert values(told.after, Item)["deleted_at"] == NOW
