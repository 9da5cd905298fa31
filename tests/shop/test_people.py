"""The people of a household: an admin changes them, somebody always can, and a member sees herself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.shop.full import ANNA, BEN, add_ben, fill
from tests.shop.people import FAMILY, NOW, author, dress
from vopt_lib.errors import (
    AccountTaken,
    LastAdmin,
    NameTaken,
    NameUnusable,
    NotAllowed,
    UnknownAccount,
    UnknownPerson,
    VoptError,
)
from vopt_lib.schema.own_people import Account, OwnPerson
from vopt_lib.shop import people
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import AuditEvent, ChannelAccount, Item, Listing


@pytest.fixture
def household(shop: Shop) -> Shop:
    """Anna, an admin with the account anna_r, and Ben, a member with ben_b."""
    add_ben(shop)
    return shop


def do(shop: Shop, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Let Anna do it."""
    with shop.writing(author(act.__name__, person_id=1)) as session:
        return act(session, ANNA, *given, **named)


def told(shop: Shop) -> tuple[OwnPerson, ...]:
    with shop.reading() as session:
        return people.people_of(session, ANNA)


def test_everybody_is_told_with_accounts_listings_and_sales(household: Shop) -> None:
    fill(household, 2, "Zebra")
    anna, ben = told(household)
    assert anna == OwnPerson(1, "Anna", "admin", "it", False, (Account(1, "vinted", "it", "anna_r"),), 0, 0)
    hers = OwnPerson(2, "Ben", "member", "en", False, (Account(2, "vinted", "it", "ben_b"),), 1, 1)
    assert ben == replace(hers, signs_in=True, has_code=True)


def test_a_member_sees_herself_only(household: Shop) -> None:
    with household.reading() as session:
        assert [one.name for one in people.people_of(session, BEN)] == ["Ben"]


ACTS = [
    (people.add_person, ("Carla",), {"role": "member", "language": None}),
    (people.rename_person, (2, "Benno"), {}),
    (people.share, (2, True), {}),
    (people.give_role, (2, "admin"), {}),
    (people.give_language, (2, "it"), {}),
    (people.remove_person, (1, NOW), {}),
    (people.restore_person, (1,), {}),
    (people.add_account, (2,), {"market": "it", "name": "b2"}),
    (people.rename_account, (2, "b2"), {}),
    (people.move_account, (1, 2), {}),
    (people.remove_account, (1, NOW), {}),
]


@pytest.mark.parametrize(("act", "given", "named"), ACTS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_member_changes_nobody(household: Shop, act: Any, given: Any, named: Any) -> None:
    before = told(household)
    with pytest.raises(NotAllowed, match="Ask Anna"), household.writing(author(person_id=2)) as session:
        act(session, BEN, *given, **named)
    assert told(household) == before


def test_who_was_an_admin_once_is_none_any_more(household: Shop) -> None:
    do(household, people.give_role, 2, "admin")
    do(household, people.give_role, 1, "member")
    with pytest.raises(NotAllowed, match="Ask Ben"):
        do(household, people.rename_person, 2, "Benno")


@pytest.mark.parametrize(("act", "given"), [(people.give_role, (1, "member")), (people.remove_person, (1, NOW))])
def test_the_last_admin_stays(household: Shop, act: Any, given: Any) -> None:
    with pytest.raises(LastAdmin, match="Anna is the only admin"):
        do(household, act, *given)
    do(household, people.give_role, 2, "admin")
    do(household, people.remove_person, 2, NOW)
    with pytest.raises(LastAdmin):
        do(household, act, *given)


def test_each_change_is_written_down_as_hers(household: Shop) -> None:
    number = do(household, people.add_person, "  Carla \t Bianchi ", role="member", language="it")
    do(household, people.rename_person, number, "Carla")
    with household.reading() as session:
        asked = select(AuditEvent).where(AuditEvent.about == "person", AuditEvent.about_id == number)
        added, renamed = session.scalars(asked.order_by(AuditEvent.number))
    assert (added.person_id, added.after) == (1, {"name": "Carla Bianchi", "role": "member", "language": "it"})
    assert (renamed.before, renamed.after) == ({"name": "Carla Bianchi"}, {"name": "Carla"})


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("anna", NameTaken),
        (" ANNA ", NameTaken),
        ("", NameUnusable),
        (" \n\t ", NameUnusable),
        ("a" * 61, NameUnusable),
        ("Ca\u202erla", NameUnusable),
        ("Ca\x00rla", NameUnusable),
    ],
)
def test_a_name_is_somebodys_own_and_can_be_read(household: Shop, name: str, error: type[VoptError]) -> None:
    with pytest.raises(error):
        do(household, people.add_person, name, role="member", language=None)
    with pytest.raises(error):
        do(household, people.rename_person, 2, name)


def test_her_own_name_can_be_written_differently(household: Shop) -> None:
    do(household, people.rename_person, 1, "ANNA")
    assert told(household)[0].name == "ANNA"


def test_who_is_removed_comes_back_with_all_that_is_hers(household: Shop) -> None:
    fill(household, 2, "Zebra")
    before = told(household)
    do(household, people.remove_person, 2, NOW)
    assert told(household)[1].is_removed
    do(household, people.restore_person, 2)
    assert told(household) == before


def test_who_comes_back_cannot_take_a_name_that_somebody_got_meanwhile(household: Shop) -> None:
    do(household, people.remove_person, 2, NOW)
    do(household, people.add_person, "ben", role="member", language=None)
    with pytest.raises(NameTaken):
        do(household, people.restore_person, 2)


@pytest.mark.parametrize("name", ["anna_r", "ANNA_R", "@ben_b"])
def test_an_account_is_one_persons(household: Shop, name: str) -> None:
    with pytest.raises(AccountTaken, match=r"it belongs to (Anna|Ben)"):
        do(household, people.add_account, 1, market="it", name=name)


def test_an_account_that_was_removed_comes_back(household: Shop) -> None:
    do(household, people.remove_account, 2, NOW)
    assert told(household)[1].accounts == ()
    with pytest.raises(AccountTaken):
        do(household, people.add_account, 1, market="it", name="ben_b")
    do(household, people.add_account, 2, market="fr", name="ben_b")
    assert told(household)[1].accounts == (Account(2, "vinted", "fr", "ben_b"),)


def test_an_account_moves_with_what_is_on_it_alone(household: Shop) -> None:
    with household.writing(author()) as session:
        session.add(ChannelAccount(household_id=FAMILY, person_id=1, channel="vinted", market="it", name="anna_2"))
        session.add_all([dress(1), dress(2)])
        session.flush()
        on_two = {"account_id": 3, "state": "published", "title": "again", "asked": Decimal(1), "currency": "EUR"}
        session.add(Listing(household_id=FAMILY, item_id=2, **on_two))
    do(household, people.move_account, 1, 2)
    with household.reading() as session:
        assert session.scalars(select(Item.person_id).order_by(Item.id)).all() == [2, 1]
    assert [one.listings for one in told(household)] == [1, 2]


def test_who_and_what_is_not_there_is_told(household: Shop) -> None:
    with pytest.raises(UnknownPerson, match="Anna, Ben"):
        do(household, people.rename_person, 9, "x")
    with pytest.raises(UnknownAccount, match="anna_r, ben_b"):
        do(household, people.rename_account, 9, "x")
    with household.reading() as session, pytest.raises(UnknownAccount, match="anna_r, ben_b"):
        people.account_named(session, ANNA, "nobody")


def test_a_household_never_reaches_another_ones_people(household: Shop) -> None:
    from dataclasses import replace

    with pytest.raises(NotAllowed), household.writing(author()) as session:
        people.rename_person(session, replace(ANNA, household_id=2), 1, "x")
