"""Days to sell, told through our own functions from a market that sells in each of three ways, against its truth.

15 % of the sightings are missing, 28 % of the ends are no sales, and pages are visited within a day's budget.
"""

from __future__ import annotations

import polars as pl
import pytest

from tests.market.played import Played, play
from vopt_lib.market.survival import days_to_sell, survival
from vopt_lib.schema.survival import Interval, SurvivalCurve

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
    assert median.value == pytest.approx(played.true_median(played.truth()["row"]), rel=0.06)


@pytest.mark.slow
def test_brands_and_conditions_are_right_too(played: Played) -> None:
    truth, told = played.truth(), played.exposures()
    held = []
    for by in ("brand", "condition_id"):
        for row in days_to_sell(told, by=[by]).filter(pl.col("listings") >= 200).rows(named=True):
            true = played.true_median(truth.filter(pl.col(by).eq_missing(row[by]))["row"])
            held.append((row["median_days_low"] or 0) <= true <= (row["median_days_high"] or float("inf")))
    assert len(held) >= 10
    assert sum(held) >= 0.6 * len(held)


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
