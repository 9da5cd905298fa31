"""Her own closet: every shape that it can have becomes listings of her shop, with her own words left as they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.vinted.answers import answer, envelope, svc_listing, v2_2023_listing, v2_2025_listing
from tests.sources.vinted.pages_by_hand import catalogue_flight, item_page, plugins, product_item, pushes
from vopt_lib.errors import CollectingError, MissingItems
from vopt_lib.schema.own_records import Amount, Doubtful, OwnListing
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse_closet import MOST_PHOTOS, REASONS, ClosetPage, Owner, parse_closet
from vopt_lib.sources.vinted.parse_page import Shape

ORIGIN = Origin("vinted", "it", "")
MARIA = Owner(123456789, "maria_rossi88")
LIVE = {"is_closed": False, "is_reserved": False, "is_hidden": False, "item_closing_action": None}


def closet(*listings: Any, **more: Any) -> ClosetPage:
    url = "https://www.vinted.it/api/v2/wardrobe/123456789/items"
    return parse_closet(Shape.WARDROBE, answer(envelope(*listings, **more), url=url), ORIGIN)


def only(page: ClosetPage) -> OwnListing:
    (found,) = page.records
    assert isinstance(found, OwnListing), found
    return found


def test_a_listing_of_a_closet_tells_what_it_is_and_asks() -> None:
    entry = v2_2025_listing(7001, favourite_count=4, view_count=31, catalog_id="1904", **LIVE)
    found = only(closet(entry))
    assert (found.external_id, found.title, found.brand) == (7001, entry["title"], entry["brand_title"])
    assert (found.asked, found.favourites, found.views) == (
        Amount(Decimal(entry["price"]["amount"]).quantize(Decimal("0.01")), "EUR"),
        4,
        31,
    )
    assert (found.size, found.condition, found.catalog_id) == (entry["size_title"], entry["status"], 1904)
    assert found.url == entry["url"]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({}, ()),
        ({"is_reserved": True}, ("is_reserved",)),
        ({"is_hidden": True}, ("is_hidden",)),
        ({"is_draft": True}, ("is_hidden",)),
        ({"is_closed": True}, ("is_sold",)),
        ({"item_closing_action": "sold"}, ("is_sold",)),
        ({"is_closed": True, "item_closing_action": "deleted"}, ("is_closed",)),
    ],
)
def test_its_state_is_told_apart(flags: dict[str, Any], told: tuple[str, ...]) -> None:
    found = only(closet(v2_2025_listing() | LIVE | flags))
    assert tuple(name for name in ("is_sold", "is_hidden", "is_reserved", "is_closed") if getattr(found, name)) == told


@pytest.mark.parametrize("entry", [svc_listing(), v2_2025_listing(), v2_2023_listing()], ids=["2026", "2025", "2023"])
def test_listings_of_every_era_are_read(entry: dict[str, Any]) -> None:
    found = only(closet(entry))
    assert found.asked is not None
    assert (found.asked.currency, (found.url or "").startswith("https://www.vinted.")) == ("EUR", True)


def test_only_addresses_of_the_web_are_kept() -> None:
    found = only(closet(v2_2025_listing(url="javascript:alert(1)", photo={"url": "data:image/png,x"})))
    assert (found.url, found.photos) == (None, ())


def test_nobody_looked_means_that_it_is_not_told_how_often() -> None:
    assert only(closet(v2_2025_listing(view_count=0))).views is None


def test_her_own_words_stay_as_she_wrote_them() -> None:
    entry = v2_2025_listing(description="Seguimi: maria_rossi88, profilo 123456789", **LIVE)
    found = only(closet(entry))
    assert found.description is not None
    assert found.description.startswith("Seguimi: maria_rossi88")


def test_the_owner_is_told() -> None:
    assert closet(v2_2025_listing()).owners == {MARIA}
    assert closet(v2_2025_listing(user={"id": 5}), v2_2025_listing(2)).owners == {MARIA, Owner(5, None)}


def test_photos_come_as_addresses_and_not_more_than_she_can_add() -> None:
    photos = [{"url": f"https://images1.vinted.net/t/{n}.webp?s=1"} for n in range(50)]
    found = only(closet(v2_2025_listing(photos=photos, photo=None)))
    assert found.photos == tuple(one["url"] for one in photos[:MOST_PHOTOS])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"title": " "}, "no_title"),
        ({"price": {"amount": "-3", "currency_code": "EUR"}}, "bad_price"),
        ({"price": {"amount": "3.001", "currency_code": "EUR"}}, "bad_price"),
        ({"price": {"amount": "9" * 30, "currency_code": "EUR"}}, "bad_price"),
        ({"price": {"amount": "3", "currency_code": "=1+1"}}, "bad_price"),
        ({"price": "gratis"}, "bad_price"),
        ({"id": "x"}, "bad_id"),
    ],
)
def test_what_cannot_be_read_waits_for_her(changed: dict[str, Any], reason: str) -> None:
    page = closet(v2_2025_listing(2), v2_2025_listing(1) | changed)
    (doubtful,) = [one for one in page.records if isinstance(one, Doubtful)]
    assert doubtful.reason == reason
    assert reason in REASONS
    assert len(page.records) == 2


def test_an_answer_without_a_list_of_items_is_none() -> None:
    with pytest.raises(MissingItems):
        parse_closet(Shape.WARDROBE, answer({"code": 0, "message": "Ok"}), ORIGIN)


def test_a_saved_page_of_a_listing_is_read_with_its_description() -> None:
    body = item_page(flight=plugins(is_closed=True, item_closing_action="sold"))
    body = body.replace("</body>", '<a href="/member/123456789-maria_rossi88">x</a></body>')
    page = parse_closet(Shape.ITEM_PAGE, saved(body), ORIGIN)
    found = only(page)
    assert (found.external_id, found.is_sold, bool(found.description)) == (7001, True, True)
    assert page.owners == {MARIA}


def test_a_saved_page_of_a_closet_is_read() -> None:
    flight = pushes(catalogue_flight(product_item(7001), product_item(7002)))
    body = f'<html><link rel="canonical" href="https://www.vinted.it/member/123456789-maria_rossi88"/>{flight}</html>'
    page = parse_closet(Shape.CATALOG_PAGE, saved(body), ORIGIN)
    assert [one.external_id for one in page.records if isinstance(one, OwnListing)] == [7001, 7002]


def saved(body: str) -> Answer:
    return Answer("saved.html", 200, "text/html", body.encode(), datetime(2026, 11, 20, tzinfo=UTC))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=8), below, max_size=4),
)


@given(st.dictionaries(st.sampled_from([*v2_2025_listing(), *LIVE, "photos", "catalog_id"]), JSON))
def test_no_wild_listing_breaks_the_reader(changed: dict[str, Any]) -> None:
    body = json.dumps({"items": [v2_2025_listing() | changed]}).encode()
    try:
        page = parse_closet(
            Shape.WARDROBE, Answer("x", 200, "application/json", body, datetime(2026, 11, 20, tzinfo=UTC)), ORIGIN
        )
    except CollectingError:
        return
    assert len(page.records) == 1
