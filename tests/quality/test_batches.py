"""What is checked of a table, and how it stands against a week ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.quality.batches import asked_batch, psi, references, sampled, seen_batch
from vopt_lib.schema.quality import LEAST_FOR_DRIFT, LEAST_LISTINGS

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MANY = LEAST_FOR_DRIFT


def asked(at: datetime, listings: int, *, run: str = "now", whole: bool = True, key: str = "q") -> dict[str, object]:
    return {
        "run_id": run, "query_key": key, "day": at.date(), "started_at": at, "observed_at": at + timedelta(minutes=5),
        "listings": listings, "is_exhaustive": whole,
    }  # fmt: skip


def sightings(prices: list[float | None], *, brand: str | None = "Zara") -> pl.DataFrame:
    amounts = [None if price is None else Decimal(f"{price:.2f}") for price in prices]
    return pl.DataFrame(
        {"row": [0] * len(prices), "asked_amount": amounts, "condition_id": 1, "brand": brand},
        schema={"row": pl.UInt32, "asked_amount": pl.Decimal(12, 2), "condition_id": pl.Int32, "brand": pl.String},
    )


def test_a_search_is_held_against_itself_about_a_week_ago() -> None:
    now = pl.DataFrame([asked(NOON, 100)])
    days = {"an hour": 1 / 24, "a day": 1, "six": 6, "eight and a half": 8.5, "fifteen": 15}
    before = pl.DataFrame([asked(NOON - timedelta(days=back), 50, run=name) for name, back in days.items()])
    other = pl.DataFrame([asked(NOON - timedelta(days=7), 50, run="other search", key="z")])
    assert references(now, pl.concat([before, other]))["run_before"].to_list() == ["six"]
    assert references(now, before.filter(pl.col("run_id").is_in(["an hour", "fifteen"])))["run_before"].to_list() == [
        None
    ]


@pytest.mark.parametrize(
    ("listings", "before", "is_found", "ratio"),
    [(0, 30, 0, None), (0, 29, None, None), (60, 100, 1, 0.6), (60, 49, 1, None), (0, 100, 0, None)],
)
def test_counts_are_compared_where_there_were_enough(
    listings: int, before: int, is_found: int | None, ratio: float | None
) -> None:
    pair = references(pl.DataFrame([asked(NOON, listings)]), pl.DataFrame([asked(NOON - timedelta(days=7), before)]))
    row = asked_batch(pair, sightings([]), sightings([])).row(0, named=True)
    assert (row["is_found"], row["listings_ratio"]) == (is_found, ratio)


def test_an_incomplete_search_says_nothing_of_how_many_there_are() -> None:
    pair = references(
        pl.DataFrame([asked(NOON, 20, whole=False)]), pl.DataFrame([asked(NOON - timedelta(days=7), 500)])
    )
    assert asked_batch(pair, sightings([]), sightings([]))["listings_ratio"].to_list() == [None]


def test_prices_brands_and_conditions_are_compared_from_enough_listings_on() -> None:
    pair = references(pl.DataFrame([asked(NOON, 60)]), pl.DataFrame([asked(NOON - timedelta(days=7), 60)]))
    now, then = sightings([20.0] * LEAST_LISTINGS, brand=None), sightings([10.0] * LEAST_LISTINGS)
    row = asked_batch(pair, now, then).row(0, named=True)
    assert (row["median_ratio"], row["brand_lost"], row["condition_lost"], row["psi"]) == (2.0, 1.0, 0.0, None)
    assert asked_batch(pair, now[1:], then)["median_ratio"].to_list() == [None]


def test_psi_is_nothing_for_the_same_prices_and_much_for_others() -> None:
    then = pl.Series(np.random.default_rng(1).lognormal(3, 0.8, 2000))
    again = pl.Series(np.random.default_rng(2).lognormal(3, 0.8, 2000))
    dearer = pl.Series(np.random.default_rng(3).lognormal(3.5, 0.8, 2000))
    assert psi(then, then) == 0
    assert psi(again, then) < 0.03
    assert 0.25 < psi(dearer, then) < 0.8


@given(st.lists(st.floats(0.01, 1e5), min_size=MANY, max_size=MANY), st.lists(st.floats(0.01, 1e5), min_size=MANY))
def test_psi_is_never_negative_and_never_no_number(now: list[float], then: list[float]) -> None:
    assert 0 <= psi(pl.Series(now), pl.Series(then)) < 20


def test_a_sample_keeps_all_rows_of_a_listing() -> None:
    rows = pl.DataFrame({"listing_id": [number // 3 for number in range(3000)]})
    part = sampled(rows, most=1000)
    assert 800 < part.height < 1200
    assert part.group_by("listing_id").len()["len"].unique().to_list() == [3]
    assert sampled(rows, most=3000).height == 3000


def test_rows_refused_for_their_price_stand_beside_those_with_one() -> None:
    seen = pl.DataFrame(
        {
            "market": "it", "run_id": "r", "query_key": "q", "listing_id": [1, 2],
            "asked_amount": [Decimal("5"), Decimal("6")],
            "currency": "EUR", "condition_id": 1, "favourite_count": 3,
        }
    )  # fmt: skip
    refused = pl.DataFrame({"market": "it", "run_id": "r", "reason": ["no_price", "bad_price", "bad_url"]})
    batch = seen_batch(seen, refused, pl.DataFrame({"market": ["it"], "market_currency": ["EUR"]}))
    assert batch["asked_amount"].to_list() == [5.0, 6.0, None, None]
    assert batch["listing_id"].n_unique() == 4
