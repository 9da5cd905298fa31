"""What somebody sees of the shop: an admin all, a member her own, and what an admin shares with her to look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.shop.full import ANNA, BEN, add_ben, fill
from tests.shop.people import author
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import sight
from vopt_lib.shop.founding import member, onlooker
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import Person

SEEN = (sight.accounts_of, sight.items_of, sight.listings_of, sight.orders_of, sight.expenses_of, sight.photos_of)


@pytest.fixture
def household(shop: Shop) -> Shop:
    """Anna, an admin, and Ben, a member, each with something in every table."""
    add_ben(shop)
    fill(shop, 1, "Giraffe")
    fill(shop, 2, "Zebra")
    return shop


def seen(shop: Shop, by: Member) -> list[int]:
    """How many rows of each kind."""
    with shop.reading() as session:
        return [len(session.scalars(one(by)).all()) for one in SEEN]


def test_a_member_sees_her_own_and_an_admin_everything(household: Shop) -> None:
    assert seen(household, BEN) == [1, 1, 1, 1, 1, 2]
    assert seen(household, ANNA) == [2, 2, 2, 2, 2, 4]


def test_with_whom_it_is_shared_looks_at_everything_and_is_no_admin(household: Shop) -> None:
    looks = replace(BEN, looks_at_all=True)
    assert seen(household, looks) == seen(household, ANNA)
    assert (looks.sees_all, looks.is_admin) == (True, False)
    with household.reading() as session:
        assert [use.person_id for use in session.scalars(sight.assistant_uses_of(looks))] == [2]


def test_whatever_changes_something_never_asks_with_that_sight(household: Shop) -> None:
    with household.writing(author()) as session:
        session.get_one(Person, 2).sees_household = True
    with household.reading() as session:
        assert member(session, 2) == BEN
        assert onlooker(session, BEN) == replace(BEN, looks_at_all=True)
        assert onlooker(session, replace(BEN, role="member")).role == "member"
