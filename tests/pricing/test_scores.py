"""Told prices are held against asked ones."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from vopt_lib.pricing.scores import CategoryCoverage, interval_scores, mean_of_points, point_scores

ASKED = np.array([10.0, 20.0, 100.0, 40.0])


def intervals(*ends: tuple[float, float], price: float = 10.0, category: str | None = "A") -> pl.DataFrame:
    return pl.DataFrame(
        [(category, price, low, high) for low, high in ends],
        schema={"category": pl.String, "price_eur": pl.Float64, "low_eur": pl.Float64, "high_eur": pl.Float64},
        orient="row",
    )


def test_points_are_scored_by_hand() -> None:
    scores = point_scores(ASKED, np.array([11.0, 20.0, 50.0, 60.0]))
    logs = [math.log(12 / 11), 0.0, math.log(51 / 101), math.log(61 / 41)]
    assert scores.n == 4
    assert scores.rmsle == pytest.approx(math.sqrt(sum(log**2 for log in logs) / 4))
    assert scores.mae_eur == pytest.approx((1 + 0 + 50 + 20) / 4)
    assert scores.median_ape == pytest.approx((0.1 + 0.5) / 2)
    assert scores.within_20 == 0.5


def test_twenty_per_cent_away_is_still_near() -> None:
    assert point_scores(np.array([10.0]), np.array([12.0])).within_20 == 1.0


@pytest.mark.parametrize(
    ("asked", "told"), [([], []), ([10.0], [math.nan]), ([math.inf], [1.0])], ids=["none", "missing", "infinite"]
)
def test_prices_that_are_none_are_not_scored(asked: list[float], told: list[float]) -> None:
    with pytest.raises(ValueError, match="no prices"):
        point_scores(np.array(asked), np.array(told))


def test_an_interval_is_scored_by_its_width_and_by_ten_times_what_a_price_lies_outside() -> None:
    scores = interval_scores(intervals((5.0, 20.0), (20.0, 40.0)))
    assert scores.coverage == 0.5
    assert scores.width == pytest.approx((math.log(4) + math.log(2)) / 2)
    assert scores.winkler == pytest.approx((math.log(4) + math.log(2) + 10 * math.log(2)) / 2)


def test_a_price_at_the_end_of_an_interval_is_inside() -> None:
    assert interval_scores(intervals((10.0, 20.0), (5.0, 10.0))).coverage == 1.0


def test_an_interval_from_nothing_begins_at_a_cent() -> None:
    assert interval_scores(intervals((0.0, 10.0))).width == pytest.approx(math.log(1000))


@pytest.mark.parametrize("ends", [(20.0, 5.0), (math.nan, 5.0), (1.0, math.inf)])
def test_ends_that_are_none_are_not_scored(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no intervals"):
        interval_scores(intervals(ends))


def test_coverage_is_told_at_every_level_of_a_category_the_largest_first() -> None:
    rows = pl.concat(
        [
            intervals((5.0, 20.0), (5.0, 20.0), category="Donna > Abiti"),
            intervals((50.0, 60.0), category="Donna > Borse"),
            intervals((5.0, 20.0), category=None),
        ]
    )
    scores = interval_scores(rows)
    assert scores.by_category == (
        CategoryCoverage("Donna", 3, pytest.approx(2 / 3)),
        CategoryCoverage("Donna > Abiti", 2, 1.0),
        CategoryCoverage("Donna > Borse", 1, 0.0),
    )
    assert scores.worst(2) == scores.by_category[0]
    assert scores.worst(4) is None


def test_several_splits_are_told_by_their_means() -> None:
    one, other = point_scores(ASKED, ASKED), point_scores(np.array([10.0]), np.array([20.0]))
    both = mean_of_points([one, other])
    assert (both.n, both.rmsle, both.mae_eur) == (5, pytest.approx(other.rmsle / 2), 5.0)
    with pytest.raises(ValueError, match="nothing"):
        mean_of_points([])
