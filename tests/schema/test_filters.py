"""What part of the market a page shows: its address, and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vopt_lib.schema.filters import DealFilters, ListingAddress, MarketFilters

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
