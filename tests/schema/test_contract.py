from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from vopt_lib.errors import ContractBroken, UnknownTable
from vopt_lib.schema.contract import CONDITION_IDS, CURRENCIES, REASONS, check
from vopt_lib.schema.records import SHAPE_REASONS
from vopt_lib.schema.tables import LISTING_SEEN, TABLES
from vopt_lib.schema.vinted_terms import conditions

SEEN_AT = datetime(2026, 9, 20, 23, 30, tzinfo=UTC)
SIGHTING: dict[str, Any] = {
    "source": "vinted",
    "market": "it",
    "listing_id": 1,
    "observed_at": SEEN_AT,
    "day": SEEN_AT.date(),
    "run_id": "r1",
    "query_narrowed_by": "",
    "shape": "svc-2026-09",
    "state": "on_sale",
    "asked_amount": Decimal("10.00"),
    "currency": "EUR",
    "price_eur": Decimal("10.00"),
}


def sightings(*changes: dict[str, Any]) -> pl.DataFrame:
    rows = [SIGHTING | {"listing_id": n} | change for n, change in enumerate(changes, start=1)]
    return pl.DataFrame(rows, schema=LISTING_SEEN.schema)


def reason(**change: Any) -> str | None:
    bad = check("listing_seen", sightings(change)).bad
    return bad["refused_reason"][0] if len(bad) else None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"listing_id": 2**63 - 1}, None),
        ({"listing_id": 0}, "id_not_positive"),
        ({"listing_id": None}, "no_value"),
        ({"market": None}, "no_value"),
        ({"observed_at": None}, "no_value"),
        ({"asked_amount": None, "price_eur": None}, "no_price"),
        ({"asked_amount": None, "price_eur": None, "state": "sold"}, None),
        ({"asked_amount": Decimal("-1"), "price_eur": Decimal("-1")}, "negative_price"),
        ({"asked_amount": Decimal("0"), "price_eur": Decimal("0")}, "zero_price"),
        ({"asked_amount": Decimal("100000"), "price_eur": Decimal("100000")}, None),
        ({"asked_amount": Decimal("100000.01"), "price_eur": Decimal("100000.01")}, "absurd_price"),
        ({"asked_amount": Decimal("200000"), "currency": "CZK", "price_eur": None}, None),
        ({"currency": None, "price_eur": None}, "no_currency"),
        ({"currency": "eur", "price_eur": None}, "bad_currency"),
        ({"currency": "PLN", "price_eur": None}, None),
        ({"currency": "PLN"}, "wrong_price_eur"),
        ({"price_eur": None}, "wrong_price_eur"),
        ({"service_fee_amount": Decimal("-0.01")}, "negative_fee"),
        ({"total_amount": Decimal("9.99")}, "total_below_price"),
        ({"favourite_count": -1}, "negative_count"),
        ({"view_count": -1}, "negative_count"),
        ({"condition_id": 5}, "bad_condition"),
        ({"condition_id": None, "condition_label": "quasi nuovo"}, None),
        ({"title": "x" * 300}, None),
        ({"title": "x" * 301}, "long_title"),
        ({"size": "x" * 201}, "long_term"),
        ({"url": "https://www.vinted.it/items/1-x"}, None),
        ({"url": "items/1-x"}, "bad_url"),
        ({"url": "https://a b/c"}, "bad_url"),
        ({"photo_url": "data:image/png;base64,AA"}, "bad_photo_url"),
        ({"thumbnail_url": "x"}, "bad_photo_url"),
        ({"state": "gone"}, "bad_state"),
        ({"observed_at": datetime(1970, 1, 1, tzinfo=UTC), "day": date(1970, 1, 1)}, "bad_time"),
        ({"day": date(2026, 9, 21)}, "wrong_day"),
        ({"uploaded_at": datetime(2026, 9, 23, tzinfo=UTC)}, "future_upload"),
        ({"page": 0}, "bad_position"),
        ({"position": -3}, "bad_position"),
    ],
    ids=str,
)
def test_a_sighting_is_held_against_every_rule(change: dict[str, Any], expected: str | None) -> None:
    assert reason(**change) == expected


def test_good_rows_go_in_as_they_are_and_bad_ones_leave_with_their_reason() -> None:
    frame = sightings({}, {"title": "y" * 400}, {}, {"currency": "??", "price_eur": None})
    checked = check("listing_seen", frame)
    assert checked.good.equals(frame[[0, 2]])
    assert checked.bad.select("listing_id", "refused_reason", "refused_detail").rows() == [
        (2, "long_title", "y" * 200),
        (4, "bad_currency", "??"),
    ]


def test_the_second_row_with_a_key_is_refused() -> None:
    bad = check("listing_seen", sightings({}, {"listing_id": 1})).bad
    assert bad["refused_reason"].to_list() == ["duplicate_key"]


def test_a_missing_value_names_its_column() -> None:
    assert check("listing_seen", sightings({"run_id": None})).bad["refused_detail"].to_list() == ["run_id"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_checked(name: str) -> None:
    checked = check(name, TABLES[name].empty())
    assert checked.good.schema == TABLES[name].schema
    assert checked.bad.columns == [*TABLES[name].schema, "refused_reason", "refused_detail"]


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (sightings({}).drop("title"), "missing title"),
        (sightings({}).with_columns(x=1), "unknown x"),
        (sightings({}).with_columns(pl.col("page").cast(pl.Int64)), "type page: Int64"),
        (sightings({}).select(reversed(sightings({}).columns)), "columns in another order"),
    ],
    ids=["missing", "unknown", "type", "order"],
)
def test_a_frame_that_is_not_the_tables_is_refused_whole(frame: pl.DataFrame, why: str) -> None:
    with pytest.raises(ContractBroken) as caught:
        check("listing_seen", frame)
    assert caught.value.facts == {"table": "listing_seen", "why": why}


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(UnknownTable):
        check("listings", sightings({}))


def test_no_rule_lives_in_records_and_in_the_contract() -> None:
    assert len(REASONS) == len(SHAPE_REASONS) + len(REASONS.keys() - SHAPE_REASONS.keys())
    assert all(word.replace("_", "").isalpha() and word == word.lower() for word in REASONS)


def test_the_known_conditions_are_the_vocabularys() -> None:
    assert {condition.id for condition in conditions()} == set(CONDITION_IDS)


def test_currency_codes_are_three_capital_letters_once_each() -> None:
    assert len(set(CURRENCIES)) == len(CURRENCIES)
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
