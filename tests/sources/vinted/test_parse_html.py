from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.sources.vinted.answers import ORIGIN, PHOTO, PSEUDONYMS, answer, row_of
from tests.sources.vinted.pages_by_hand import catalogue_flight, detail, item_page, plugins, product_item, pushes
from vopt_lib.errors import MissingItems, UnexpectedAnswer
from vopt_lib.sources.vinted.parse import frames, parse_catalogue_page, parse_item_page

ADDRESS = "https://www.vinted.it/items/7001-gonna"


def item_row(page: str) -> dict[str, Any]:
    return row_of(parse_item_page(answer(page, url=ADDRESS, kind="html"), ORIGIN, PSEUDONYMS))


def test_an_item_page_tells_what_its_json_ld_tells() -> None:
    row = item_row(item_page())
    names = ("shape", "listing_id", "title", "brand", "asked_amount", "currency", "description", "colour", "category")
    assert [row[name] for name in names] == [
        "item-page",
        7001,
        "Gonna",
        "Mango",
        Decimal("15.00"),
        "EUR",
        "Come nuova, mai messa",
        "Blu",
        "Donna Gonne",
    ]
    assert (row["url"], row["photo_url"], row["state"]) == (ADDRESS, PHOTO, "on_sale")
    assert [row[name] for name in ("size", "condition_id", "seller_hash", "uploaded_at", "service_fee_amount")] == [
        None
    ] * 5


def test_an_item_page_without_json_ld_still_tells_title_description_and_photo() -> None:
    page = item_page().replace('"@type": "Product"', '"@type": "WebPage"')
    refused = frames([parse_item_page(answer(page, url=ADDRESS), ORIGIN, PSEUDONYMS)])["rejected"]
    assert refused["reason"].to_list() == ["no_price"]
    for told in ('"title":"Gonna"', '"description":"Come nuova"', PHOTO):
        assert told in refused["raw"][0]


def test_size_condition_and_colour_come_from_the_details() -> None:
    details = detail("size", "M / IT 42") + detail("status", "Ottime") + detail("color", "Blu, Bianco")
    row = item_row(item_page(details=details))
    assert (row["size"], row["condition_id"], row["colour"]) == ("M / IT 42", 2, "Blu, Bianco")


def test_the_upload_date_is_counted_back_from_the_visit() -> None:
    row = item_row(item_page(details=detail("upload_date", "2 giorni fa")))
    assert row["uploaded_at"] == datetime(2026, 9, 18, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({}, "on_sale"),
        ({"is_reserved": True}, "reserved"),
        ({"is_hidden": True}, "hidden"),
        ({"is_closed": True}, "sold"),
        ({"is_closed": True, "item_closing_action": "sold"}, "sold"),
    ],
    ids=str,
)
def test_flight_data_tells_state_favourites_and_seller(status: dict[str, Any], state: str) -> None:
    row = item_row(item_page(flight=plugins(**status)))
    assert (row["state"], row["favourite_count"], row["seller_hash"]) == (state, 11, PSEUDONYMS.seller(123456789))


@pytest.mark.parametrize("about", ["²", "1" * 5000, "x", None, True])
def test_flight_data_about_no_listing_is_not_trusted(about: Any) -> None:
    row = item_row(item_page(flight=json.dumps([{"item_id": about, "is_closed": True}])))
    assert row["state"] == "on_sale"


def test_flight_data_about_another_listing_is_not_trusted() -> None:
    row = item_row(item_page(flight=plugins(7002, is_closed=True)))
    assert (row["state"], row["favourite_count"], row["seller_hash"]) == ("on_sale", None, None)


@pytest.mark.parametrize("availability", ["SoldOut", "OutOfStock", "https://schema.org/OutOfStock"])
def test_json_ld_proves_a_sale(availability: str) -> None:
    offers = {"priceCurrency": "EUR", "price": 15.5, "availability": availability}
    row = item_row(item_page(json_ld={"offers": offers}))
    assert (row["state"], row["asked_amount"]) == ("sold", Decimal("15.50"))


def test_flight_data_may_be_cut_inside_an_emoji() -> None:
    page = parse_catalogue_page(answer(catalogue_html(product_item(title="🌸 gonna"))), ORIGIN, PSEUDONYMS)
    assert row_of(page)["title"] == "🌸 gonna"


def test_the_word_for_sold_in_a_page_proves_nothing() -> None:
    assert item_row(item_page(flight='3:{"bundle":{"sold":"Venduto"}}\n'))["state"] == "on_sale"


@pytest.mark.parametrize("cut", [1, 7, 5000])
def test_flight_data_may_be_cut_anywhere(cut: int) -> None:
    assert item_row(item_page(flight=plugins(is_reserved=True), cut=cut))["state"] == "reserved"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html></html>",
        "<h1>Just a moment</h1>",
        "<?xml version='1.0' encoding='x'?><a/>",
        f"<link rel='canonical' href='https://www.vinted.it/items/{'1' * 5000}-x'>",
    ],
    ids=["nothing", "empty", "challenge", "xml", "endless id"],
)
def test_a_page_about_no_listing_is_an_error(page: str) -> None:
    with pytest.raises(UnexpectedAnswer):
        parse_item_page(answer(page), ORIGIN, PSEUDONYMS)


def catalogue_html(*products: dict[str, Any]) -> str:
    return f"<!DOCTYPE html><html><body>{pushes(catalogue_flight(*products))}</body></html>"


@pytest.mark.parametrize("wrap", [catalogue_html, catalogue_flight], ids=["html", "rsc"])
def test_a_catalogue_page_tells_its_listings(wrap: Any) -> None:
    page = parse_catalogue_page(answer(wrap(product_item()), url="https://www.vinted.it/catalog?x"), ORIGIN, PSEUDONYMS)
    row = row_of(page)
    names = ("shape", "brand", "size", "condition_id", "asked_amount", "currency", "service_fee_amount", "total_amount")
    assert [row[name] for name in names] == [
        "catalog-page",
        "Mango",
        "S",
        2,
        Decimal("15.00"),
        "EUR",
        Decimal("1.45"),
        Decimal("16.45"),
    ]
    assert (row["url"], row["photo_url"], row["favourite_count"], row["promoted"]) == (ADDRESS, PHOTO, 4, False)
    assert (row["seller_hash"], row["seller_is_business"]) == (PSEUDONYMS.seller(123456789), True)
    assert (page.pagination.total_entries, page.pagination.time) == (960, 1789900000)


def test_undefined_is_nothing() -> None:
    box = {"firstLine": "$undefined", "secondLine": "$undefined"}
    product = product_item(itemBox=box, thumbnailUrl="$undefined", serviceFee="$undefined", photos="$undefined")
    row = row_of(parse_catalogue_page(answer(catalogue_html(product)), ORIGIN, PSEUDONYMS))
    names = ("brand", "size", "condition_label", "thumbnail_url", "photo_url", "service_fee_amount")
    assert [row[name] for name in names] == [None] * 6


def test_a_catalogue_page_without_listings_is_an_error() -> None:
    for page in ("<html></html>", '<html>"productItem"</html>', pushes('1:{"items":[1,2]}\n')):
        with pytest.raises(MissingItems):
            parse_catalogue_page(answer(page), ORIGIN, PSEUDONYMS)
