"""What we tell of a made-up market, held against its truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from vopt_lib.market.evaluation import (
    groups_against_truth,
    plainer_medians,
    proofs_against_truth,
    score,
    true_median_days,
)

NOW = datetime(2026, 10, 1, tzinfo=UTC)
AGES = [5.0, 10.0, 20.0, 40.0]


def steady(median_days: float, n: int = 300) -> list[list[float]]:
    """Chances to be unsold of listings with a constant hazard."""
    return [[float(0.5 ** (age / median_days)) for age in AGES]] * n


def watched(median_days: float, n: int = 400) -> pl.DataFrame:
    sold = np.random.default_rng(1).exponential(median_days / np.log(2), n)
    return pl.DataFrame({"entry_days": [0.0] * n, "exit_days": sold, "sold": [1.0] * n, "gone_before": [NOW] * n})


def test_the_true_median_lies_between_the_ages_that_are_told() -> None:
    assert true_median_days(pl.DataFrame({"unsold": steady(14.0)}), AGES) == pytest.approx(14.0)
    assert true_median_days(pl.DataFrame({"unsold": steady(3.0)}), AGES) == pytest.approx(3.0)


def test_a_median_beyond_the_last_age_and_that_of_nothing_are_not_told() -> None:
    assert true_median_days(pl.DataFrame({"unsold": steady(60.0)}), AGES) is None
    assert true_median_days(pl.DataFrame({"unsold": []}, schema={"unsold": pl.List(pl.Float64)}), AGES) is None


def test_the_truth_of_a_mixture_is_not_the_mean_of_its_medians() -> None:
    mixed = pl.DataFrame({"unsold": steady(5.0, 100) + steady(40.0, 100)})
    assert true_median_days(mixed, AGES) == pytest.approx(12.0, abs=1.0)


def test_groups_are_held_against_their_own_truth() -> None:
    exposures = pl.concat(
        [watched(10.0).with_columns(brand=pl.lit("Zara")), watched(20.0).with_columns(brand=pl.lit(None, pl.String))]
    )
    truth = pl.DataFrame({"brand": ["Zara"] * 300 + [None] * 300, "unsold": steady(10.0) + steady(20.0)})
    groups = groups_against_truth(exposures, truth, AGES, by=["brand"])
    assert groups["true_days"].to_list() == pytest.approx([20.0, 10.0])
    told = score(groups)
    assert (told["groups"], told["told"], told["held"]) == (2, 2, 1.0)
    assert told["off"] == pytest.approx(0.0, abs=0.15)


def test_small_groups_are_not_judged() -> None:
    few = watched(10.0, 150).with_columns(brand=pl.lit("Zara"))
    truth = pl.DataFrame({"brand": ["Zara"] * 150, "unsold": steady(10.0, 150)})
    assert score(groups_against_truth(few, truth, AGES, by=["brand"]))["groups"] == 0


def test_an_interval_that_is_open_at_an_end_holds_what_lies_beyond() -> None:
    groups = pl.DataFrame(
        {
            "median_days": [10.0, 10.0],
            "median_days_low": [None, 8.0],
            "median_days_high": [12.0, None],
            "true_days": [11.0, 99.0],
        }
    )
    assert score(groups)["held"] == 1.0


def test_plainer_ways_are_told_beside_ours() -> None:
    late = watched(20.0, 2_000).with_columns(entry_days=pl.col("exit_days") * 0.5)
    told = plainer_medians(pl.concat([watched(20.0, 500), late]))
    assert {*told} == {
        "age of what disappeared",
        "age of what appeared and disappeared",
        "without entry times",
        "gone is sold",
    }
    assert told["gone is sold"] is not None
    assert plainer_medians(watched(20.0).clear())["without entry times"] is None


def test_proven_sales_are_held_against_what_was_sold() -> None:
    """1 and 2 were sold and visited afterwards, 1 is proven; 3 was deleted and counts as proven; 4 was not visited."""
    hour = timedelta(hours=1)
    truth = pl.DataFrame(
        {"listing_id": [1, 2, 3, 4], "ended_as": ["sold", "sold", "deleted", "sold"], "ended_at": [NOW] * 4}
    )
    ended = pl.DataFrame({"listing_id": [1, 2, 3, 4], "evidence": ["sold", "unknown", "sold", "unknown"]})
    visits = pl.DataFrame({"listing_id": [1, 1, 2, 3, 4], "observed_at": [NOW - hour, *[NOW + hour] * 3, NOW - hour]})
    assert proofs_against_truth(ended, visits, truth) == {
        "proven": 2,
        "precision": 0.5,
        "visited": 2,
        "recall": 0.5,
    }
    assert proofs_against_truth(ended.clear(), visits.clear(), truth)["recall"] is None
