"""The figures of a day, rule by rule. Catalogue 3 (Abiti) lies in 2 (Vestiti), which lies in 1 (Donna)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.market.rows import TREE, coverage_frame, covered, day, page, seen, seen_frame
from vopt_lib.market.days import DayFacts, brand_day, catalog_day, days_to_recompute
from vopt_lib.market.spells import KEY, spells

Rows = list[dict[str, Any]]


def facts(sightings: Rows, coverage: Rows | None = None) -> DayFacts:
    seen_rows, covered_rows = seen_frame(*sightings), coverage_frame(*(coverage or []))
    told = spells(seen_rows, covered_rows, catalogues=TREE, misses_until_gone=3)
    begun = pl.concat([told.live.select(*KEY, "first_seen_on"), told.ended.select(*KEY, "first_seen_on")])
    days = sorted({*seen_rows["day"], *covered_rows["day"]})
    return DayFacts(days, seen_rows, begun, told.ended, told.price_changes, covered_rows)


def catalogue_rows(sightings: Rows, coverage: Rows | None = None) -> pl.DataFrame:
    rows = catalog_day(facts(sightings, coverage), catalogues=TREE, misses_until_gone=3)
    return rows.sort("source", "market", "catalog_id", "day")


def brand_rows(sightings: Rows, coverage: Rows | None = None) -> pl.DataFrame:
    rows = brand_day(facts(sightings, coverage), catalogues=TREE, misses_until_gone=3)
    return rows.sort("catalog_id", "brand", "day")


def listings(number: int, prices: list[float | None], **common: Any) -> Rows:
    return [seen(number, listing_id=10 + place, price=price, **common) for place, price in enumerate(prices)]


def test_a_catalogue_counts_each_listing_once_by_its_last_sighting() -> None:
    row = catalogue_rows([seen(1, 8, price=30), seen(1, 9, price=10), seen(1, 10, listing_id=2, price=20)]).row(
        0, named=True
    )
    assert (row["catalog_id"], row["day"], row["month"], row["seen"], row["priced"]) == (3, day(1), "2026-10", 2, 2)
    assert row["price_eur_median"] == 15.0


def test_quantiles_are_interpolated_linearly() -> None:
    row = catalogue_rows(listings(1, [10, 20, 30, 40])).row(0, named=True)
    names = ("p10", "p25", "median", "p75", "p90")
    assert [round(row[f"price_eur_{name}"], 6) for name in names] == [13.0, 17.5, 25.0, 32.5, 37.0]


def test_paid_placements_and_narrowed_queries_and_pages_are_left_out() -> None:
    others = [
        seen(1, listing_id=2, price=99, promoted=True),
        seen(1, listing_id=3, price=99, query_narrowed_by="brand"),
        seen(1, listing_id=4, price=99, query_catalog_id=None),
        page(1, listing_id=5, price=99),
    ]
    row = catalogue_rows([seen(1, price=20), *others]).row(0, named=True)
    assert (row["seen"], row["price_eur_median"]) == (1, 20.0)


def test_only_prices_in_euro_are_priced() -> None:
    row = catalogue_rows([seen(1, price=20), seen(1, listing_id=2, price=90, currency="PLN")]).row(0, named=True)
    assert (row["seen"], row["priced"], row["price_eur_p90"]) == (2, 1, 20.0)


def test_favourites_are_the_mean_where_known() -> None:
    row = catalogue_rows(
        [
            seen(1, favourite_count=3),
            seen(1, listing_id=2, favourite_count=6),
            seen(1, listing_id=3, favourite_count=None),
        ]
    ).row(0, named=True)
    assert row["favourites_mean"] == 4.5


def test_new_is_null_on_the_first_covered_day_and_counts_spells_begun_afterwards() -> None:
    rows = catalogue_rows([*listings(1, [1, 2]), *listings(2, [1, 2, 3, 4])], [covered(1), covered(2)])
    assert rows["new"].to_list() == [None, 2]


def test_new_is_null_on_a_day_without_coverage_and_after_a_pause_longer_than_the_horizon() -> None:
    assert catalogue_rows([*listings(1, [1]), *listings(2, [1, 2])], [covered(1)])["new"].to_list() == [None, None]
    rows = catalogue_rows([*listings(1, [1]), *listings(94, [1, 2])], [covered(1), covered(94)])
    assert rows["new"].to_list() == [None, None]


def test_gone_waits_until_every_absence_is_decided() -> None:
    sightings = [seen(number, listing_id=1) for number in (1, 2, 3, 4)] + [seen(1, listing_id=2)]
    rows = catalogue_rows(sightings, [covered(number) for number in (1, 2, 3, 4)])
    assert dict(zip(rows["day"], rows["gone"], strict=True)) == {day(1): 0, day(2): 1, day(3): None, day(4): None}


def test_gone_is_null_on_a_day_without_an_exhaustive_query() -> None:
    coverage = [covered(1), covered(2, is_exhaustive=False), covered(3), covered(4), covered(5)]
    rows = catalogue_rows([seen(number) for number in range(1, 6)], coverage)
    assert rows["gone"].to_list() == [0, None, 0, None, None]
    assert rows["is_exhaustive"].to_list() == [True, False, True, True, True]


def test_a_catalogue_counts_what_is_gone_from_the_catalogues_below_it() -> None:
    above: dict[str, Any] = {"query_catalog_id": 2, "query_key": "vestiti"}
    sightings = [seen(n, listing_id=9, **facts) for n in (1, 2, 3, 4) for facts in ({}, above)] + [
        seen(1, listing_id=2)
    ]
    rows = catalogue_rows(sightings, [covered(n, **facts) for n in (1, 2, 3, 4) for facts in ({}, above)])
    gone = rows.filter(pl.col("day") == day(2)).select("catalog_id", "gone").rows()
    assert gone == [(2, 1), (3, 1)]


def test_price_cuts_count_listings_whose_price_fell() -> None:
    rises = [seen(1, listing_id=3, price=5), seen(2, listing_id=3, price=6)]
    falls = [seen(1, price=20), seen(2, 8, price=18), seen(2, 12, price=16)]
    assert catalogue_rows([*rises, *falls])["price_cuts"].to_list() == [0, 1]


def test_share_seen_is_the_largest_of_the_day() -> None:
    coverage = [covered(1, 9, share_seen=0.2), covered(1, 15, share_seen=0.4), covered(1, 20, share_seen=None)]
    assert catalogue_rows([seen(1)], coverage)["share_seen"].to_list() == [0.4]
    assert catalogue_rows([seen(1)], [covered(1)])["share_seen"].to_list() == [None]


def test_an_exhaustive_query_that_found_nothing_is_a_row_of_zeros() -> None:
    row = catalogue_rows([], [covered(1, listings=0)]).row(0, named=True)
    assert (row["seen"], row["priced"], row["price_cuts"], row["price_eur_median"]) == (0, 0, 0, None)
    assert catalogue_rows([], [covered(1, listings=0, is_exhaustive=False)]).is_empty()


def test_sources_and_markets_have_their_own_rows() -> None:
    rows = catalogue_rows([seen(1), seen(1, market="fr", price=40), seen(1, source="simulator", price=60)])
    assert rows.select("source", "market", "price_eur_median").rows() == [
        ("simulator", "it", 60.0),
        ("vinted", "fr", 40.0),
        ("vinted", "it", 20.0),
    ]


def test_a_brand_is_shown_by_queries_for_the_catalogue_and_for_the_brand() -> None:
    rows = brand_rows(
        [
            seen(1, price=10),
            seen(1, listing_id=2, price=30, query_narrowed_by="brand"),
            seen(1, listing_id=3, brand="Mango", query_narrowed_by="brand,size"),
            seen(1, listing_id=4, brand=None),
        ]
    )
    assert rows.select("brand", "seen", "price_eur_median").rows() == [("Zara", 2, 20.0)]


def test_a_query_for_a_brand_covers_that_brand_only() -> None:
    asked: dict[str, Any] = {"query_narrowed_by": "brand", "query_key": "zara"}
    sightings = [seen(n, listing_id=i, brand=b, **asked) for n in (1, 2) for i, b in ((1, "Zara"), (2, "Mango"))]
    rows = brand_rows(sightings, [covered(n, brands=["ZARA"], share_seen=1.0, **asked) for n in (1, 2)])
    assert rows.select("brand", "new", "share_seen", "is_exhaustive").rows() == [
        ("Mango", None, None, False),
        ("Mango", None, None, False),
        ("Zara", None, 1.0, True),
        ("Zara", 0, 1.0, True),
    ]


def test_a_brand_covered_first_by_its_own_and_then_by_the_whole_query_is_covered_twice() -> None:
    own = covered(1, brands=["Zara"], query_narrowed_by="brand", query_key="zara")
    rows = brand_rows(
        [seen(1), seen(2), seen(2, listing_id=2), seen(2, listing_id=3, brand="Mango")], [own, covered(2)]
    )
    assert rows.select("brand", "day", "new").rows() == [
        ("Mango", day(2), None),
        ("Zara", day(1), None),
        ("Zara", day(2), 1),
    ]


def test_a_brand_whose_last_listing_left_has_a_row_that_says_so() -> None:
    sightings = [seen(1, listing_id=2, brand="Mango"), *(seen(n) for n in (1, 2, 3, 4))]
    rows = brand_rows(sightings, [covered(n) for n in (1, 2, 3, 4)]).filter(pl.col("brand") == "Mango")
    assert rows.select("day", "seen", "gone").rows() == [(day(1), 1, 0), (day(2), 0, 1)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param([9], [6, 8, 9], id="the newest day decides the two exhaustive days before it"),
        pytest.param([4], [2, 4, 5, 6], id="a late day decides earlier ones, and the next may no longer be the first"),
    ],
)
def test_days_to_recompute(changed: list[int], expected: list[int]) -> None:
    coverage = coverage_frame(*(covered(n, is_exhaustive=n != 4) for n in (2, 4, 6, 8, 9)))
    days = days_to_recompute([day(n) for n in changed], coverage, misses_until_gone=3)
    assert sorted(d for d in days if d <= day(9)) == [day(n) for n in expected]


def test_days_to_recompute_looks_no_further_than_the_horizon() -> None:
    coverage = coverage_frame(covered(1), covered(200))
    days: set[date] = days_to_recompute([day(200)], coverage, misses_until_gone=3)
    assert min(days) == day(200)
    assert max(days) == day(200) + timedelta(days=92)
