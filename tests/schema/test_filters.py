"""What part of the market a page shows: its address, and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vopt_lib.schema.filters import DealFilters, InventoryFilters, ListingAddress, MarketFilters, PriceFilters

EVERYTHING = MarketFilters(
    catalog=4,
    brand="Zara & Co",
    size="W30 | IT 44",
    condition=2,
    price_from=Decimal("5"),
    price_to=Decimal("30.50"),
    mine=Decimal("18"),
    days=90,
    order="cheapest",
)


def test_an_address_holds_every_filter() -> None:
    assert MarketFilters.from_query(EVERYTHING.as_query()) == EVERYTHING


def test_what_is_as_usual_is_not_in_the_address() -> None:
    assert MarketFilters().as_query() == ""
    assert MarketFilters(catalog=4).as_query() == "catalog=4"


@pytest.mark.parametrize(
    "query",
    ["?catalog=x&brand=Zara", "brand=Zara&days=7", "brand=Zara&price_from=-1", "brand=Zara&order=worst&market=../x"],
)
def test_a_word_that_cannot_be_understood_is_left_out(query: str) -> None:
    assert MarketFilters.from_query(query) == MarketFilters(brand="Zara")


def test_words_of_others_are_ignored() -> None:
    assert MarketFilters.from_query("utm_source=x&catalog=4") == MarketFilters(catalog=4)


def test_another_catalogue_forgets_what_narrowed_the_old_one() -> None:
    changed = EVERYTHING.but(catalog=5)
    assert changed == MarketFilters(catalog=5, mine=Decimal("18"), days=90, order="cheapest")


def test_the_same_catalogue_again_forgets_nothing() -> None:
    assert EVERYTHING.but(catalog=4) == EVERYTHING


def test_a_wrong_change_is_refused() -> None:
    with pytest.raises(ValidationError):
        EVERYTHING.but(days=7)


@given(st.text())
def test_any_address_gives_filters(query: str) -> None:
    filters = MarketFilters.from_query(query)
    assert MarketFilters.from_query(filters.as_query()) == filters


def test_deals_have_an_address_too_and_another_catalogue_forgets_the_brand() -> None:
    filters = DealFilters.from_query("catalog=4&brand=Zara&price_to=20&order=x")
    assert filters.as_query() == "catalog=4&brand=Zara&price_to=20"
    assert filters.but(catalog=5).as_query() == "catalog=5&price_to=20"
    assert DealFilters.from_query("price_to=many&catalog=-1").as_query() == ""


@pytest.mark.parametrize(
    ("query", "listing_id"),
    [("id=12", 12), ("id=0", None), ("id=x", None), ("", None), (f"id={2**63 - 1}", 2**63 - 1), (f"id={2**63}", None)],
)
def test_a_listing_is_asked_for_by_its_id(query: str, listing_id: int | None) -> None:
    assert ListingAddress.from_query(query).id == listing_id


def test_narrowing_the_inventory_goes_back_to_its_first_page_and_leaves_open_what_is() -> None:
    filters = InventoryFilters(state="sold", page=3, id=7)
    assert filters.but(brand="Zara") == InventoryFilters(state="sold", brand="Zara", id=7)
    assert filters.but(page=4) == InventoryFilters(state="sold", page=4, id=7)


def test_opening_a_listing_or_a_new_one_keeps_the_list_and_closes_the_other() -> None:
    filters = InventoryFilters(state="sold", page=3, id=7)
    assert filters.but(id=8) == InventoryFilters(state="sold", page=3, id=8)
    assert filters.but(new=True) == InventoryFilters(state="sold", page=3, new=True)
    assert filters.but(id=None) == InventoryFilters(state="sold", page=3)


def test_an_inventory_narrows_when_anything_is_left_out() -> None:
    assert not InventoryFilters(order="liked", page=2, id=7).narrows
    assert InventoryFilters(state="sold").narrows


def test_an_address_of_the_inventory_that_makes_no_sense_is_the_whole_of_it() -> None:
    nonsense = "id=0&page=-1&state=lost&order=worst&days=x&price_from=NaN&account=99999999999&catalog=x"
    assert InventoryFilters.from_query(nonsense) == InventoryFilters()


def test_another_thing_of_her_own_forgets_what_was_said_of_the_last_one() -> None:
    said = PriceFilters(own=3, condition=2, offer=Decimal(8))
    assert said.but(own=4) == PriceFilters(own=4)
    assert said.but(brand="Zara") == PriceFilters(own=3, condition=2, offer=Decimal(8), brand="Zara")


@pytest.mark.parametrize(
    ("address", "is_empty"),
    [("", True), ("brand=Zara&cost=5", True), ("title=Borsa", False), ("own=3", False), ("catalog=19", False)],
)
def test_a_thing_needs_a_title_a_catalogue_or_to_be_her_own(address: str, is_empty: bool) -> None:
    assert PriceFilters.from_query(address).is_empty is is_empty
