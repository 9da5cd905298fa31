"""A model that is bad, or surely worse than the one in use, is not used; one that is worse by chance is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from vopt_lib.errors import FileDamaged
from vopt_lib.paths import floors_file
from vopt_lib.pricing.gate import Floors, Trial, is_surely_more, read_floors, refusals
from vopt_lib.words import Words

FLOORS = Floors(0.4, 0.9, 0.74, 0.88, 0.6)
ASKED = np.exp(np.random.default_rng(7).normal(3.0, 0.8, 1000))


def told(
    off: float, *, seed: int = 1, reach: float | None = None, factor: float = 1.0, rows: int = 1000
) -> pl.DataFrame:
    """Prices that are off by about so much (of log price), with 80 % intervals."""
    middle = ASKED[:rows] * factor * np.exp(np.random.default_rng(seed).normal(0.0, off, rows))
    wide = np.exp(1.2816 * off if reach is None else reach)
    return pl.DataFrame(
        {"middle_eur": middle, "low_eur": middle / wide, "high_eur": middle * wide, "price_eur": ASKED[:rows]}
    ).with_columns(lack=pl.lit(None, pl.String))


def said(trial: Trial, floors: Floors = FLOORS) -> list[str]:
    return [Words("en").say(one.what, **one.facts) for one in refusals(trial, floors)]


PLAIN = told(0.6, seed=2).select("middle_eur", "price_eur")


def test_a_good_model_may_be_used() -> None:
    assert said(Trial(told(0.3), PLAIN)) == []


@pytest.mark.parametrize(
    ("trial", "why"),
    [
        (Trial(told(0.3, rows=20), PLAIN), "Only 20 listings are left to judge it by; 50 are needed."),
        (Trial(told(0.9), told(1.2, seed=2)), "Half of its prices are off by 55% or more; at most 40% are allowed."),
        (
            Trial(told(0.5), told(0.53, seed=2)),
            "Its error is 92% of what a plain median makes; at most 90% are allowed.",
        ),
        (Trial(told(0.3, reach=0.2), PLAIN), "Its intervals hold 49% of the prices; 74% to 88% are asked for."),
        (Trial(told(0.3, reach=1.5), PLAIN), "Its intervals hold 100% of the prices; 74% to 88% are asked for."),
        (
            Trial(
                told(0.3).with_columns(lack=pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("unlike_all"))), PLAIN
            ),
            "It tells a price for 50% of the listings only; 60% are asked for.",
        ),
        (
            Trial(told(0.3).with_columns(middle_eur=pl.lit(float("nan"))), PLAIN),
            "Some of its prices are no numbers, or their interval does not hold them.",
        ),
        (
            Trial(told(0.3).with_columns(low_eur=pl.col("high_eur") + 1), PLAIN),
            "Some of its prices are no numbers, or their interval does not hold them.",
        ),
    ],
    ids=["few", "far off", "no better than plain", "too narrow", "too wide", "tells little", "nan", "upside down"],
)
def test_what_misses_a_floor_is_refused_with_a_sentence(trial: Trial, why: str) -> None:
    assert said(trial)[:1] == [why]


def test_what_it_does_not_tell_may_be_no_number() -> None:
    rows = told(0.3).with_columns(lack=pl.when(pl.int_range(pl.len()) < 10).then(pl.lit("unlike_all")))
    hidden = rows.with_columns(middle_eur=pl.when(pl.col("lack").is_null()).then("middle_eur").otherwise(float("nan")))
    assert said(Trial(hidden, PLAIN)) == []


def test_a_model_that_is_surely_worse_than_the_one_in_use_is_refused() -> None:
    trial = Trial(told(0.36), PLAIN, told(0.3), "it-20261115T063000")
    assert said(trial) == [
        "Its prices are further off than those of it-20261115T063000, by 20% on the same 1,000 listings."
    ]


def test_a_model_that_is_worse_by_chance_only_is_used() -> None:
    assert said(Trial(told(0.3, seed=5), PLAIN, told(0.3, seed=6), "it-20261115T063000")) == []


def test_the_comparison_is_row_by_row_so_that_small_steps_back_are_seen() -> None:
    before = told(0.3)
    shifted = before.with_columns(pl.col("middle_eur", "low_eur", "high_eur") * 1.08)
    assert said(Trial(shifted, PLAIN, before, "it-1"))
    # The same two, compared as means of different rows, could be chance.
    odd = pl.int_range(pl.len()) % 2 == 1
    one, two = (
        np.abs(np.log(rows["middle_eur"] / rows["price_eur"])) for rows in (shifted.filter(odd), before.filter(~odd))
    )
    assert (one.mean() - two.mean()) < 2 * float(np.hypot(one.std() / 500**0.5, two.std() / 500**0.5))


def test_a_model_with_surely_worse_intervals_is_refused() -> None:
    before = told(0.3, reach=0.36)
    trial = Trial(told(0.3, reach=0.46), PLAIN, before, "it-1")
    assert said(trial) == ["Its intervals are worse than those of it-1, by 4% on the same 1,000 listings."]


def test_a_rival_whose_prices_are_no_numbers_is_no_rival() -> None:
    broken = told(0.3).with_columns(middle_eur=pl.lit(float("inf")))
    assert said(Trial(told(0.3), PLAIN, broken, "it-1")) == []


def test_as_many_differences_on_both_sides_are_chance() -> None:
    assert not is_surely_more(np.array([1.0, -1.0] * 50))
    assert not is_surely_more(np.array([5.0]))
    assert not is_surely_more(np.zeros(100))
    assert is_surely_more(np.full(100, 0.1))


@pytest.mark.parametrize("kind", ["simulator", "vinted"])
def test_the_floors_are_pinned_for_each_kind_of_data(kind: str) -> None:
    floors = read_floors(floors_file(), kind)
    assert 0 < floors.median_ape_at_most < 0.5
    assert floors.rmsle_of_plain_at_most < 1
    assert 0.7 <= floors.coverage_at_least < 0.8 < floors.coverage_at_most <= 0.9


@pytest.mark.parametrize("text", ["{}", '{"form": 2, "kinds": {}}', '{"form": 1, "kinds": {"vinted": {}}}', "no"])
def test_floors_that_cannot_be_read_are_no_licence(tmp_path: Path, text: str) -> None:
    (tmp_path / "floors.json").write_text(text)
    with pytest.raises(FileDamaged):
        read_floors(tmp_path / "floors.json", "vinted")
