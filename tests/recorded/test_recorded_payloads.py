"""What others recorded of Vinted goes in as what it is. The data stays outside the project."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vopt_lib.errors import MissingItems, NotJson, UnexpectedAnswer
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse import (
    Page,
    Shape,
    frames,
    market_of,
    parse_answer,
    parse_catalogue,
    recognise,
    time_of,
)
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms

HERE = Path(__file__).resolve().parents[2]
PAYLOADS = Path(os.environ.get("VOPT_RECORDED_DATA", HERE.parent / "shared" / "data")) / "vinted" / "payloads"
PSEUDONYMS = Pseudonyms(b"0123456789abcdef0123456789abcdef")
FR_2023 = "catalog_items_v2_FR_2023-01_48items.json"
IT_2025 = "catalog_items_v2_IT_2026-08_2items_trimmed.json"
SEEN_AT = datetime(2026, 11, 1, tzinfo=UTC)
SVC = "svc_catalogue_items_IT_2026-09-19_5items.json"
ITEM = "item_page_IT_2026-09-19_head_and_ldjson.html"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not PAYLOADS.is_dir(), reason=f"no recorded data at {PAYLOADS} (VOPT_RECORDED_DATA)"),
]


def page(name: str) -> Page:
    body = (PAYLOADS / name).read_bytes()
    shape = recognise(body, "")
    assert shape is not None
    seen_at = time_of(body) or datetime(2026, 9, 19, 12, 0, tzinfo=UTC)
    answer = Answer(name, 200, "application/octet-stream", body, seen_at)
    return parse_answer(shape, answer, Origin("vinted", market_of(body) or "it", "run"), PSEUDONYMS)


def rows(name: str) -> pl.DataFrame:
    made = frames([page(name)])
    assert made["rejected"].rows() == []
    return made["listing_seen"]


def test_all_that_was_recorded_makes_56_sightings() -> None:
    made = frames([page(name) for name in (FR_2023, SVC, IT_2025, ITEM)])
    assert made["rejected"].rows() == []
    assert made["listing_seen"].group_by("shape").len().sort("shape").rows() == [
        ("item-page", 1),
        ("svc-2026-09", 5),
        ("v2-2023", 48),
        ("v2-2025", 2),
    ]


def test_markets_and_times_are_those_that_the_files_tell() -> None:
    bodies = [(PAYLOADS / name).read_bytes() for name in (FR_2023, SVC, IT_2025, ITEM)]
    assert [market_of(body) for body in bodies] == ["fr", None, "it", "it"]
    assert [time_of(body) for body in bodies] == [
        datetime(2023, 1, 29, 0, 26, 13, tzinfo=UTC),
        datetime(2026, 9, 19, 9, 2, 59, tzinfo=UTC),
        None,
        None,
    ]


@pytest.mark.parametrize("name", [FR_2023, SVC, IT_2025])
def test_every_value_is_the_one_recorded(name: str) -> None:
    received = json.loads((PAYLOADS / name).read_bytes())["items"]
    seen = rows(name)
    assert seen["listing_id"].to_list() == [item["id"] for item in received]
    assert seen["title"].to_list() == [item["title"].strip() for item in received]
    assert seen["brand"].to_list() == [told(item, "brand_title", "first_line") for item in received]
    assert seen["asked_amount"].to_list() == [amount(item, "price") for item in received]
    assert seen["service_fee_amount"].to_list() == [amount(item, "service_fee") for item in received]
    assert seen["total_amount"].to_list() == [amount(item, "total_item_price") for item in received]
    assert set(seen["currency"]) == {"EUR"}
    assert seen["price_eur"].to_list() == seen["asked_amount"].to_list()
    assert seen["promoted"].to_list() == [bool(item.get("promoted")) for item in received]
    assert seen["favourite_count"].to_list() == [item.get("favourite_count") for item in received]
    assert seen["photo_url"].to_list() == [item["photo"]["url"] for item in received]
    assert seen["view_count"].null_count() == len(received)


def told(item: dict[str, Any], field: str, line: str) -> str | None:
    return item.get(field) or item.get("item_box", {}).get(line) or None


def amount(item: dict[str, Any], field: str) -> Decimal | None:
    value = item.get(field)
    return None if value is None else Decimal(value["amount"] if isinstance(value, dict) else value)


def test_size_and_condition_of_todays_listings_come_from_the_card() -> None:
    lines = [item["item_box"]["second_line"] for item in json.loads((PAYLOADS / SVC).read_bytes())["items"]]
    seen = rows(SVC)
    assert seen["condition_label"].to_list() == [line.split(" · ")[-1] for line in lines]
    assert seen["size"].to_list() == [line.split(" · ")[0] if " · " in line else None for line in lines]
    ids = {"Nuovo con cartellino": 6, "Nuovo senza cartellino": 1, "Ottime": 2, "Buone": 3, "Discrete": 4}
    assert seen["condition_id"].to_list() == [ids[line.split(" · ")[-1]] for line in lines]
    assert seen["promoted"].sum() == 2
    assert seen["url"].str.starts_with("https://www.vinted.it/items/").all()


def test_size_and_condition_of_the_older_eras_are_the_explicit_ones() -> None:
    assert rows(IT_2025).select("brand", "size", "condition_id").rows() == [("Barbour", "XXL", 2), ("Barbour", "XL", 2)]
    assert rows(FR_2023)["condition_id"].null_count() == 48
    assert rows(FR_2023)["photo_taken_at"].dt.year().max() == 2023


def test_the_item_page_tells_what_json_ld_tells() -> None:
    row = rows(ITEM).row(0, named=True)
    names = ("listing_id", "brand", "asked_amount", "currency", "description", "colour", "category", "state")
    assert [row[name] for name in names] == [
        10051317969,
        "Nike Air",
        Decimal("6.00"),
        "EUR",
        "Jamais porté",
        "Grigio",
        "Donna Reggiseni sportivi",
        "on_sale",
    ]
    assert [row[name] for name in ("size", "condition_id", "service_fee_amount", "uploaded_at")] == [None] * 4


@pytest.mark.parametrize("name", [FR_2023, SVC, IT_2025])
def test_no_recorded_seller_is_left(name: str) -> None:
    people = [item["user"] for item in json.loads((PAYLOADS / name).read_bytes())["items"]]
    kept = page(name).raw.decode()
    for person in people:
        assert f'"{person["login"]}"' not in kept
        assert "id" not in person or str(person["id"]) not in kept
    assert "profile_url" not in kept
    assert "/member/" not in kept


def refusals() -> list[Any]:
    file = PAYLOADS / "error_responses.json"
    return json.loads(file.read_bytes()) if file.exists() else []


@pytest.mark.parametrize("number", range(12))
def test_no_recorded_error_is_taken_for_a_catalogue(number: int) -> None:
    refusal = refusals()[number]
    value = refusal["body"]
    body = value.encode() if isinstance(value, str) else b"" if value is None else json.dumps(value).encode()
    answer = Answer("https://api.vinted.it/x", refusal["status"], refusal.get("content_type", ""), body, SEEN_AT)
    assert recognise(body, refusal.get("content_type", "")) is None
    with pytest.raises(MissingItems if isinstance(value, dict) else NotJson):
        parse_catalogue(answer, Origin("vinted", "it", "run"), PSEUDONYMS)


def test_there_are_twelve_recorded_errors_one_of_them_under_200() -> None:
    assert len(refusals()) == 12
    assert [refusal["status"] for refusal in refusals()].count(200) == 1


def test_files_with_other_answers_are_not_recognised() -> None:
    for name in ("error_responses.json", "flea_shapes_synthetic_2026-08_09.json"):
        assert recognise((PAYLOADS / name).read_bytes(), "application/json") is None


@pytest.mark.parametrize("name", ["svc_filters_filters", "svc_filters_search", "my_orders", "shipping_pricing"])
def test_other_recorded_shapes_are_not_recognised(name: str) -> None:
    shapes = json.loads((PAYLOADS / "flea_shapes_synthetic_2026-08_09.json").read_bytes())
    assert recognise(json.dumps(shapes[name]).encode(), "application/json") is None


@pytest.mark.parametrize(
    ("name", "brand", "colour"), [("wardrobe_item", None, None), ("item_upload_edit", "Kryptonite", "Black, Silver")]
)
def test_the_recorded_wardrobe_shapes_go_in(name: str, brand: str | None, colour: str | None) -> None:
    shapes = json.loads((PAYLOADS / "flea_shapes_synthetic_2026-08_09.json").read_bytes())
    body = json.dumps(shapes[name]).encode()
    assert recognise(body, "application/json") is Shape.WARDROBE
    answer = Answer("saved.json", 200, "application/json", body, datetime(2026, 8, 23, tzinfo=UTC))
    seen = frames([parse_answer(Shape.WARDROBE, answer, Origin("vinted", "fi", "run"), PSEUDONYMS)])["listing_seen"]
    assert seen.select("listing_id", "asked_amount", "brand", "colour").rows() == [
        (9001, Decimal("12.50"), brand, colour)
    ]


def test_an_error_is_not_an_item_page() -> None:
    answer = Answer("x", 200, "text/html", str(refusals()[8]["body"]).encode(), datetime(2026, 8, 23, tzinfo=UTC))
    with pytest.raises(UnexpectedAnswer):
        parse_answer(Shape.ITEM_PAGE, answer, Origin("vinted", "it", "run"), PSEUDONYMS)
