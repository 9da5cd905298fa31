"""How right vopt is about a made-up market, told for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from vopt_lib.desk.evaluate import Evaluation, Trial, evaluate_market
from vopt_lib.desk.evaluation_told import lines
from vopt_lib.schema.survival import Interval, Lack
from vopt_lib.words import Language, Words

DONE = Evaluation(
    seed=2026,
    days=40,
    dropped=0.15,
    family="weibull",
    listings=21_512,
    sightings=300_000,
    pages=14_000,
    missed_share=0.13,
    true_days=24.1,
    told_days=Interval(24.6, 23.9, None),
    lacking=None,
    plainer={"age of what disappeared": 12.3, "gone is sold": None},
    groups={"groups": 14, "told": 13, "held": 0.85, "width": 0.2, "off": 0.03, "near": 0.92},
    sales={"proven": 1912, "precision": 1.0, "visited": 1930, "recall": 0.99},
    ages={"listings": 4000, "median_days": 1.9, "p90_days": 8.4, "bias_days": 0.5},
    deals={"flagged": 50, "right": 44, "precision": 0.88, "base_rate": 0.071},
)


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", "Median days to sell: 24.1. Told: 24.6 (23.9–?)."),
        ("it", "Giorni mediani per vendere: 24,1. Detti: 24,6 (23,9–?)."),
    ],
)
def test_it_is_told_in_the_readers_language(language: Language, wanted: str) -> None:
    told = list(lines(DONE, Words(language)))
    assert wanted in told
    assert len(told) == 10
    assert "2026" in told[0]


def test_where_the_data_cannot_tell_the_reason_is_told() -> None:
    blind = replace(DONE, told_days=None, lacking=Lack.FEW_SOLD, true_days=None, groups={"groups": 0, "told": 0})
    told = list(lines(blind, Words("en")))
    assert "Median days to sell: more than can be told." in told
    assert Lack.FEW_SOLD.sentence in told


def test_programs_get_all_of_it() -> None:
    assert json.loads(DONE.as_json())["told_days"] == {"value": 24.6, "low": 23.9, "high": None}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_fresh_market_is_watched_through_the_real_jobs() -> None:
    days: list[int] = []
    done = evaluate_market(Trial(seed=7, days=5, dropped=0.1, scale=0.1, pages_a_day=60), on_day=days.append)
    assert days == list(range(1, 6))
    assert done.family == "weibull"
    assert done.listings > 700
    assert 60 < done.pages <= 5 * 60
    assert done.sales["precision"] == 1.0
    assert (done.sales["recall"] or 0) > 0.9
    assert done.true_days == pytest.approx(24, abs=3)
    assert set(done.deals) == {"flagged", "right", "precision", "base_rate"}
    assert 0 < (done.deals["base_rate"] or 0) < 0.2
    assert (done.told_days is None) == (done.lacking is not None)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_market_that_is_too_large_is_watched_at_the_pace_of_a_real_site() -> None:
    done = evaluate_market(Trial(seed=7, days=2, scale=0.1, pages_a_day=20, requests_a_day=6))
    assert done.pages == 2 * 20
    assert 0 < done.sightings - done.pages <= 2 * 6 * 96
    assert done.lacking is Lack.FEW_SOLD
