"""How good our advice is in a made-up market, told for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.plain_prices import PlainPrices
from vopt_lib.desk.advice_told import lines
from vopt_lib.desk.evaluate_advice import (
    LARGEST_GAP,
    LEAST_CLOSED,
    LEAST_OF_BEST,
    AdviceEvaluation,
    AdviceTrial,
    evaluate_advice,
)
from vopt_lib.schema.survival import Lack
from vopt_lib.words import Words

TENTHS = [{"tenth": n, "listings": 2_100, "told": n / 20, "happened": n / 20 - 0.01} for n in range(1, 11)]
DONE = AdviceEvaluation(
    seed=3,
    family="log-logistic",
    watched=180_000,
    learnt=80_000,
    sold=30_512.4,
    held=TENTHS,
    as_asked=[{**row, "happened": row["told"] + 0.03} for row in TENTHS],
    left_out=0.02,
    price_error=0.112,
    unavoidable=0.1,
    items=500,
    profits={"fair": 5_000.0, "ours": 5_840.0, "oracle": 6_000.0},
)


def test_its_figures_follow_from_what_was_found() -> None:
    told = (DONE.gap, DONE.gap_as_asked, DONE.over_unavoidable, DONE.of_best, DONE.closed)
    assert told == pytest.approx((0.01, 0.03, 1.12, 0.9733, 0.84), abs=1e-4)


def test_it_is_told_with_its_goals() -> None:
    told = list(lines(DONE, Words("en")))
    assert told[0].startswith("Market 3 (log-logistic): 180,000 listings watched")
    assert "Median error of the fair price: 11.2%; unavoidable: 10.0%. Ratio 1.12 (goal 1.15)." in told
    assert "  5.0% · 4.0%" in told
    assert "Worst tenth: 1.0% off, and 3.0% where sellers cut their prices as they do (goal 5%)." in told
    assert "500 things at our prices: 97.3% of the profit of an oracle that knows all (goal 95%)." in told
    assert told[-1] == "Of the way from asking the fair price to the oracle's prices: 84% (goal 60%)."


def test_where_too_little_was_sold_the_reason_is_told() -> None:
    none = replace(DONE, held=[], as_asked=[], profits={}, sold=0.0, lacking=Lack.FEW_SOLD)
    assert (none.gap, none.of_best, none.closed) == (None, None, None)
    assert list(lines(none, Words("en")))[1] == Lack.FEW_SOLD.sentence


def test_programs_get_all_of_it() -> None:
    told = json.loads(DONE.as_json())
    assert told["profits"]["oracle"] == 6_000.0
    assert told["closed"] == pytest.approx(0.84)
    assert len(told["held"]) == 10


def test_a_small_market_is_played_to_its_end() -> None:
    done = evaluate_advice(AdviceTrial(seed=1, scale=1.0, items=60), PlainPrices)
    assert done.family == "weibull"
    assert done.lacking is None
    assert done.learnt > 10_000
    assert sum(row["listings"] for row in done.held) > 2_000
    assert (done.gap or 1) < 0.15
    assert 1.0 < (done.over_unavoidable or 0) < 1.6
    assert 0.85 < (done.of_best or 0) <= 1.0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_in_a_large_market_the_advice_is_nearly_the_best() -> None:
    done = evaluate_advice(AdviceTrial(seed=5, scale=4.0), PlainPrices)
    assert done.family == "frailty with markdowns"
    assert min(row["listings"] for row in done.held) >= 1_000
    assert (done.gap or 1) <= LARGEST_GAP
    assert (done.gap_as_asked or 1) <= LARGEST_GAP
    assert (done.of_best or 0) >= LEAST_OF_BEST
    assert (done.closed or 0) >= LEAST_CLOSED
