"""A draft is marked as published by the address that she pastes: once, hers, and in nobody else's place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.selling import sell
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.inventory_deeds import press_listing, undo_bulk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.published import mark_published
from vopt_lib.schema.own_states import State
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import listings
from vopt_lib.shop.tables import AuditEvent, ChannelAccount, Listing, Person

OWNER = Visitor("anna", "en", role="admin")
BEN = Visitor("ben", "en", member=2)
ADDRESS = "https://www.vinted.it/items/123456-giacca?referrer=x"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def draft(desk: Desk, title: str = "Giacca") -> int:
    owner = member_of(desk)
    with shop_of(desk).writing(author_of(desk, owner, "create listing")) as session:
        return listings.create(session, owner, {"title": title}).id


def row(desk: Desk, listing_id: int) -> Listing:
    with shop_of(desk).reading() as session:
        found = session.get_one(Listing, listing_id)
        session.expunge(found)
        return found


def marked(desk: Desk, listing_id: int, pasted: str = ADDRESS, visitor: Visitor = OWNER) -> tuple[str, str]:
    told = mark_published(desk, visitor, listing_id, pasted).told
    return told.kind, told.text


def test_a_draft_is_on_sale_from_now_on(desk: Desk) -> None:
    listing_id = draft(desk)
    assert marked(desk, listing_id) == ("good", "“Giacca” is on sale on Vinted: vopt knows its address now.")
    found = row(desk, listing_id)
    assert (found.external_id, found.url) == (123456, "https://www.vinted.it/items/123456")
    assert found.state == State.PUBLISHED
    with shop_of(desk).reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.deed == "publish listing")).one()
    assert found.listed_at == event.at
    assert (event.before["state"], event.after["external_id"], event.person_id) == ("draft", 123456, 1)


def test_the_same_address_twice_is_noted_once(desk: Desk) -> None:
    listing_id = draft(desk)
    marked(desk, listing_id)
    version = row(desk, listing_id).version
    assert marked(desk, listing_id, "vinted.fr/items/123456") == ("info", "That is noted already.")
    assert row(desk, listing_id).version == version


def test_a_wrong_address_can_be_taken_back(desk: Desk) -> None:
    listing_id = draft(desk)
    undo = mark_published(desk, OWNER, listing_id, ADDRESS).undo
    assert undo is not None
    undo_bulk(desk, OWNER, undo)
    found = row(desk, listing_id)
    assert (found.external_id, found.url, found.state, found.listed_at) == (None, None, State.DRAFT, None)


def test_what_is_on_sale_without_a_number_gets_it_and_stays_as_it_is(desk: Desk) -> None:
    (listing_id,) = sell(desk, "Abito")
    press_listing(desk, OWNER, "paused", listing_id)
    assert marked(desk, listing_id)[0] == "good"
    assert (row(desk, listing_id).external_id, row(desk, listing_id).state) == (123456, State.PAUSED)


def test_the_number_of_another_listing_is_refused_with_its_name(desk: Desk) -> None:
    first, second = draft(desk, "Giacca"), draft(desk, "Abito")
    marked(desk, first)
    refused = "The listing 123456 on Vinted is “Giacca” (A-0001) already. Look whether you copied the right address."
    assert marked(desk, second) == ("bad", refused)
    assert row(desk, second).state == State.DRAFT
    press_listing(desk, OWNER, "delete", first)
    assert "is “Giacca” (A-0001), which you deleted." in marked(desk, second)[1]


def test_a_member_is_not_told_what_somebody_else_sells(desk: Desk) -> None:
    marked(desk, draft(desk, "Segreto"))
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
        session.flush()
        session.add(ChannelAccount(household_id=1, person_id=2, channel="vinted", market="it", name="ben_r"))
    ben = member_of(desk, BEN)
    with shop_of(desk).writing(author_of(desk, ben, "create listing")) as session:
        his = listings.create(session, ben, {"title": "Scarpe"}).id
    kind, told = marked(desk, his, visitor=BEN)
    assert (kind, "Segreto" in told, "somebody else of your household" in told) == ("bad", False, True)
    assert "no listing with the number 1" in marked(desk, 1, visitor=BEN)[1]


@pytest.mark.parametrize(
    ("state", "why"), [("sold", "it is sold"), ("withdrawn", "it was withdrawn"), ("archived", "it is archived")]
)
def test_what_is_over_gets_no_address(desk: Desk, state: str, why: str) -> None:
    (listing_id,) = sell(desk, "Abito")
    press_listing(desk, OWNER, "withdrawn" if state == "archived" else state, listing_id)
    press_listing(desk, OWNER, state, listing_id)
    assert marked(desk, listing_id) == (
        "bad",
        f"“Abito” cannot be marked as published: {why}. To offer the thing once more, list it again: that makes a "
        "new draft.",
    )
    assert row(desk, listing_id).external_id is None


def test_a_listing_keeps_its_first_number(desk: Desk) -> None:
    listing_id = draft(desk)
    marked(desk, listing_id)
    assert "it has another number on Vinted already" in marked(desk, listing_id, "vinted.it/items/77")[1]


def test_what_is_begun_anew_gets_its_new_number(desk: Desk) -> None:
    listing_id = draft(desk)
    marked(desk, listing_id)
    for state in ("withdrawn", "archived", "draft"):
        press_listing(desk, OWNER, state, listing_id)
    assert marked(desk, listing_id, "vinted.it/items/77")[0] == "good"
    assert (row(desk, listing_id).external_id, row(desk, listing_id).state) == (77, State.PUBLISHED)


def test_what_is_no_address_is_told(desk: Desk) -> None:
    listing_id = draft(desk)
    assert marked(desk, listing_id, "https://evil.example/items/1") == (
        "bad",
        "This is the address of another site, or of one of Vinted's that vopt does not know. Open your new listing on "
        "Vinted, and copy its address: it holds /items/ and a number.",
    )
    assert row(desk, listing_id).state == State.DRAFT
