"""Eight in ten prices lie within their interval, whatever the group, the count of things and the outliers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.pricing.stalls import things
from vopt_lib.pricing.interval import STILL, Intervals, Recent, learn_intervals, recalibrated
from vopt_lib.pricing.keys import Counts
from vopt_lib.pricing.levels import Levels, Usual
from vopt_lib.pricing.packing import packed, unpacked
from vopt_lib.pricing.spread import LEAST, Spread
from vopt_lib.pricing.stored_trees import Trees


def held(intervals: Intervals, rows: pl.DataFrame) -> pl.DataFrame:
    """Which things lie within their interval, and the log of its width."""
    ends = intervals.with_ends(rows)
    return ends.with_columns(
        held=pl.col("price_eur").is_between("low_eur", "high_eur"),
        width=(pl.col("high_eur") / pl.col("low_eur")).log(),
    )


def coverage(intervals: Intervals, rows: pl.DataFrame) -> float:
    return float(held(intervals, rows)["held"].mean())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def learnt() -> Intervals:
    return learn_intervals(things(4000), learnt_share=1.0)


def test_eight_in_ten_of_new_things_lie_within() -> None:
    covered = [
        coverage(
            learn_intervals(things(2500, seed=seed), learnt_share=1.0, seed=seed + 1), things(4000, seed=90 + seed)
        )
        for seed in range(2)
    ]
    assert float(np.mean(covered)) == pytest.approx(0.8, abs=0.03)


def test_a_brand_that_varies_more_has_wider_intervals_that_hold_as_many(learnt: Intervals) -> None:
    by_brand = held(learnt, things(6000, seed=7)).group_by("brand").agg(pl.col("held", "width").mean()).sort("width")
    assert by_brand["brand"].to_list() == ["zara", "no name", "levis", "prada", "gucci"]
    assert by_brand["width"][-1] > 4 * by_brand["width"][0]
    assert by_brand["held"].min() > 0.72  # type: ignore[operator]


def test_a_category_that_is_told_worse_than_all_gets_ends_of_its_own() -> None:
    rows = things(5000)
    shaken = np.exp(np.random.default_rng(1).standard_normal(rows.height) * 0.8)
    bags = pl.col("category").str.ends_with("bag")
    price = pl.when(bags).then(pl.col("price_eur") * pl.Series(shaken)).otherwise("price_eur")
    rows = rows.with_columns(price_eur=price)
    intervals = learn_intervals(rows[:4000], learnt_share=1.0)
    assert coverage(intervals, rows[4000:].filter(bags)) == pytest.approx(0.8, abs=0.07)


def test_models_that_learnt_from_fewer_things_miss_by_more_than_the_one_at_work() -> None:
    rows, new = things(500), things(200, seed=4)
    widths = [held(learn_intervals(rows, learnt_share=share), new)["width"].mean() for share in (0.5, 1.0)]
    assert widths[0] == pytest.approx(0.5**0.08 * widths[1])  # type: ignore[operator]


def test_doubt_that_tells_something_makes_intervals_narrower() -> None:
    rows = things(3000)
    sure = np.random.default_rng(2).uniform(0, 1, rows.height)
    price = np.exp(np.log(rows["middle_eur"].to_numpy()) + sure * np.random.default_rng(3).standard_normal(rows.height))
    rows = rows.with_columns(price_eur=pl.Series(price), doubt_members=pl.Series(sure))
    blind, told = (learn_intervals(some) for some in (rows.drop("doubt_members"), rows))
    assert held(told, rows)["width"].mean() < 0.95 * held(blind, rows)["width"].mean()  # type: ignore[operator]
    assert held(told, rows.drop("doubt_members"))["width"].is_finite().all()


def test_the_same_things_and_seed_make_the_same_intervals() -> None:
    rows, new = things(300), things(50, seed=8)
    one, other = (learn_intervals(rows, seed=5).with_ends(new) for _ in range(2))
    assert_frame_equal(one, other)


def test_what_is_kept_tells_the_same(learnt: Intervals) -> None:
    arrays, told = packed(recalibrated(learnt, things(300, seed=5)))
    again = unpacked(arrays, json.loads(json.dumps(told)), (Intervals, Recent, Spread, Levels, Usual, Trees, Counts))
    new = things(500, seed=9)
    assert_frame_equal(again.with_ends(new), recalibrated(learnt, things(300, seed=5)).with_ends(new))
    assert {array.dtype.kind for array in arrays.values()} <= set("uif")


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_a_handful_of_things_is_enough_for_ends_around_the_middle(count: int) -> None:
    ends = learn_intervals(things(count)).with_ends(things(30, seed=3))
    assert (ends["low_eur"] < ends["middle_eur"]).all()
    assert (ends["high_eur"] > ends["middle_eur"]).all()


def test_forty_things_hold_at_least_as_many_as_promised() -> None:
    new = things(2000, seed=77)
    covered = [coverage(learn_intervals(things(40, seed=seed), learnt_share=1.0), new) for seed in range(6)]
    assert 0.75 <= float(np.mean(covered)) <= 0.93


def test_prices_without_any_miss_leave_narrow_intervals_around_the_middle() -> None:
    exact = things(200).with_columns(price_eur="middle_eur")
    ends = held(learn_intervals(exact), exact)
    assert ends["held"].all()
    assert ends["width"].max() <= 2 * LEAST + 1e-9  # type: ignore[operator]


def test_bundles_among_the_prices_widen_nobodys_interval_by_much() -> None:
    rows, new = things(2000), things(1000, seed=6)
    price = pl.when(pl.int_range(pl.len()) % 50 == 0).then(pl.col("price_eur") * 1000).otherwise("price_eur")
    clean, dirty = (
        held(learn_intervals(some), new)["width"].mean() for some in (rows, rows.with_columns(price_eur=price))
    )
    assert dirty < 1.35 * clean  # type: ignore[operator]


def test_things_that_tell_nothing_have_an_interval_too() -> None:
    bare = things(200).select("id", "price_eur", "middle_eur", title=pl.lit(None, pl.String))
    ends = learn_intervals(bare).with_ends(bare)
    assert ends["low_eur"].is_finite().all()
    assert (learn_intervals(things(200)).with_ends(bare)["high_eur"] > bare["middle_eur"]).all()


def test_no_thing_has_no_interval(learnt: Intervals) -> None:
    assert learnt.with_ends(things(0)).height == 0
    assert {"low_eur", "high_eur"} <= set(learnt.with_ends(things(0)).columns)


@pytest.mark.parametrize("wrong", [None, float("nan"), float("inf"), 0.0, -3.0])
@pytest.mark.parametrize("column", ["price_eur", "middle_eur"])
def test_what_is_no_price_is_refused(column: str, wrong: float | None, learnt: Intervals) -> None:
    first = pl.int_range(pl.len()) == 0
    rows = things(20).with_columns(pl.when(first).then(pl.lit(wrong, pl.Float64)).otherwise(column).alias(column))
    with pytest.raises(ValueError, match=f"{column} holds what is no price"):
        learn_intervals(rows)
    with pytest.raises(ValueError, match=f"{column} holds what is no price"):
        recalibrated(learnt, rows)


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(ValueError, match="no thing to learn intervals from"):
        learn_intervals(things(0))


WORDS = st.text(max_size=12) | st.none()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    titles=st.lists(WORDS, min_size=1, max_size=5),
    brand=WORDS,
    category=WORDS,
    middle=st.floats(0.01, 1e7),
)
def test_hostile_words_are_harmless(
    learnt: Intervals, titles: list[str | None], brand: str | None, category: str | None, middle: float
) -> None:
    rows = pl.DataFrame(
        {"title": titles, "brand": [brand] * len(titles), "category": [category] * len(titles)},
        schema={"title": pl.String, "brand": pl.String, "category": pl.String},
    ).with_columns(middle_eur=pl.lit(middle))
    ends = learnt.with_ends(rows)
    assert (ends["low_eur"] < middle).all()
    assert (ends["high_eur"] > middle).all()
    assert ends["high_eur"].is_finite().all()


@settings(max_examples=12, deadline=None)
@given(
    misses=st.lists(st.floats(-8, 8), min_size=1, max_size=30),
    names=st.lists(st.sampled_from(["", "a", "b > c", "b > d > e > f > g"]), min_size=1, max_size=3),
)
def test_whatever_the_misses_the_ends_are_numbers_around_the_middle(misses: list[float], names: list[str]) -> None:
    count = len(misses)
    rows = pl.DataFrame(
        {
            "title": [f"thing {place % 3}" for place in range(count)],
            "category": [names[place % len(names)] for place in range(count)],
            "price_eur": [10 * float(np.exp(miss)) for miss in misses],
            "middle_eur": [10.0] * count,
        }
    )
    ends = learn_intervals(rows).with_ends(rows)
    assert ((ends["low_eur"] < 10) & (ends["low_eur"] > 0) & (ends["high_eur"] > 10)).all()
    assert ends["high_eur"].is_finite().all()


def drifting(count: int, **shape: Any) -> pl.DataFrame:
    """A market in which prices rise by half in two months."""
    return things(count, drift=np.linspace(0, 0.4, count).tolist(), **shape)


def test_newer_prices_bring_eight_in_ten_back_when_the_market_moves(learnt: Intervals) -> None:
    moved = drifting(4000, seed=11)
    seen, next_week = moved[:3600], moved[3600:]
    assert coverage(learnt, next_week) < 0.70
    assert coverage(recalibrated(learnt, seen), next_week) == pytest.approx(0.8, abs=0.03)


def test_in_a_market_that_stands_still_newer_prices_change_little(learnt: Intervals) -> None:
    still = things(600, seed=12)
    recent = recalibrated(learnt, still).recent
    assert (recent.moved, recent.low, recent.high) == (
        pytest.approx(0.0, abs=0.05),
        pytest.approx(1.0, abs=0.15),
        pytest.approx(1.0, abs=0.15),
    )


def test_a_few_newer_prices_weigh_little(learnt: Intervals) -> None:
    dear = things(10, seed=13).with_columns(price_eur=pl.col("price_eur") * 5)
    assert recalibrated(learnt, dear).recent.moved < 0.2
    assert recalibrated(learnt, dear[:0]).recent == STILL


def test_what_an_earlier_recalibration_moved_is_forgotten(learnt: Intervals) -> None:
    seen = drifting(800, seed=14)
    once = recalibrated(learnt, seen)
    assert recalibrated(recalibrated(learnt, things(500, seed=15)), seen).recent == once.recent
    assert recalibrated(once, seen[:0]).recent == STILL
