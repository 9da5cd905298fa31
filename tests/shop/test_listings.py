"""What a person does with a listing: she writes, publishes, copies, deletes it and brings it back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tests.shop.keeping import ANNA, BEN, acting, events_of, facts, offer, titles, with_ben
from vopt_lib.errors import (
    ChangedMeanwhile,
    NoSuchAccount,
    NoTitle,
    NotPossible,
    ShopError,
    SkuTaken,
    TextTooLong,
    UnknownListing,
)
from vopt_lib.shop import listings
from vopt_lib.shop.states import State
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount, Item, Listing, ListingPrice

WRITTEN: dict[str, Any] = {
    "title": "  Abito   lungo ", "brand": "Zara", "asked": Decimal("12.50"), "place": "Scatola 1",
    "cost": Decimal("3.00"), "bought_on": date(2026, 1, 2), "tags": ["Estate", "estate ", ""],
}  # fmt: skip


def created(shop: Shop, **fields: Any) -> int:
    with acting(shop, deed="create listing") as session:
        return listings.create(session, ANNA, {"title": "Abito"} | fields).id


def changed(shop: Shop, listing_id: int, seen: tuple[int, int] | None = None, **fields: Any) -> None:
    with acting(shop, deed="edit listing") as session:
        listings.edit(session, listings.find(session, ANNA, listing_id), fields, seen)


def becomes(shop: Shop, listing_id: int, *states: State, reason: str | None = None) -> None:
    for state in states:
        with acting(shop) as session:
            listings.change_state(session, listings.find(session, ANNA, listing_id), state, reason)


def prices(shop: Shop, listing_id: int) -> list[tuple[str, str]]:
    with shop.reading() as session:
        told = select(ListingPrice).where(ListingPrice.listing_id == listing_id).order_by(ListingPrice.at)
        return [(str(price.asked), price.source) for price in session.scalars(told)]


def test_what_is_created_is_a_draft_with_what_was_written_and_nothing_an_import_may_change(shop: Shop) -> None:
    made = created(shop, **WRITTEN)
    assert facts(shop, made, "title", "state", "asked", "listed_at") == ("Abito lungo", "draft", Decimal("12.50"), None)
    assert facts(shop, made, "sku", "place", "cost", "bought_on", "tags") == (
        "A-0001", "Scatola 1", Decimal("3.00"), date(2026, 1, 2), ["estate"],
    )  # fmt: skip
    with shop.reading() as session:
        listing = listings.find(session, ANNA, made)
        assert listing.edited == ["asked", "brand", "title"]
        assert listing.item.edited == ["bought_on", "cost", "place", "sku", "tags"]
        assert listing.item.person_id == listing.account.person_id == 1
    assert prices(shop, made) == [("12.50", "person")]


def test_a_code_is_the_next_free_one_of_the_household_or_what_she_says(shop: Shop) -> None:
    assert [facts(shop, created(shop), "sku")[0] for _ in range(2)] == ["A-0001", "A-0002"]
    assert facts(shop, created(shop, sku="A-9999"), "sku") == ("A-9999",)
    assert facts(shop, created(shop, sku="A-rosso"), "sku") == ("A-rosso",)
    assert facts(shop, created(shop), "sku") == ("A-10000",)


def test_a_code_is_free_though_many_things_with_codes_of_their_own_came_after(shop: Shop) -> None:
    created(shop)
    with acting(shop) as session:
        for number in range(600):
            session.add(Item(household_id=1, person_id=1, sku=f"B{number}", currency="EUR"))
    assert facts(shop, created(shop), "sku") == ("A-0002",)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " \t "}, NoTitle),
        ({"title": "x" * 201}, TextTooLong),
        ({"brand": "x" * 201}, TextTooLong),
        ({"description": "x" * 5001}, TextTooLong),
        ({"tags": ["x" * 31]}, TextTooLong),
        ({"sku": "TAKEN"}, SkuTaken),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_half_written(
    shop: Shop, fields: dict[str, Any], error: type[ShopError]
) -> None:
    made = created(shop, sku="TAKEN", brand="Zara")
    other = created(shop, brand="OVS")
    with pytest.raises(error):
        created(shop, **fields)
    with pytest.raises(error):
        changed(shop, other, size="M", **fields)
    assert facts(shop, made, "brand", "size", "sku") == ("Zara", None, "TAKEN")
    assert facts(shop, other, "brand", "size") == ("OVS", None)


def test_an_edit_notes_what_differs_and_a_new_price_goes_into_the_history(shop: Shop) -> None:
    (made,) = offer(shop, "Abito")
    changed(shop, made, title="Abito", brand="Zara", asked=Decimal("9.00"), sku="")
    assert facts(shop, made, "edited", "asked") == (["asked", "brand"], Decimal("9.00"))
    assert prices(shop, made) == [("9.00", "person")]
    ((before, after),) = events_of(shop, deed="edit listing")
    assert (before, after) == (
        {"asked": "12.00", "edited": []},
        {"asked": "9.00", "brand": "Zara", "edited": ["asked", "brand"]},
    )


def test_what_is_emptied_is_nothing(shop: Shop) -> None:
    made = created(shop, **WRITTEN)
    changed(shop, made, brand=" ", asked=None, place="", tags=[])
    assert facts(shop, made, "brand", "asked", "place", "tags") == (None, None, None, [])


def test_whoever_saves_what_somebody_changed_meanwhile_is_told(shop: Shop) -> None:
    made = created(shop)
    with shop.reading() as session:
        seen = listings.versions(listings.find(session, ANNA, made))
    changed(shop, made, seen, title="Gonna")
    with pytest.raises(ChangedMeanwhile):
        changed(shop, made, seen, title="Giacca")
    with pytest.raises(ChangedMeanwhile):
        changed(shop, made, seen, place="Armadio")
    assert facts(shop, made, "title", "place") == ("Gonna", None)


def test_a_listing_is_on_sale_from_its_first_publishing_to_its_end(shop: Shop) -> None:
    made = created(shop)
    becomes(shop, made, State.PUBLISHED)
    (begun,) = facts(shop, made, "listed_at")
    assert begun is not None
    becomes(shop, made, State.SOLD, reason="al mercatino")
    assert facts(shop, made, "listed_at", "state", "reason") == (begun, "sold", "al mercatino")
    assert facts(shop, made, "ended_at")[0] > begun
    becomes(shop, made, State.PUBLISHED)
    assert facts(shop, made, "listed_at", "ended_at", "reason") == (begun, None, None)
    becomes(shop, made, State.WITHDRAWN, State.ARCHIVED, State.DRAFT)
    assert facts(shop, made, "listed_at", "ended_at") == (None, None)


def test_what_she_takes_off_sale_is_noted_as_hers_until_she_puts_it_on_sale_again(shop: Shop) -> None:
    (made,) = offer(shop, "Abito")
    becomes(shop, made, State.PAUSED)
    assert facts(shop, made, "edited") == (["state"],)
    becomes(shop, made, State.PUBLISHED)
    assert facts(shop, made, "edited") == ([],)


def test_a_change_of_state_that_makes_no_sense_is_refused(shop: Shop) -> None:
    made = created(shop)
    with pytest.raises(NotPossible):
        becomes(shop, made, State.RESERVED)
    assert facts(shop, made, "state") == ("draft",)


def test_a_copy_is_a_draft_of_another_thing_of_the_same_kind(shop: Shop) -> None:
    made = created(shop, **WRITTEN)
    with acting(shop) as session:
        copy = listings.duplicate(session, ANNA, listings.find(session, ANNA, made)).id
    assert facts(shop, copy, "title", "brand", "asked", "place", "tags", "state", "sku", "cost") == (
        "Abito lungo", "Zara", Decimal("12.50"), "Scatola 1", ["estate"], "draft", "A-0002", None,
    )  # fmt: skip


def test_a_relist_offers_the_same_thing_in_a_new_draft(shop: Shop) -> None:
    made = created(shop, **WRITTEN)
    becomes(shop, made, State.PUBLISHED, State.WITHDRAWN)
    with acting(shop) as session:
        again = listings.relist(session, listings.find(session, ANNA, made)).id
    assert facts(shop, again, "item_id", "title", "state", "external_id") == (
        *facts(shop, made, "item_id"), "Abito lungo", "draft", None,
    )  # fmt: skip
    assert facts(shop, made, "state") == ("withdrawn",)


def test_what_is_deleted_is_out_of_sight_and_comes_back_with_its_thing(shop: Shop) -> None:
    made = created(shop)
    with acting(shop) as session:
        listings.delete(session, listings.find(session, ANNA, made))
    assert titles(shop) == []
    assert titles(shop, state="deleted") == ["Abito"]
    with shop.reading() as session:
        assert session.scalars(select(Item)).one().deleted_at is not None
    with acting(shop) as session:
        listings.restore(session, ANNA, made)
    assert titles(shop) == ["Abito"]
    with shop.reading() as session:
        assert session.scalars(select(Item)).one().deleted_at is None


def test_a_thing_stays_while_another_listing_offers_it(shop: Shop) -> None:
    made = created(shop)
    with acting(shop) as session:
        listings.relist(session, listings.find(session, ANNA, made))
        listings.delete(session, listings.find(session, ANNA, made))
    with shop.reading() as session:
        assert session.scalars(select(Item)).one().deleted_at is None


def test_a_note_says_who_wrote_it_and_one_that_says_nothing_is_none(shop: Shop) -> None:
    made = created(shop)
    with acting(shop) as session:
        listing = listings.find(session, ANNA, made)
        assert listings.add_note(session, ANNA, listing, "  ") is None
        note = listings.add_note(session, ANNA, listing, " macchia sul polsino ")
        assert note is not None
        assert (note.text, note.person_id, note.about, note.about_id) == ("macchia sul polsino", 1, "listing", made)


def test_nobody_finds_edits_or_restores_what_is_another_persons(shop: Shop) -> None:
    with_ben(shop)
    (hers,) = offer(shop, "Abito di Anna")
    (his,) = offer(shop, "Felpa di Ben", account_id=2)
    with shop.reading() as session:
        assert listings.find(session, ANNA, his).id == his
        with pytest.raises(UnknownListing):
            listings.find(session, BEN, hers)
    with acting(shop, BEN) as session, pytest.raises(NoSuchAccount):
        listings.create(session, BEN, {"title": "x"}, account_id=1)
    with acting(shop) as session:
        listings.delete(session, listings.find(session, ANNA, hers))
    with acting(shop, BEN) as session, pytest.raises(UnknownListing):
        listings.restore(session, BEN, hers)


def test_whoever_has_no_account_gets_one_with_the_first_listing(shop: Shop) -> None:
    with acting(shop) as session:
        session.delete(session.scalars(select(ChannelAccount)).one())
    made, other = created(shop), created(shop)
    with shop.reading() as session:
        account = session.scalars(select(ChannelAccount)).one()
        assert (account.name, account.person_id, account.channel) == ("Anna", 1, "vinted")
        assert {row.account_id for row in session.scalars(select(Listing))} == {account.id}
        assert {made, other} == set(session.scalars(select(Listing.id)))
