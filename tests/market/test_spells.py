"""Spells, rule by rule. Day 1 is 30 October; misses_until_gone is 3."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.market.rows import TREE, at, coverage_frame, covered, day, page, seen, seen_frame
from vopt_lib.market.spells import RESERVED_MISSES, Spells, spells

Rows = list[dict[str, Any]]


def told(sightings: Rows, coverage: Rows | None = None, *, misses: int = 3) -> Spells:
    return spells(seen_frame(*sightings), coverage_frame(*(coverage or [])), catalogues=TREE, misses_until_gone=misses)


def only(frame: pl.DataFrame, *columns: str) -> dict[str, Any]:
    assert frame.height == 1
    return frame.select(columns or frame.columns).row(0, named=True)


def test_a_listing_seen_twice_is_one_live_spell_with_its_first_and_last_sighting() -> None:
    result = told([seen(1, price=20), seen(3, price=18, title="Abito", favourite_count=4)])
    assert only(result.live, "first_seen_at", "last_seen_at", "first_seen_on", "last_seen_on", "days_seen") == {
        "first_seen_at": at(1),
        "last_seen_at": at(3),
        "first_seen_on": day(1),
        "last_seen_on": day(3),
        "days_seen": 2,
    }
    assert only(result.live, "first_asked_amount", "last_price_eur", "price_changes", "title", "favourite_count") == {
        "first_asked_amount": Decimal("20.00"),
        "last_price_eur": Decimal("18.00"),
        "price_changes": 1,
        "title": "Abito",
        "favourite_count": 4,
    }
    assert result.ended.is_empty()


def test_three_missed_days_end_a_spell_whose_interval_closes_at_the_first_miss() -> None:
    result = told([seen(1)], [covered(3, 15), covered(3, 12), covered(4), covered(5)])
    assert result.live.is_empty()
    assert only(result.ended, "gone_after", "gone_before", "gone_on", "ended_month", "decided_on", "evidence") == {
        "gone_after": at(1),
        "gone_before": at(3, 12),
        "gone_on": day(3),
        "ended_month": "2026-11",
        "decided_on": day(5),
        "evidence": "unknown",
    }


def test_several_misses_on_one_day_count_once() -> None:
    live = told([seen(1)], [covered(2, 9), covered(2, 12), covered(2, 15), covered(2, 20)]).live
    assert only(live, "missed_on", "missed_at") == {"missed_on": [day(2)], "missed_at": at(2, 9)}


def test_a_listing_that_comes_back_before_the_third_miss_goes_on_with_its_spell() -> None:
    result = told([seen(1), seen(4)], [covered(2), covered(3), covered(5), covered(6)])
    assert only(result.live, "first_seen_on", "missed_on") == {"first_seen_on": day(1), "missed_on": [day(5), day(6)]}


def test_a_listing_that_comes_back_after_the_third_miss_begins_a_new_spell() -> None:
    result = told([seen(1), seen(5)], [covered(2), covered(3), covered(4)])
    assert only(result.ended, "first_seen_on", "decided_on") == {"first_seen_on": day(1), "decided_on": day(4)}
    assert only(result.live, "first_seen_on", "missed_on") == {"first_seen_on": day(5), "missed_on": []}


def test_a_day_on_which_it_is_seen_is_no_miss_even_for_a_later_query() -> None:
    assert only(told([seen(1), seen(2, 8)], [covered(2, 20)]).live, "missed_on") == {"missed_on": []}


def test_a_paid_placement_is_a_sighting() -> None:
    assert only(told([seen(1), seen(2, promoted=True)], [covered(2)]).live, "missed_on", "promoted") == {
        "missed_on": [],
        "promoted": True,
    }


def test_a_paid_placement_gives_no_catalogue_and_no_query_that_owes_it() -> None:
    live = told([seen(1, promoted=True)], [covered(2)]).live
    assert only(live, "leaf_catalog_id", "query_keys", "missed_on") == {
        "leaf_catalog_id": None,
        "query_keys": [],
        "missed_on": [],
    }


def test_a_query_that_began_before_the_last_sighting_and_ended_after_midnight_misses_nothing() -> None:
    over_midnight = covered(2, 0.5) | {"started_at": at(1, 23)}
    assert only(told([seen(1, 23.5)], [over_midnight]).live, "missed_on") == {"missed_on": []}


@pytest.mark.parametrize(
    ("listing", "query"),
    [
        pytest.param({}, {"is_exhaustive": False}, id="not every listing was shown"),
        pytest.param({}, {"query_catalog_id": 4, "query_key": "jeans"}, id="another catalogue"),
        pytest.param({"query_catalog_id": 2, "query_key": "v"}, {}, id="a catalogue below the one it was seen in"),
        pytest.param({}, {"query_key": "q", "query_narrowed_by": "brand", "brands": ["Mango"]}, id="another brand"),
        pytest.param(
            {"brand": None}, {"query_key": "q", "query_narrowed_by": "brand", "brands": ["Zara"]}, id="no brand"
        ),
        pytest.param({}, {"query_key": "q", "query_narrowed_by": "size", "sizes": ["S"]}, id="another size"),
        pytest.param(
            {}, {"query_key": "q", "query_narrowed_by": "condition", "condition_ids": [1]}, id="another condition"
        ),
        pytest.param({}, {"query_key": "q", "query_narrowed_by": "text", "search_text": "seta"}, id="words"),
        pytest.param({}, {"query_key": "q", "query_narrowed_by": "colour"}, id="a colour"),
        pytest.param(
            {}, {"query_key": "q", "query_narrowed_by": "brand,material", "brands": ["Zara"]}, id="a material"
        ),
        pytest.param({}, {"query_narrowed_by": "price", "price_from": "17.40"}, id="near the lower price"),
        pytest.param({}, {"query_narrowed_by": "price", "price_to": "23.52"}, id="near the upper price"),
        pytest.param({"price": None}, {"query_narrowed_by": "price", "price_to": "99"}, id="no price known"),
        pytest.param({}, {"market": "fr"}, id="another market"),
        pytest.param({}, {"source": "simulator"}, id="another source"),
    ],
)
def test_only_a_query_that_owes_the_listing_can_miss_it(listing: dict[str, Any], query: dict[str, Any]) -> None:
    result = told([seen(1, **listing)], [covered(number, **query) for number in (2, 3, 4)])
    assert only(result.live, "missed_on") == {"missed_on": []}


@pytest.mark.parametrize(
    ("listing", "query"),
    [
        pytest.param({}, {"query_catalog_id": 1, "query_key": "q"}, id="a catalogue above"),
        pytest.param({}, {"query_catalog_id": None, "query_key": "q"}, id="the whole market"),
        pytest.param(
            {"brand": "Séraphine"},
            {"query_key": "q", "query_narrowed_by": "brand", "brands": ["SERAPHINE"]},
            id="its brand",
        ),
        pytest.param({}, {"query_key": "q", "query_narrowed_by": "size", "sizes": ["S", "m"]}, id="its size"),
        pytest.param(
            {}, {"query_key": "q", "query_narrowed_by": "condition", "condition_ids": [1, 2]}, id="its condition"
        ),
        pytest.param({}, {"query_narrowed_by": "price", "price_from": "17.39", "price_to": "23.53"}, id="its price"),
        pytest.param(
            {"query_key": "seta", "query_catalog_id": None},
            {"query_key": "seta", "query_catalog_id": None, "query_narrowed_by": "text", "search_text": "seta"},
            id="words that have shown it",
        ),
        pytest.param(
            {"query_catalog_id": 77, "query_key": "x"}, {"query_catalog_id": 77}, id="a catalogue the tree lacks"
        ),
    ],
)
def test_a_query_that_owes_the_listing_misses_it(listing: dict[str, Any], query: dict[str, Any]) -> None:
    result = told([seen(1, **listing)], [covered(number, **query) for number in (2, 3, 4)])
    assert only(result.ended, "decided_on") == {"decided_on": day(4)}


def test_a_listing_that_no_query_owes_stays_live() -> None:
    saved = seen(1, query_catalog_id=None, query_key=None)
    assert told([saved], [covered(number) for number in range(2, 20)]).live.height == 1


@pytest.mark.parametrize(("state", "evidence"), [("sold", "sold"), ("deleted", "deleted"), ("closed", "unknown")])
def test_a_page_that_proves_the_end_ends_the_spell_at_once(state: str, evidence: str) -> None:
    result = told([seen(1), page(2, 15, state=state)])
    assert result.live.is_empty()
    assert only(result.ended, "gone_after", "gone_before", "decided_on", "evidence", "last_seen_at") == {
        "gone_after": at(1),
        "gone_before": at(2, 15),
        "decided_on": day(2),
        "evidence": evidence,
        "last_seen_at": at(1),
    }


def test_a_proof_of_something_never_seen_on_sale_makes_no_spell() -> None:
    result = told([page(1, state="sold"), page(2, state="reserved")])
    assert (result.live.height, result.ended.height) == (0, 0)


def test_a_listing_sold_and_offered_again_on_one_day_has_two_spells() -> None:
    result = told([seen(1, 8, price=20), page(1, 9, state="sold"), seen(1, 12, price=15)])
    assert only(result.ended, "gone_before", "evidence") == {"gone_before": at(1, 9), "evidence": "sold"}
    assert only(result.live, "first_seen_at", "first_asked_amount", "price_changes") == {
        "first_seen_at": at(1, 12),
        "first_asked_amount": Decimal("15.00"),
        "price_changes": 0,
    }
    assert result.price_changes.is_empty()


@pytest.mark.parametrize(("state", "misses"), [("hidden", 3), ("reserved", 3 + RESERVED_MISSES)])
def test_a_listing_missed_after_a_hint_ends_with_the_hint_as_evidence(state: str, misses: int) -> None:
    days = range(2, 2 + misses)
    almost = told([seen(1), page(2, state=state)], [covered(number) for number in days[:-1]])
    assert only(almost.live, "state_hint") == {"state_hint": state}
    result = told([seen(1), page(2, state=state)], [covered(number) for number in days])
    assert only(result.ended, "evidence", "gone_after", "gone_on") == {
        "evidence": state,
        "gone_after": at(1),
        "gone_on": day(2),
    }


def test_a_reserved_listing_sold_some_days_later_left_before_its_first_miss() -> None:
    missed = [covered(number) for number in range(2, 8)]
    result = told([seen(1), page(2, state="reserved"), page(7, state="sold")], missed)
    assert only(result.ended, "evidence", "gone_after", "gone_before", "decided_on") == {
        "evidence": "sold",
        "gone_after": at(1),
        "gone_before": missed[0]["observed_at"],
        "decided_on": day(7),
    }


def test_a_reserved_listing_that_comes_back_is_the_same_spell_without_the_hint() -> None:
    result = told([seen(1), page(2, state="reserved"), seen(4)], [covered(2), covered(3)])
    assert only(result.live, "first_seen_on", "state_hint", "missed_on") == {
        "first_seen_on": day(1),
        "state_hint": None,
        "missed_on": [],
    }


def test_a_hint_before_a_sighting_of_the_same_day_says_nothing() -> None:
    assert only(told([seen(1), page(2, 8, state="reserved"), seen(2, 9)]).live, "state_hint") == {"state_hint": None}
    assert only(told([seen(2, 9), page(2, 10, state="reserved")]).live, "state_hint") == {"state_hint": "reserved"}


def test_the_leaf_is_the_deepest_catalogue_it_was_asked_for_in() -> None:
    live = told([seen(1, query_catalog_id=3), seen(2, query_catalog_id=1, query_key="donna")]).live
    assert only(live, "leaf_catalog_id", "query_keys") == {"leaf_catalog_id": 3, "query_keys": ["abiti", "donna"]}


def test_a_shape_without_brand_or_price_erases_neither() -> None:
    live = told([seen(1), page(2, brand=None, size=None, price=None, currency=None)]).live
    assert only(live, "brand", "size", "last_asked_amount", "currency", "last_seen_on") == {
        "brand": "Zara",
        "size": "M",
        "last_asked_amount": Decimal("20.00"),
        "currency": "EUR",
        "last_seen_on": day(2),
    }


def test_a_price_change_says_between_which_sightings_it_happened() -> None:
    changes = told([seen(1, price=20), seen(2, price=20), seen(3, price=17), seen(4, price=17)]).price_changes
    assert only(changes) == {
        "source": "vinted",
        "market": "it",
        "listing_id": 1,
        "observed_at": at(3),
        "month": "2026-11",
        "seen_before_at": at(2),
        "currency": "EUR",
        "old_amount": Decimal("20.00"),
        "new_amount": Decimal("17.00"),
        "leaf_catalog_id": 3,
    }


def test_prices_of_different_currencies_and_of_different_spells_are_no_change() -> None:
    assert told([seen(1, price=20), seen(2, price=90, currency="PLN")]).price_changes.is_empty()
    assert told([seen(1, price=20), page(2, state="sold"), seen(3, price=5)]).price_changes.is_empty()


def test_two_answers_of_one_moment_make_one_sighting() -> None:
    live = told([seen(1, price=20), seen(1, price=20, query_key="vestiti", query_catalog_id=2)]).live
    assert only(live, "days_seen", "price_changes", "query_keys") == {
        "days_seen": 1,
        "price_changes": 0,
        "query_keys": ["abiti", "vestiti"],
    }


def test_a_source_and_a_market_never_meet_another() -> None:
    result = told([seen(1), seen(2, market="fr", price=5), seen(3, source="simulator", price=9)])
    assert result.live.height == 3
    assert result.price_changes.is_empty()
