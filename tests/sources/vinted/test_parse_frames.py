from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.vinted.answers import PSEUDONYMS, envelope, parsed, reasons_of, svc_listing
from vopt_lib.schema.contract import REASONS
from vopt_lib.schema.tables import TABLES
from vopt_lib.sources.vinted.parse import frames, rejects_by_reason


def money(amount: Any, currency: Any = "EUR") -> dict[str, Any]:
    return {"amount": amount, "currency_code": currency}


SPOILED: list[tuple[Any, str]] = [
    ("not a listing", "not_an_object"),
    ({"title": "senza id", "price": money("1.00")}, "no_id"),
    (svc_listing(id=None), "no_id"),
    (svc_listing(id="abc"), "bad_id"),
    (svc_listing(id=12.5), "bad_id"),
    (svc_listing(id=2**63), "bad_id"),
    (svc_listing(id=0), "id_not_positive"),
    (svc_listing(id=-5), "id_not_positive"),
    (svc_listing(price=None), "no_price"),
    (svc_listing(price={}), "no_price"),
    (svc_listing(price=money("dodici")), "bad_price"),
    (svc_listing(price=money("12,50")), "bad_price"),
    (svc_listing(price=money("NaN")), "bad_price"),
    (svc_listing(price=money([])), "bad_price"),
    (svc_listing(price=[1]), "bad_price"),
    (svc_listing(price=money("-3.00")), "negative_price"),
    (svc_listing(price=money("0.00")), "zero_price"),
    (svc_listing(price=money("100000.01"), total_item_price=None), "absurd_price"),
    (svc_listing(price=money("9" * 25), total_item_price=None), "absurd_price"),
    (svc_listing(price=money("40000000.01", "HUF"), total_item_price=None), "absurd_price"),
    (svc_listing(price=money("12.50", None)), "no_currency"),
    (svc_listing(price=money("12.50", "euro")), "bad_currency"),
    (svc_listing(price=money("12.50", "XYZ")), "bad_currency"),
    (svc_listing(service_fee=money("gratis")), "bad_fee"),
    (svc_listing(service_fee=money("-1.00")), "negative_fee"),
    (svc_listing(total_item_price=money("x")), "bad_total"),
    (svc_listing(total_item_price=money("9.00")), "total_below_price"),
    (svc_listing(title=["a", "b"]), "bad_title"),
    (svc_listing(title="a" * 301), "long_title"),
    (svc_listing(item_box={"first_line": "b" * 201, "second_line": "Ottime"}), "long_term"),
    (svc_listing(url=["x"]), "bad_link"),
    (svc_listing(url="javascript:alert(1)"), "bad_url"),
    (svc_listing(photo="no.jpg"), "bad_photo"),
    (svc_listing(photo={"url": "ftp://x"}), "bad_photo_url"),
    (svc_listing(photo={"url": None, "high_resolution": {"timestamp": 10**18}}), "bad_photo"),
    (svc_listing(favourite_count="molti"), "bad_count"),
    (svc_listing(favourite_count=2**40), "bad_count"),
    (svc_listing(favourite_count=-1), "negative_count"),
    (svc_listing(promoted="forse"), "bad_type"),
]


@pytest.mark.parametrize(("spoiled", "reason"), SPOILED, ids=[f"{reason}-{n}" for n, (_, reason) in enumerate(SPOILED)])
def test_a_spoiled_listing_is_refused_alone_with_its_reason(spoiled: Any, reason: str) -> None:
    made = frames([parsed(svc_listing(1), spoiled, svc_listing(2))])
    assert made["listing_seen"]["listing_id"].to_list() == [1, 2]
    row = made["rejected"].row(0, named=True)
    assert (row["reason"], row["place"]) == (reason, "https://api.vinted.it/svc-catalogue/items?page=2#1")
    assert reason in REASONS


def test_the_refused_listing_is_kept_as_received() -> None:
    row = frames([parsed(svc_listing(5, price=money("-3.00")))])["rejected"].row(0, named=True)
    received = json.loads(row["raw"])
    assert (received["id"], received["price"], row["detail"]) == (5, money("-3.00"), "-3.00")


def test_the_second_of_two_equal_listings_of_a_page_is_refused() -> None:
    page = parsed(svc_listing(1), svc_listing(2), svc_listing(1))
    assert reasons_of(page) == ["duplicate_in_page"]
    assert frames([page])["listing_seen"]["position"].to_list() == [97, 98]


def test_a_page_of_nothing_but_broken_listings_is_all_refused() -> None:
    made = frames([parsed(*({"id": n} for n in range(1, 97)))])
    assert len(made["listing_seen"]) == 0
    assert rejects_by_reason(made["rejected"]) == {"no_price": 96}


def test_a_listing_on_two_pages_at_one_moment_is_one_sighting() -> None:
    made = frames([parsed(svc_listing(1), svc_listing(2)), parsed(svc_listing(2), svc_listing(3))])
    assert made["listing_seen"]["listing_id"].to_list() == [1, 2, 3]
    assert len(made["rejected"]) == 0


def test_frames_have_the_schemas_of_their_tables() -> None:
    for pages in ([], [parsed(svc_listing())], [parsed({"id": "x"})]):
        for name, frame in frames(pages).items():
            assert frame.schema == TABLES[name].schema


def test_the_answer_is_kept_whole_but_for_its_people() -> None:
    raw = frames([parsed(svc_listing())])["page_raw"].row(0, named=True)
    kept = json.loads(zstandard.ZstdDecompressor().decompress(raw["body"]))
    person = kept["items"][0].pop("user")
    listing = svc_listing()
    del listing["user"]
    assert kept == envelope(listing)
    assert person == {"id": PSEUDONYMS.seller(123456789), "business": False}


def test_no_pages_are_no_rows() -> None:
    assert {name: len(frame) for name, frame in frames([]).items()} == {"listing_seen": 0, "rejected": 0, "page_raw": 0}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(field=st.sampled_from(sorted(svc_listing())), value=json_values)
def test_whatever_one_field_holds_its_neighbours_go_in(field: str, value: Any) -> None:
    if isinstance(value, int) and abs(value) >= 2**63:
        value = str(value)
    made = frames([parsed(svc_listing(1), svc_listing(2, **{field: value}))])
    seen, rejected = made["listing_seen"], made["rejected"]
    assert seen["listing_id"][0] == 1
    assert len(seen) + len(rejected) == 2
    assert set(rejected["reason"]) <= REASONS.keys()
    assert seen.filter(pl.col("asked_amount") <= 0).is_empty()
