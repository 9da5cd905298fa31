from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vopt_lib.schema.records import Listing, OwnListing, Pagination, Photo, pagination, validate


def test_good_entries_become_listings_in_order() -> None:
    good, bad = validate(
        Listing, [{"id": 2, "price": "1.0"}, {"id": "3", "price": {"amount": 4, "currency_code": "EUR"}}]
    )
    assert [(item.id, item.asked_amount, item.price_eur) for item in good] == [(2, "1.0", None), (3, "4", Decimal("4"))]
    assert bad == []


def test_bad_entries_are_named_with_their_place_and_value() -> None:
    good, bad = validate(Listing, [7, {"id": 1}, {}, {"id": 2, "price": {"amount": "x"}}])
    assert [item.id for item in good] == [1]
    assert [(place, reason) for place, reason, _ in bad] == [(0, "not_an_object"), (2, "no_id"), (3, "bad_price")]
    assert bad[2][2].endswith("'x'")


@pytest.mark.parametrize("amount", ["1", "1.5", "12.345", 3, 3.25, "-1.0"])
def test_an_amount_is_a_number_as_text_or_json_number(amount: Any) -> None:
    assert validate(Listing, [{"id": 1, "price": {"amount": amount}}])[0][0].asked_amount == str(amount)


@pytest.mark.parametrize("amount", ["", "1,5", "1e3", "inf", " 1", "1.", "€ 3", "٣", "1\n", True, [], {}], ids=str)
def test_anything_else_is_no_amount(amount: Any) -> None:
    assert validate(Listing, [{"id": 1, "price": {"amount": amount}}])[1][0][1] == "bad_price"


def test_the_310x430_thumbnail_is_preferred() -> None:
    small, right = {"type": "thumb70x100", "url": "a"}, {"type": "thumb310x430", "url": "b"}
    assert Photo(thumbnails=[small, right]).thumbnail_url == "b"
    assert Photo(thumbnails=[small]).thumbnail_url == "a"


@pytest.mark.parametrize("thumbnails", [None, [], "x", [1], [{"type": "a"}], [{"url": 3}]], ids=str)
def test_broken_thumbnails_are_no_thumbnail(thumbnails: Any) -> None:
    assert Photo(thumbnails=thumbnails).thumbnail_url is None


def test_a_closed_listing_is_sold_unless_it_was_closed_otherwise() -> None:
    assert OwnListing(id=1, is_closed=True).state == "sold"
    assert OwnListing(id=1, is_closed=True, item_closing_action="hidden_by_admin").state == "closed"


@pytest.mark.parametrize("received", [{}, {"current_page": "x"}, {"per_page": 2**40}, {"time": -1}, [], 3])
def test_a_broken_pagination_says_nothing(received: Any) -> None:
    assert pagination(received) == Pagination()
