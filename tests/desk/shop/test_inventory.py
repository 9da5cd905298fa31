"""The inventory page: what it shows to whom, and what becomes of what she presses."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.desk.shop.phone_pages import Server
from tests.selling import sell
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.inventory import inventory_page, own_pane
from vopt_lib.desk.shop.inventory_deeds import create_listing, press_listing, save_listing, write_note
from vopt_lib.desk.shop.inventory_moves import Moves, Opened, Remembered
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.phone_beside import PhoneBeside
from vopt_lib.errors import ShopDamaged, UnknownListing
from vopt_lib.schema.bulk import Plan
from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.inventory_page import Moment, OwnDetail, OwnPane
from vopt_lib.schema.own_states import State
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import listings
from vopt_lib.shop.tables import ChannelAccount, Person, Photo

OWNER = Visitor("anna", "en", role="admin")
BEN = Visitor("ben", "en", member=2)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def detail(desk: Desk, listing_id: int, visitor: Visitor = OWNER) -> OwnDetail:
    known = own_pane(desk, visitor, InventoryFilters(id=listing_id))
    assert known is not None
    assert known.detail is not None, known.trouble
    return known.detail


def shown(desk: Desk, visitor: Visitor = OWNER, **filters: Any) -> list[str]:
    return [row.title for row in inventory_page(desk, visitor, InventoryFilters(**filters)).found.rows]


def with_ben(desk: Desk) -> None:
    sell(desk, "Abito di Anna")
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
        session.flush()
        session.add(ChannelAccount(household_id=1, person_id=2, channel="vinted", market="it", name="ben_r"))


def test_an_empty_shop_shows_nothing_and_nothing_is_wrong(desk: Desk) -> None:
    page = inventory_page(desk, OWNER, InventoryFilters())
    assert (page.found.total, page.choices.total, page.trouble) == (0, 0, None)
    assert own_pane(desk, OWNER, InventoryFilters()) is None


def test_a_damaged_shop_is_told(desk: Desk) -> None:
    desk.paths.shop.write_bytes(b"{" * 4096)
    assert isinstance(inventory_page(desk, OWNER, InventoryFilters()).trouble, ShopDamaged)
    known = own_pane(desk, OWNER, InventoryFilters(id=1))
    assert known is not None
    assert isinstance(known.trouble, ShopDamaged)


def test_one_listing_is_told_with_its_past(desk: Desk) -> None:
    (made,) = sell(desk, "Abito")
    told = detail(desk, made)
    assert [str(price.asked) for price in told.prices] == ["12.00", "9.50"]
    assert [note.text for note in told.notes] == ["Abito"]
    assert {one.deed for one in told.history} == {"create listing", "edit listing"}
    assert told.history[0].before["asked"] == "12.00"
    assert State.SOLD in told.next_states
    assert (told.fields["asked"], told.fields["sku"]) == (Decimal("9.50"), "A-0001")


def test_each_sees_her_own_also_of_the_choices_and_by_number(desk: Desk) -> None:
    with_ben(desk)
    made = create_listing(desk, BEN, {"title": "Felpa di Ben", "brand": "Nike"})
    assert shown(desk, BEN) == ["Felpa di Ben"]
    assert sorted(shown(desk)) == ["Abito di Anna", "Felpa di Ben"]
    page = inventory_page(desk, BEN, InventoryFilters())
    assert [choice.value for choice in page.choices.brands] == ["Nike"]
    known = own_pane(desk, BEN, InventoryFilters(id=1))
    assert known is not None
    assert isinstance(known.trouble, UnknownListing)
    assert made.opens == 2
    assert press_listing(desk, BEN, "delete", 1).told.kind == "bad"
    assert "Abito di Anna" in shown(desk)


def test_what_is_written_is_kept_and_answered_in_her_language(desk: Desk) -> None:
    italian = Visitor("anna", "it", role="admin")
    made = create_listing(desk, italian, {"title": "Abito", "asked": "12,50", "tags": "mare, sole", "quantity": "1"})
    told = detail(desk, made.opens or 0)
    assert (told.row.asked, told.row.tags, told.row.state) == (Decimal("12.50"), ("mare", "sole"), State.DRAFT)
    saved = save_listing(desk, OWNER, told.row.listing_id, {"title": "Gonna", "asked": "10"}, seen=told.versions)
    assert (saved.told.text, saved.told.kind) == ("“Gonna” is saved.", "good")
    stale = save_listing(desk, OWNER, told.row.listing_id, {"title": "Giacca"}, seen=told.versions)
    assert stale.told.kind == "bad"
    assert "Somebody else changed this" in stale.told.text
    assert shown(desk) == ["Gonna"]


def test_a_listing_is_copied_listed_again_deleted_and_brought_back(desk: Desk) -> None:
    (made,) = sell(desk, "Abito")
    assert press_listing(desk, OWNER, "duplicate", made).opens == 2
    assert press_listing(desk, OWNER, "withdrawn", made, reason="rotto").undo is not None
    assert detail(desk, made).reason == "rotto"
    assert press_listing(desk, OWNER, "relist", made).opens == 3
    gone = press_listing(desk, OWNER, "delete", made)
    assert (gone.restore, gone.opens) == (made, 0)
    assert len(shown(desk)) == 2
    assert detail(desk, made).is_deleted
    press_listing(desk, OWNER, "restore", made)
    assert len(shown(desk)) == 3
    assert write_note(desk, OWNER, made, " ").told.kind == "info"
    assert press_listing(desk, OWNER, "draft", made).told.kind == "bad"


@dataclass
class Kept:
    """What a page remembers, without a page."""

    values: dict[str, Any] = field(default_factory=dict)

    def of(self, name: str, value: Any) -> Remembered[Any]:
        self.values[name] = value
        return Remembered(lambda: self.values[name], lambda new: self.values.__setitem__(name, new))


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def moves(desk: Desk, kept: Kept) -> Moves:
    return Moves(
        desk,
        OWNER,
        query=kept.of("query", ""),
        opened=kept.of("opened", Opened()),
        picked=kept.of("picked", ()),
        moment=kept.of("moment", Moment()),
        mark=kept.of("mark", 0),
    )


def test_a_change_of_many_is_looked_at_made_and_undone(desk: Desk, moves: Moves, kept: Kept) -> None:
    ids = sell(desk, "Abito", "Gonna")
    moves.picked.set(tuple(ids))
    moves.preview({"price": "-10%", "ending": "", "floor": "1", "place": "Cantina"})
    assert isinstance(kept.values["moment"].plan, Plan)
    assert set(shown(desk, place="Cantina")) == set()
    moves.apply()
    answered = kept.values["moment"].answered
    assert (answered.told.text, kept.values["picked"]) == ("2 listings were changed.", ())
    assert set(shown(desk, place="Cantina", price_to="8.55")) == {"Abito", "Gonna"}
    moves.undo(answered.undo)
    assert kept.values["moment"].answered.told.text == "2 listings are as they were."
    assert [detail(desk, one).row.place for one in ids] == ["Abito", "Gonna"]


def test_the_code_for_the_phone_stands_beside_the_listing_it_was_asked_for(
    desk: Desk, moves: Moves, kept: Kept
) -> None:
    (listing_id,) = sell(desk, "Abito")
    pages = Server()
    moves = replace(moves, phone=PhoneBeside(pages.page))
    moves.opened.set(Opened(listing_id))
    pane = own_pane(desk, OWNER, InventoryFilters(id=listing_id))
    moves.press("phone", "")
    shown = moves.with_moment(pane)
    assert shown is not None
    assert shown.phone is not None
    assert kept.values["opened"] == Opened(listing_id, turn=1)
    moves.press("phone-close", "")
    assert (moves.with_moment(pane), moves.with_moment(None), pages.open) == (pane, None, [])


def photographed(desk: Desk, listing_id: int, *hashes: str) -> list[int]:
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        item = listings.find(session, member_of(desk), listing_id).item
        session.add_all(Photo(household_id=1, item_id=item.id, sha256=name, position=0) for name in hashes)
        session.flush()
        return list(session.scalars(select(Photo.id).order_by(Photo.id)))


def test_what_is_typed_stays_when_something_is_pressed_at_the_photos(desk: Desk, moves: Moves, kept: Kept) -> None:
    (listing_id,) = sell(desk, "Abito")
    first = photographed(desk, listing_id, "a" * 64, "b" * 64)[0]
    moves.go(f"id={listing_id}")
    pane = own_pane(desk, OWNER, InventoryFilters(id=listing_id))
    assert pane is not None
    moves.photo(pane, f"delete {first}", {"title": "Gonna"})
    assert kept.values["moment"].answered.photo is not None
    moves.bring_photo_back(kept.values["moment"].answered.photo)
    moves.photo(pane, f"move {first} x", {"title": "Gonna lunga"})
    again = moves.with_moment(own_pane(desk, OWNER, InventoryFilters(id=listing_id)))
    assert again is not None
    assert (again.typed, again.seen) == ({"title": "Gonna lunga"}, pane.detail.versions if pane.detail else None)
    assert [photo.sha256[0] for photo in again.detail.photos if again.detail] == ["a", "b"]
    moves.save(again, again.typed)
    assert shown(desk) == ["Gonna lunga"]
    assert moves.opened.get().typed == {}


def test_what_is_typed_beside_photos_never_hides_what_somebody_else_wrote(desk: Desk, moves: Moves, kept: Kept) -> None:
    (listing_id,) = sell(desk, "Abito")
    (photo,) = photographed(desk, listing_id, "a" * 64)
    moves.go(f"id={listing_id}")
    pane = own_pane(desk, OWNER, InventoryFilters(id=listing_id))
    assert pane is not None
    save_listing(desk, OWNER, listing_id, {"title": "Giacca"}, seen=detail(desk, listing_id).versions)
    moves.photo(pane, f"turn {photo} 1", {"title": "Gonna"})
    again = moves.with_moment(own_pane(desk, OWNER, InventoryFilters(id=listing_id)))
    assert again is not None
    moves.save(again, again.typed)
    assert kept.values["moment"].answered.told.kind == "bad"
    assert shown(desk) == ["Giacca"]


def test_what_cannot_be_previewed_is_told_and_the_choice_stays(desk: Desk, moves: Moves, kept: Kept) -> None:
    moves.picked.set(tuple(sell(desk, "Abito")))
    moves.preview({"price": "10%"})
    assert kept.values["moment"].answered.told.kind == "bad"
    assert kept.values["moment"].plan is None
    moves.leave()
    assert kept.values["moment"].answered is None
    assert len(kept.values["picked"]) == 1


def test_what_is_open_changes_only_when_she_opens_something_else(desk: Desk, moves: Moves, kept: Kept) -> None:
    sell(desk, "Abito", "Gonna")
    moves.go("id=1&state=published")
    first = kept.values["opened"]
    moves.go("id=1&text=gonna")
    assert kept.values["opened"] is first
    moves.go("id=2&text=gonna")
    assert kept.values["opened"] == Opened(2)
    moves.close()
    assert (kept.values["query"], kept.values["opened"]) == ("text=gonna", Opened())


def test_what_was_typed_stays_after_a_refusal_and_is_read_anew_after_a_save(
    desk: Desk, moves: Moves, kept: Kept
) -> None:
    sell(desk, "Abito")
    moves.go("id=1")
    pane = OwnPane(detail(desk, 1))
    moves.save(pane, {"title": " "})
    assert kept.values["opened"] == Opened(1)
    moves.save(pane, {"title": "Gonna"})
    assert kept.values["opened"] == Opened(1, turn=1)


def test_what_is_created_is_opened_and_what_is_deleted_closed(desk: Desk, moves: Moves, kept: Kept) -> None:
    moves.go("new=True")
    moves.save(OwnPane(is_new=True), {"title": "Abito", "quantity": "1"})
    assert (kept.values["query"], kept.values["opened"].listing_id) == ("id=1", 1)
    moves.press("note", "macchia")
    assert [note.text for note in detail(desk, 1).notes] == ["macchia"]
    moves.press("delete", "")
    assert kept.values["query"] == ""
    moves.restore(1)
    assert kept.values["query"] == "id=1"


def test_the_list_is_made_anew_only_when_something_changed(desk: Desk, moves: Moves, kept: Kept) -> None:
    moves.look()
    before = kept.values["mark"]
    moves.look()
    assert kept.values["mark"] == before
    sell(desk, "Abito")
    moves.look()
    assert kept.values["mark"] > before
