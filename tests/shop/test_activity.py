"""What was done in a shop, as the audit log tells it: one line for what was done at once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.shop.people import NOW, author, dress
from tests.shop.sold import ANNA, BEA, daughter
from vopt_lib.schema.own_activity import Activity, Done
from vopt_lib.shop import activity
from vopt_lib.shop.activity import activities
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import Listing


def told(shop: Shop, most: int = 1, member: object = ANNA) -> list[Activity]:
    with shop.reading() as session:
        return list(activities(session, member, most))  # type: ignore[arg-type]


def dresses(shop: Shop, count: int) -> None:
    with shop.writing(author("import archive", 1)) as session:
        session.add_all(dress(number) for number in range(count))


def test_what_was_done_at_once_is_one_line(shop: Shop) -> None:
    dresses(shop, 3)
    [line] = told(shop)
    assert (line.at, line.person, line.deed) == (NOW, "Anna", "import archive")
    assert set(line.done) == {Done("listing", "added", 3), Done("item", "added", 3)}


def test_a_batch_is_one_line_and_one_listing_is_called_by_its_title(shop: Shop) -> None:
    dresses(shop, 2)
    for number in (1, 2):
        with shop.writing(author("reprice", 1, batch="b1")) as session:
            session.get_one(Listing, number).asked = Decimal(9)
    with shop.writing(author("reprice", 1)) as session:
        session.get_one(Listing, 1).asked = Decimal(8)
    one, batch = told(shop, 2)
    assert one.done == (Done("listing", "changed", 1, "Abito 0"),)
    assert batch.done == (Done("listing", "changed", 2),)


def test_what_was_deleted_and_brought_back_is_said_so(shop: Shop) -> None:
    dresses(shop, 1)
    for deleted_at, way in ((NOW, "removed"), (None, "restored")):
        with shop.writing(author(way, 1)) as session:
            session.scalars(select(Listing)).one().deleted_at = deleted_at
        assert [done.way for done in told(shop)[0].done] == [way]


def test_a_member_sees_what_she_did_and_an_admin_everything(shop: Shop) -> None:
    daughter(shop)
    dresses(shop, 1)
    with shop.writing(author("reprice", 2)) as session:
        session.scalars(select(Listing)).one().asked = Decimal(9)
    assert [line.person for line in told(shop, 9, BEA)] == ["Bea"]
    assert [line.person for line in told(shop, 9)][:2] == ["Bea", "Anna"]
    assert told(shop, 9)[-1].person is None


def test_a_line_that_is_longer_than_what_is_looked_at_says_at_least(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "MOST_EVENTS", 4)
    dresses(shop, 5)
    assert any(done.is_least for done in told(shop)[0].done)
