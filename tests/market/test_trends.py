"""Weeks are told of enough days only, and a change says how much of it may be chance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import strategies as st

from tests.examples import examples
from tests.market.daily import FIRST, ar1, days_of, shelf
from vopt_lib.market.trends import brand_changes, change, weeks
from vopt_lib.schema.trends import Change, TooLittle

WILD_PRICES = st.one_of(st.none(), st.sampled_from([0.0, 0.01, float("inf"), float("nan"), -1.0]), st.floats(0.01, 1e6))
WILD_DAYS = st.lists(st.tuples(st.integers(1, 4), WILD_PRICES, WILD_PRICES, st.integers(0, 10_000)), max_size=90)


def wild_days(rows: list[tuple[int, Any, Any, int]]) -> pl.DataFrame:
    """Days with gaps and whatever prices, in the columns of catalog_day."""
    numbers = np.cumsum([gap for gap, *_ in rows], dtype=int).tolist()
    days = [FIRST + timedelta(days=number) for number in numbers]
    medians = pl.Series([median for _, median, *_ in rows], dtype=pl.Float64)
    quarters = pl.Series([quarter for _, _, quarter, _ in rows], dtype=pl.Float64)
    prices = {f"price_eur_{name}": quarters for name in ("p10", "p25", "p75", "p90")} | {"price_eur_median": medians}
    seen = pl.Series([count for *_, count in rows], dtype=pl.Int64)
    every = {"day": pl.Series(days, dtype=pl.Date), "seen": seen, "new": seen, "gone": seen, **prices}
    return pl.DataFrame(every).with_columns(brand=pl.lit("Zara"))


def changed(days: pl.DataFrame) -> Change:
    told = change(days)
    assert isinstance(told, Change), told
    return told


def test_a_week_tells_the_means_of_its_days_and_sums_of_what_came_and_left() -> None:
    days = days_of([10.0] * 7 + [20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 34.0])
    told = weeks(days).select("begins_on", "ends_on", "days_known", "price_eur_median", "new", "gone").rows()
    first = FIRST
    assert told == [
        (first, first + timedelta(days=6), 7, 10.0, 70, 70),
        (first + timedelta(days=7), first + timedelta(days=13), 7, 22.0, 70, 70),
    ]


@pytest.mark.parametrize(("known", "is_told"), [(5, True), (4, False)], ids=["five days", "four days"])
def test_a_week_is_told_only_when_enough_of_its_days_are_known(known: int, is_told: bool) -> None:
    before = [10.0] * known + [None] * (7 - known)
    assert weeks(days_of([*before, *[12.0] * 7])).height == 1 + is_told


def test_what_is_not_known_of_a_day_is_not_known_of_its_week() -> None:
    told = weeks(days_of([10.0] * 14, gone=[1] * 12 + [None, None], new=[None] + [2] * 13))
    assert told.select("new", "gone").rows() == [(None, 7), (14, None)]


def test_a_day_that_saw_much_less_than_usual_counts_neither_in_a_week_nor_in_a_change() -> None:
    """A search that broke off shows the newest listings only, and those ask other prices."""
    prices, seen = [20.0] * 28, [600] * 28
    prices[19], seen[19] = 40.0, 64
    told = weeks(days_of(prices, seen=seen))
    assert told.select("days_known", "price_eur_median").rows()[2:] == [(6, 20.0), (7, 20.0)]
    assert changed(days_of(prices, seen=seen)) == Change(0.0, 0.0, 0.0)


def test_a_change_is_that_of_the_means_of_both_weeks() -> None:
    told = changed(days_of([20.0] * 21 + [21.0, 22.0, 23.0] * 2 + [22.0]))
    assert told.share == pytest.approx(0.1)
    assert told.low < told.share < told.high


@pytest.mark.parametrize(
    ("medians", "seen", "lack"),
    [
        ([20.0] * 20, 100, TooLittle("days", 20, 26)),
        ([20.0] * 25 + [None] * 3 + [20.0] * 4, 100, TooLittle("recent_days", 4, 5)),
        ([20.0] * 28, 19, TooLittle("listings", 19, 20)),
        ([], 100, TooLittle("days", 0, 26)),
    ],
    ids=["days", "days of a week", "listings", "nothing"],
)
def test_a_change_that_the_days_cannot_carry_says_what_is_missing(
    medians: list[float | None], seen: int, lack: TooLittle
) -> None:
    assert change(days_of(medians, seen=seen)) == lack
    assert "{known}" in lack.sentence
    assert "{needed}" in lack.sentence


def test_on_series_that_go_nowhere_the_interval_holds_no_change_as_often_as_it_says() -> None:
    """80 of 100 is what it says; where neighbours hang together closely it is a little bold."""
    held = {
        (days, correlation): np.mean(
            [changed(days_of(ar1(seed, days, correlation))).may_be_chance for seed in range(100)]
        )
        for days in (26, 35, 56)
        for correlation in (0.0, 0.6, 0.9)
    }
    assert 0.75 <= np.mean(list(held.values())) <= 0.88
    assert min(held.values()) >= 0.68, held
    assert max(held.values()) <= 0.95, held


@pytest.mark.parametrize("listings", [20, 300])
def test_on_shelves_that_go_nowhere_too(listings: int) -> None:
    held = np.mean([changed(shelf(seed, 28, listings)).may_be_chance for seed in range(150)])
    assert 0.75 <= held <= 0.93


def test_a_real_rise_is_more_than_chance() -> None:
    told = changed(shelf(1, 28, 300, rise=0.3))
    assert not told.may_be_chance
    assert told.low < 0.3 < told.high


def jumping(brand: str, listings: int, price: float) -> pl.DataFrame:
    """A brand whose median stood still until one listing left five days ago."""
    days = days_of([20.0] * 23 + [price] * 5, seen=listings, new=1, brand=brand)
    return days.with_columns(price_eur_p25=pl.lit(12.0), price_eur_p75=pl.lit(34.0)).drop("gone", "price_eur_p10")


def columns_of(*brands: pl.DataFrame) -> pl.DataFrame:
    wanted = ["brand", "day", "seen", "new", "price_eur_p25", "price_eur_median", "price_eur_p75"]
    return pl.concat([brand.select(wanted).cast({"seen": pl.Int64, "new": pl.Int64}) for brand in brands])


def test_a_small_brand_that_jumped_with_one_listing_does_not_top_the_list() -> None:
    still = [shelf(seed, 28, 150, brand=f"brand {seed}") for seed in range(6)]
    rising = shelf(99, 28, 400, brand="Rising", rise=0.3)
    told = brand_changes(columns_of(*still, rising, jumping("Tiny", 20, 30.0), jumping("Tinier", 12, 60.0)))
    assert told["brand"].to_list()[:2] == ["Rising", "Tiny"]
    assert "Tinier" not in told["brand"]
    rising_row, tiny = told.rows(named=True)[:2]
    assert rising_row["moves"] == "up"
    assert tiny["change"] > rising_row["change"]
    assert tiny["weighed"] < tiny["change"] * 0.8


def test_where_no_brand_moves_hardly_any_is_said_to() -> None:
    told = [
        brand_changes(pl.concat(shelf(100 * world + n, 28, 20 + 15 * n, brand=f"{n}") for n in range(12)))
        for world in range(12)
    ]
    moves = pl.concat(told)["moves"]
    assert len(moves) == 144
    assert moves.is_not_null().sum() <= 14


def test_without_brands_there_are_no_changes() -> None:
    assert brand_changes(columns_of(shelf(1, 28, 30)).clear()).is_empty()
    assert brand_changes(columns_of(shelf(1, 28, 5))).is_empty()


@examples(25, 300, rows=WILD_DAYS)
def test_whatever_the_days_hold_what_is_told_is_a_number(rows: list[tuple[int, Any, Any, int]]) -> None:
    days = wild_days(rows)
    told = change(days)
    if isinstance(told, Change):
        assert told.low <= told.share <= told.high
        assert np.isfinite([told.low, told.share, told.high]).all()
    moved = brand_changes(days)
    assert moved.select(pl.col("change", "low", "high", "weighed").is_finite().all()).row(0) == (True,) * 4
    assert weeks(days)["days_known"].is_between(5, 7).all()
