from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.sources.vinted.answers import (
    ORIGIN,
    PHOTO,
    PSEUDONYMS,
    SMALL_PHOTO,
    answer,
    envelope,
    parsed,
    row_of,
    svc_listing,
    v2_2023_listing,
    v2_2025_listing,
)
from vopt_lib.errors import MissingItems, NotJson
from vopt_lib.schema.tables import LISTING_SEEN
from vopt_lib.sources.vinted.parse import Shape, frames, parse_catalogue, parse_wardrobe


def told(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_todays_listing_has_brand_size_and_condition_from_its_card() -> None:
    row = row_of(parsed(svc_listing()))
    assert told(row, "shape", "brand", "size", "condition_label", "condition_id") == (
        "svc-2026-09",
        "Zara",
        "M / IT 42 / EU 38",
        "Ottime",
        2,
    )
    assert told(row, "asked_amount", "price_eur", "service_fee_amount", "total_amount", "currency") == (
        Decimal("12.50"),
        Decimal("12.50"),
        Decimal("1.33"),
        Decimal("13.83"),
        "EUR",
    )
    assert told(row, "url", "photo_url", "thumbnail_url", "photo_taken_at") == (
        "https://www.vinted.it/items/10000000001-vestito-a-fiori",
        PHOTO,
        SMALL_PHOTO,
        None,
    )
    assert told(row, "page", "position", "query_catalog_id", "state", "promoted") == (2, 97, 4, "on_sale", False)
    assert told(row, "observed_at", "day") == (
        datetime(2026, 9, 20, 10, 30, tzinfo=UTC),
        datetime(2026, 9, 20, tzinfo=UTC).date(),
    )


def test_an_explicit_field_wins_over_the_card() -> None:
    row = row_of(parsed(svc_listing(brand_title="Mango", size_title="S", status="Buone")))
    assert told(row, "brand", "size", "condition_id") == ("Mango", "S", 3)


@pytest.mark.parametrize(
    ("second_line", "size", "label"),
    [
        ("L · Nuovo senza cartellino", "L", "Nuovo senza cartellino"),
        ("Discrete", None, "Discrete"),
        ("W34 | FR 44 · Buone", "W34 | FR 44", "Buone"),
        ("1-3 mesi / 56 cm · Ottime", "1-3 mesi / 56 cm", "Ottime"),
        ("38 · lunga · Ottime", "38 · lunga", "Ottime"),
        ("", None, None),
    ],
)
def test_the_last_part_of_the_second_line_is_the_condition(
    second_line: str, size: str | None, label: str | None
) -> None:
    row = row_of(parsed(svc_listing(item_box={"first_line": "", "second_line": second_line})))
    assert told(row, "brand", "size", "condition_label") == (None, size, label)


def test_a_condition_in_unknown_words_keeps_its_words() -> None:
    row = row_of(parsed(svc_listing(item_box={"first_line": "Zara", "second_line": "M · Quasi nuovo"})))
    assert told(row, "condition_label", "condition_id") == ("Quasi nuovo", None)


def test_the_money_object_era_is_read() -> None:
    row = row_of(parsed(v2_2025_listing(), code=0))
    assert told(row, "shape", "brand", "size", "condition_id", "asked_amount", "total_amount") == (
        "v2-2025",
        "Barbour",
        "XXL",
        3,
        Decimal("110.00"),
        Decimal("116.20"),
    )
    assert row["photo_taken_at"] == datetime(2025, 9, 19, 16, 40, tzinfo=UTC)


def test_the_string_price_era_is_read() -> None:
    row = row_of(parsed(v2_2023_listing(), code=0))
    assert told(row, "shape", "brand", "size", "condition_id", "condition_label") == ("v2-2023", None, None, None, None)
    assert told(row, "asked_amount", "currency", "service_fee_amount", "total_amount", "promoted") == (
        Decimal("10.00"),
        "EUR",
        Decimal("1.20"),
        Decimal("11.20"),
        True,
    )
    assert row["url"] == "https://www.vinted.fr/femmes/pulls/2600000001-pull-en-laine"


def test_another_currency_stays_and_has_no_price_in_euro() -> None:
    price = {"amount": "95.00", "currency_code": "PLN"}
    row = row_of(parsed(svc_listing(price=price, service_fee=None, total_item_price=None)))
    assert told(row, "asked_amount", "currency", "price_eur", "total_amount") == (Decimal("95.00"), "PLN", None, None)


def test_a_conversion_is_kept_as_received() -> None:
    conversion = {
        "seller_price": "410.0",
        "seller_currency": "CZK",
        "buyer_currency": "EUR",
        "fx_rounded_rate": "0.0402",
    }
    row = row_of(parsed(v2_2025_listing(conversion=conversion)))
    assert row["conversion"] == (
        '{"seller_price":"410.0","seller_currency":"CZK","buyer_currency":"EUR","fx_rounded_rate":"0.0402"}'
    )


def test_search_results_always_say_zero_views_so_views_are_unknown() -> None:
    assert row_of(parsed(svc_listing(view_count=0)))["view_count"] is None


def test_a_promoted_source_marks_a_listing_as_promoted() -> None:
    row = row_of(parsed(svc_listing(promoted=None, content_source="search_promoted_items")))
    assert row["promoted"] is True


def test_a_listing_without_a_title_or_photo_is_still_a_sighting() -> None:
    row = row_of(parsed(svc_listing(title=" ", photo=None, photos=[])))
    assert told(row, "title", "photo_url", "thumbnail_url") == (None, None, None)


def test_addresses_belong_to_the_site_that_answered() -> None:
    simulated = answer(envelope(svc_listing(7)), url="http://api.vinted.localhost:8421/svc-catalogue/items")
    page = parse_catalogue(simulated, ORIGIN, PSEUDONYMS)
    assert row_of(page)["url"] == "http://www.vinted.localhost:8421/items/7-vestito-a-fiori"


def test_addresses_of_a_saved_file_belong_to_its_market() -> None:
    page = parse_catalogue(answer(envelope(svc_listing(7)), url="saved.json"), ORIGIN, PSEUDONYMS)
    assert row_of(page)["url"] == "https://www.vinted.it/items/7-vestito-a-fiori"


def test_an_empty_result_is_a_page_without_listings() -> None:
    page = parsed()
    assert (list(page.items), page.rejects, page.pagination.total_entries) == ([], (), 960)
    assert frames([page])["listing_seen"].schema == LISTING_SEEN.schema


@pytest.mark.parametrize(
    "body",
    [{"code": 0}, {"items": None}, {"items": {}}, {"filters": []}, {"code": 100, "message": "no"}, [], None, "text"],
    ids=str,
)
def test_an_answer_without_a_list_of_items_is_an_error(body: Any) -> None:
    with pytest.raises(MissingItems) as caught:
        parse_catalogue(answer(body if body != "text" else b'"text"'), ORIGIN, PSEUDONYMS)
    assert caught.value.facts["host"] == "api.vinted.it"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<!doctype html><h1>Just a moment</h1>", "HTML"),
        (b"", "0 B"),
        (b'{"items": [{"id": 1', "…"),
        (b"\xff\xfe", "text"),
    ],
    ids=["html", "empty", "cut", "noise"],
)
def test_what_is_not_json_is_an_error(body: bytes, what: str) -> None:
    for parse in (parse_catalogue, parse_wardrobe):
        with pytest.raises(NotJson) as caught:
            parse(answer(body), ORIGIN, PSEUDONYMS)
        assert caught.value.facts == {"host": "api.vinted.it", "what": what}


def test_half_an_emoji_in_one_title_does_not_cost_the_page() -> None:
    body = json.dumps(envelope(svc_listing(1, title="@"), svc_listing(2))).replace("@", "bella \\ud83d")
    seen = frames([parse_catalogue(answer(body), ORIGIN, PSEUDONYMS)])["listing_seen"]
    assert seen["title"].to_list() == ["bella \ufffd", "Vestito a fiori"]


def test_listings_already_seen_can_be_left_out() -> None:
    page = parsed(svc_listing(1), svc_listing(2), svc_listing(3)).without({2})
    seen = frames([page])["listing_seen"]
    assert seen["listing_id"].to_list() == [1, 3]
    assert seen["position"].to_list() == [97, 99]


def test_a_paid_place_of_a_listing_shown_anyway_is_the_same_sighting() -> None:
    page = parsed(svc_listing(1, promoted=True), svc_listing(2), svc_listing(1))
    seen = frames([page])["listing_seen"]
    assert seen.select("listing_id", "position", "promoted").rows() == [(2, 98, False), (1, 99, False)]
    assert page.rejects == ()


def test_a_page_offers_what_checks_of_a_result_need() -> None:
    item = parsed(svc_listing()).items[0]
    assert (item.id, item.brand, item.size, item.asked_amount, item.asked_currency, item.promoted) == (
        10_000_000_001,
        "Zara",
        "M / IT 42 / EU 38",
        "12.50",
        "EUR",
        False,
    )


def wardrobe(listing: dict[str, Any]) -> dict[str, Any]:
    page = parse_wardrobe(
        answer({"items": [listing], "pagination": {"current_page": 1}, "code": 0}), ORIGIN, PSEUDONYMS
    )
    assert page.shape is Shape.WARDROBE
    return row_of(page)


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ({}, "on_sale"),
        ({"is_reserved": True}, "reserved"),
        ({"is_hidden": True}, "hidden"),
        ({"is_draft": True}, "hidden"),
        ({"is_closed": True}, "sold"),
        ({"is_closed": True, "item_closing_action": "sold"}, "sold"),
        ({"is_closed": True, "item_closing_action": "deleted"}, "closed"),
    ],
    ids=str,
)
def test_a_wardrobe_tells_the_state_of_a_listing(flags: dict[str, Any], state: str) -> None:
    live = {"is_draft": False, "is_closed": False, "is_reserved": False, "is_hidden": False}
    assert wardrobe(v2_2025_listing() | live | flags)["state"] == state


def test_a_wardrobe_tells_views() -> None:
    assert wardrobe(v2_2025_listing(is_closed=False, view_count=31))["view_count"] == 31


def test_one_listing_of_a_wardrobe_is_read_with_the_words_of_the_edit_form() -> None:
    item = {
        "id": "9001",
        "title": "Lucchetto",
        "description": "Due chiavi.",
        "catalog_name": "Lucchetti per bici",
        "brand_dto": {"id": 77, "title": "Kryptonite"},
        "color1": "Nero",
        "color2": "Argento",
        "status": "Discrete",
        "user_id": "someone",
        "price": {"amount": "12.50", "currency_code": "EUR"},
        "photos": [{"id": 41, "url": PHOTO}],
    }
    row = row_of(parse_wardrobe(answer({"item": item, "code": 0}), ORIGIN, PSEUDONYMS))
    assert told(row, "listing_id", "brand", "condition_id", "colour", "category", "description", "photo_url") == (
        9001,
        "Kryptonite",
        4,
        "Nero, Argento",
        "Lucchetti per bici",
        "Due chiavi.",
        PHOTO,
    )
