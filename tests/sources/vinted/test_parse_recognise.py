from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sources.vinted.answers import envelope, svc_listing, v2_2023_listing, v2_2025_listing
from tests.sources.vinted.pages_by_hand import catalogue_flight, item_page, product_item, pushes
from vopt_lib.sources.vinted.parse import Shape, market_of, recognise, time_of


def body(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@pytest.mark.parametrize(
    ("saved", "shape"),
    [
        (envelope(svc_listing()), Shape.SVC_2026_09),
        (envelope(v2_2025_listing()), Shape.V2_2025),
        (envelope(v2_2023_listing()), Shape.V2_2023),
        (envelope(), Shape.SVC_2026_09),
        ('{"items": [{"id": 1, "title": "\\ud83d abito"}], "pagination": {}}', Shape.SVC_2026_09),
        (envelope(code=0), Shape.V2_2025),
        (envelope(v2_2025_listing(is_draft=False, is_closed=False)), Shape.WARDROBE),
        ({"item": {"id": 1, "title": "x"}, "code": 0}, Shape.WARDROBE),
        (item_page(), Shape.ITEM_PAGE),
        (f"<html>{pushes(catalogue_flight(product_item()), 5000)}</html>", Shape.CATALOG_PAGE),
        (catalogue_flight(product_item()), Shape.CATALOG_PAGE),
        ({"filters": [{"id": "brand", "code": "brand", "options": []}], "selected_filters": []}, None),
        ({"options": [{"id": "53", "title": "Nike"}]}, None),
        ({"catalogs": [{"id": 4, "title": "Vestiti"}]}, None),
        ({"my_orders": [], "pagination": {}}, None),
        ({"items": [{"text": "a notification"}], "pagination": {}}, None),
        ({"items": []}, None),
        ({"code": 0, "message": "Ok"}, None),
        ({"code": "FORBIDDEN", "message": "Access denied"}, None),
        ([], None),
        ("", None),
        ('{"items": [{"id": 1', None),
        ("<!doctype html><h1>Website currently unavailable</h1>", None),
        ("id,title\n1,x", None),
    ],
)
def test_a_saved_file_is_told_by_its_content(saved: Any, shape: Shape | None) -> None:
    assert recognise(body(saved), "application/octet-stream") is shape


@pytest.mark.parametrize(
    ("saved", "market"),
    [
        (envelope(v2_2025_listing()), "it"),
        (envelope(v2_2023_listing()), "fr"),
        ('{"url":"https:\\/\\/www.vinted.co.uk\\/items\\/1-x"}', "co.uk"),
        (item_page(), "it"),
        (envelope(svc_listing()), None),
        ("https://images1.vinted.net/t/1.webp", None),
        ('"https://www.vinted.net/" "https://www.vinted.xyz/"', None),
        ('"https://www.vinted.net/" "https://www.vinted.it/a"', "it"),
        ('"https://www.vinted.it/a" "https://www.vinted.fr/b"', None),
        ("", None),
    ],
)
def test_the_market_is_the_one_that_the_answer_itself_names(saved: Any, market: str | None) -> None:
    assert market_of(body(saved)) == market


def test_a_catalogue_answer_says_when_it_was_given() -> None:
    assert time_of(body(envelope())) == datetime(2026, 9, 20, 10, 26, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "saved", [{"items": []}, {"pagination": {"time": "x"}}, {"pagination": 3}, [], item_page(), "{"]
)
def test_an_answer_that_does_not_say_when_has_no_time(saved: Any) -> None:
    assert time_of(body(saved)) is None
