"""How the asked prices of a day are arranged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.market.rows import at, day, frame, seen, seen_frame
from vopt_lib.market.days import shown_of_catalogues
from vopt_lib.market.prices import distribution, histories, narrowed, of_the_day, ordered, ranges
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.tables import LISTING_LIVE

LISTED = {"listing_id": pl.Int64, "size": pl.String, "condition_id": pl.Int32, "price_eur": pl.Decimal(12, 2)}


def listings(*rows: tuple[str | None, int | None, float | None]) -> pl.DataFrame:
    told = [
        (n, size, state, None if price is None else Decimal(str(price))) for n, (size, state, price) in enumerate(rows)
    ]
    return pl.DataFrame(told, schema=LISTED, orient="row")


def priced(*prices: float) -> pl.DataFrame:
    return listings(*(("M", 2, price) for price in prices))


def ids(frame: pl.DataFrame) -> list[int]:
    return frame["listing_id"].to_list()


def spell(listing_id: int, **facts: Any) -> dict[str, Any]:
    known = {"first_seen_at": at(1), "first_seen_on": day(1), "days_seen": 3, "first_asked_amount": Decimal(30)}
    return {"source": "vinted", "market": "it", "listing_id": listing_id, **known, **facts}


def test_a_days_listings_know_their_spell_newest_first_and_keep_the_price_of_the_day() -> None:
    shown = shown_of_catalogues(seen_frame(seen(3, 8, price=25), seen(3, 9, price=20), seen(3, listing_id=2, price=9)))
    live = frame(LISTING_LIVE, [spell(1), spell(2, first_seen_at=at(2), first_asked_amount=Decimal(9)), spell(3)])
    known = of_the_day(shown, live).select("listing_id", "first_asked_amount", "last_asked_amount", "days_seen")
    assert known.rows() == [(2, 9, 9, 3), (1, 30, 20, 3)]


def test_a_listing_whose_spell_has_ended_is_still_of_the_day() -> None:
    shown = shown_of_catalogues(seen_frame(seen(3, price=25)))
    assert of_the_day(shown, frame(LISTING_LIVE, []))["first_seen_on"].to_list() == [None]


def test_filters_narrow_only_by_what_is_asked_for() -> None:
    rows = listings(("M", 2, 10), ("M", 3, 20), ("S", 2, 30), (None, None, None))
    filters = MarketFilters(size="M", condition=2, price_from=Decimal(5), price_to=Decimal(10))
    assert ids(narrowed(rows, filters)) == [0, 1, 2, 3]
    assert ids(narrowed(rows, filters, "size")) == [0, 1]
    assert ids(narrowed(rows, filters, "condition")) == [0, 2]
    assert ids(narrowed(rows, filters, "size", "condition", "price")) == [0]
    assert ids(narrowed(rows, MarketFilters(), "size", "condition", "price")) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("newest", [0, 1, 2]), ("cheapest", [1, 0, 2]), ("dearest", [0, 1, 2]), ("favourites", [1, 0, 2])],
)
def test_unknown_values_come_last_in_every_order(order: str, expected: list[int]) -> None:
    rows = listings(("M", 2, 20), ("M", 2, 10), ("M", 2, None)).with_columns(favourite_count=pl.Series([1, 4, None]))
    assert ids(ordered(rows, order)) == expected


def test_prices_are_counted_in_round_steps_and_the_dearest_together() -> None:
    bins = distribution(priced(*[price + 0.99 for price in range(40)], 400))
    assert bins.row(0) == (0.0, 1.99, 2)
    assert bins.row(-1) == (40.0, None, 1)
    assert bins["listings"].sum() == 41


def test_a_price_on_an_edge_belongs_to_the_step_above() -> None:
    bins = distribution(priced(10, 14.99, 15, 33))
    assert bins.rows()[:2] == [(10.0, 10.99, 1), (11.0, 11.99, 0)]
    assert bins.filter(pl.col("listings") > 0)["price_from"].to_list() == [10.0, 14.0, 15.0, 32.0]


def test_one_price_and_no_price_have_a_distribution_too() -> None:
    assert distribution(priced(7)).rows() == [(7.0, 7.99, 1)]
    assert distribution(listings(("M", 2, None))).is_empty()


@given(st.lists(st.decimals(min_value=0, max_value=9000, places=2), min_size=1, max_size=60))
def test_every_listing_is_in_exactly_the_step_whose_prices_hold_it(prices: list[Decimal]) -> None:
    rows = priced(*(float(price) for price in prices))
    bins = distribution(rows)
    assert bins.height <= 26
    for low, high, counted in bins.iter_rows():
        fitting = MarketFilters(price_from=Decimal(str(low)), price_to=None if high is None else Decimal(str(high)))
        assert narrowed(rows, fitting, "price").height == counted


def test_sizes_go_from_small_to_large_and_those_with_few_listings_say_so() -> None:
    rows = listings(
        *[("XL", 2, 30)] * 5, *[("S", 2, price) for price in (10, 20, 30, 40)], ("W30 | IT 44", 2, 9), (None, 2, 1)
    )
    expected = {
        "group": ["S", "XL", "W30 | IT 44"],
        "p25": [17.5, 30.0, 9.0],
        "median": [25.0, 30.0, 9.0],
        "p75": [32.5, 30.0, 9.0],
        "listings": [4, 5, 1],
        "is_small": [True, False, True],
    }
    assert_frame_equal(ranges(rows, "size", most=9), pl.DataFrame(expected))


def test_conditions_go_from_best_to_worst_and_only_the_most_common_are_told() -> None:
    rows = listings(*[("M", 3, 10)] * 3, *[("M", 6, 20)] * 2, ("M", 4, 5))
    assert ranges(rows, "condition_id", most=2)["group"].to_list() == [6, 3]


def test_a_history_has_no_point_where_fewer_than_five_listings_were_seen() -> None:
    rows = [seen(2, listing_id=n, price=10 + n) for n in range(5)] + [seen(3, listing_id=n, price=10) for n in range(4)]
    told = histories(shown_of_catalogues(seen_frame(*rows)), "condition_id", [2])
    assert told.rows() == [("2", date(2026, 10, 31), 11.0, 12.0, 13.0, 5)]
