from __future__ import annotations

import numpy as np
import pytest

from vopt_lib.simulator.hazard import (
    FAMILIES,
    LogLogistic,
    Sales,
    Weibull,
    days_to_sale,
    family_of,
    share_unsold,
    withdrawal_rate,
)

NEVER_CUT = np.full((1, 1), np.inf)


@pytest.mark.parametrize("hazard", [Weibull(median_days=28.0), LogLogistic(median_days=28.0)])
def test_half_of_the_fairly_priced_are_sold_at_the_median_age(hazard: Weibull | LogLogistic) -> None:
    assert np.exp(-hazard.cumulative(np.array([28.0]), np.array([0.0]))) == pytest.approx(0.5)


@pytest.mark.parametrize("hazard", [Weibull(shape=1.3), LogLogistic(shape=1.3)])
def test_days_at_inverts_cumulative(hazard: Weibull | LogLogistic) -> None:
    days, price = np.array([0.5, 7.0, 300.0]), np.array([-0.4, 0.0, 0.6])
    assert hazard.days_at(hazard.cumulative(days, price), price) == pytest.approx(days)


def test_a_dearer_listing_sells_later() -> None:
    threshold = np.array([1.0, 1.0, 1.0])
    price = np.array([[-0.3, -0.3], [0.0, 0.0], [0.3, 0.3]])
    sold = days_to_sale(Weibull(), threshold, np.full((3, 1), np.inf), price)
    assert sold[0] < sold[1] < sold[2]


def test_a_price_cut_brings_the_sale_forward_but_not_before_the_cut() -> None:
    threshold = np.array([1.5])
    uncut = days_to_sale(Weibull(), threshold, NEVER_CUT, np.array([[0.4, 0.4]]))
    cut = days_to_sale(Weibull(), threshold, np.array([[20.0]]), np.array([[0.4, -0.2]]))
    assert 20.0 < cut[0] < uncut[0]


def test_hazard_collected_before_a_cut_is_not_lost() -> None:
    """With a constant hazard of 1 a day and a tenfold one after day 2, a threshold of 3 is reached at day 2.1."""

    class Steady:
        def cumulative(self, days: np.ndarray, log_relative: np.ndarray) -> np.ndarray:
            return days * np.exp(-log_relative)

        def days_at(self, cumulative: np.ndarray, log_relative: np.ndarray) -> np.ndarray:
            return cumulative * np.exp(log_relative)

    sold = days_to_sale(Steady(), np.array([3.0]), np.array([[2.0]]), np.array([[0.0, -np.log(10.0)]]))
    assert sold == pytest.approx([2.1])


def test_the_chance_to_be_unsold_takes_cuts_and_luck_into_account() -> None:
    ages, luck = np.array([1.0, 10.0, 30.0, 60.0]), np.array([2.0])
    cut_days, relative = np.array([[7.0, 20.0]]), np.array([[0.3, 0.1, -0.2]])
    threshold = np.random.default_rng(1).exponential(size=100_000)
    sold = days_to_sale(
        Weibull(), threshold / luck, np.repeat(cut_days, 100_000, axis=0), np.repeat(relative, 100_000, axis=0)
    )
    unsold = (sold[:, None] > ages).mean(axis=0)
    told = share_unsold(Weibull(), ages, luck=luck, cut_days=cut_days, log_relative=relative)
    assert told[0] == pytest.approx(unsold, abs=0.01)


def test_sellers_give_up_at_the_rate_that_makes_the_wanted_share_of_exits() -> None:
    rng = np.random.default_rng(3)
    sale = rng.exponential(30.0, 50_000)
    rate = withdrawal_rate(sale, 0.28)
    given_up = rng.exponential(1.0 / rate, 50_000)
    assert (given_up < sale).mean() == pytest.approx(0.28, abs=0.01)
    assert rate == pytest.approx(0.28 / 0.72 / 30.0, rel=0.05)


def test_the_seed_chooses_the_family_and_the_families_take_turns() -> None:
    assert [family_of(seed).family for seed in range(4)] == [
        "log-logistic", "weibull", "frailty with markdowns", "log-logistic",
    ]  # fmt: skip


def test_a_log_logistic_hazard_rises_and_then_falls() -> None:
    days = np.array([0.0, 5.0, 10.0, 20.0, 40.0, 80.0])
    hazard = np.diff(LogLogistic().cumulative(days, np.zeros(6))) / np.diff(days)
    assert hazard.argmax() not in (0, len(hazard) - 1)


def test_luck_is_a_factor_of_mean_one_that_differs_as_much_as_the_family_says() -> None:
    lucky = Sales("lucky", Weibull(), luck_variance=0.8).luck(np.random.default_rng(1), 200_000)
    assert lucky.mean() == pytest.approx(1.0, abs=0.01)
    assert lucky.var() == pytest.approx(0.8, abs=0.03)
    assert (Sales("plain", Weibull()).luck(np.random.default_rng(1), 3) == 1.0).all()


@pytest.mark.parametrize("sales", FAMILIES, ids=lambda sales: sales.family)
def test_nothing_sells_at_a_moment_that_is_no_number(sales: Sales) -> None:
    threshold = np.array([1e-9, 1.0, 40.0]) / sales.luck(np.random.default_rng(2), 3)
    sold = days_to_sale(sales.hazard, threshold, np.full((3, 1), np.inf), np.full((3, 2), 1.5))
    assert (sold > 0).all()
    assert not np.isnan(sold).any()
