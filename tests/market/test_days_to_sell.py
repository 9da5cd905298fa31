"""Days to sell, told through our own functions from a market that sells in each of three ways, against its truth.

15 % of the sightings are missing, 28 % of the ends are no sales, and pages are visited within a day's budget.
"""

from __future__ import annotations

import polars as pl
import pytest

from tests.market.played import Played, play
from vopt_lib.market.evaluation import groups_against_truth, score, true_median_days
from vopt_lib.market.survival import survival
from vopt_lib.schema.survival import Interval, SurvivalCurve
from vopt_lib.simulator.fates import UNSOLD_DAYS

MISSED = 0.15
PAGES_A_DAY = 360  # 15 an hour, as the settings allow


@pytest.fixture(scope="module", params=[0, 1, 2], ids=["log-logistic", "weibull", "frailty"])
def played(request: pytest.FixtureRequest) -> Played:
    return play(request.param, days=40, scale=1.0, missed_share=MISSED, pages_a_day=PAGES_A_DAY)


@pytest.mark.slow
def test_the_median_is_within_six_per_cent_of_the_truth(played: Played) -> None:
    assert len(played.market) > 20_000
    curve = survival(played.exposures())
    assert isinstance(curve, SurvivalCurve)
    median = curve.median()
    assert isinstance(median, Interval)
    assert median.value == pytest.approx(true_median_days(played.truth(), UNSOLD_DAYS.tolist()), rel=0.06)


@pytest.mark.slow
def test_brands_and_conditions_are_right_too(played: Played) -> None:
    by = ("brand", "condition_id")
    found = score(groups_against_truth(played.exposures(), played.truth(), UNSOLD_DAYS.tolist(), by=by))
    assert found["told"] >= 10
    assert found["held"] >= 0.65
    assert found["off"] < 0.1


@pytest.mark.slow
def test_the_share_that_searches_miss_is_known_from_what_they_show(played: Played) -> None:
    assert played.missed_share == pytest.approx(MISSED, abs=0.04)


@pytest.mark.slow
def test_what_pages_prove_is_true(played: Played) -> None:
    assert played.market.truth
    stock, truth = played.market.stock, played.market.truth
    kinds = pl.DataFrame({"listing_id": stock.listing_id, "kind": truth.exit_kind, "at": truth.exit_at_s})
    proven = played.ended.filter(pl.col("evidence") == "sold").join(kinds, on="listing_id")
    assert proven.height > 500
    assert (proven["kind"] == "sold").mean() == 1.0
    assert (proven["at"] > proven["gone_after"].dt.epoch("s")).all()
