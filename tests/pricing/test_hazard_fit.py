"""What is learnt of listings that sell as a formula says: at the fair price half within 25 days, elasticity 2.5."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.pricing.demands import spans
from vopt_lib.pricing.hazard import Demand
from vopt_lib.pricing.hazard_fit import LEAST_SOLD, learn_demand
from vopt_lib.schema.survival import Lack

FAIR = np.array([-0.3, 0.0, 0.3])


def learnt(known: pl.DataFrame) -> Demand:
    demand = learn_demand(known)
    assert isinstance(demand, Demand)
    return demand


def truly_sold(days: float, price: np.ndarray) -> np.ndarray:
    return 1.0 - 0.5 ** (days / 25.0 * np.exp(-2.5 * price))


@pytest.fixture(scope="module")
def many() -> pl.DataFrame:
    return spans(12_000)


@pytest.mark.parametrize("days", [7, 30, 60])
def test_the_chance_to_be_sold_at_a_price_is_the_true_one(many: pl.DataFrame, days: int) -> None:
    demand = learnt(many)
    assert demand.sold_within(days, FAIR) == pytest.approx(truly_sold(days, FAIR), abs=0.03)
    assert demand.steepness == pytest.approx(2.5, abs=0.4)


def test_a_fair_price_that_is_not_quite_right_blurs_other_peoples_prices_but_not_our_own() -> None:
    demand = learnt(spans(12_000, noise=0.2))
    assert demand.slopes[2:4].mean() < 2.1
    assert demand.steepness == pytest.approx(2.5, abs=0.4)


def test_of_ends_that_nobody_saw_the_dear_ones_were_taken_down() -> None:
    demand = learnt(spans(12_000, unseen=0.6))
    assert demand.sold_within(30, FAIR) == pytest.approx(truly_sold(30, FAIR), abs=0.03)


def test_prices_that_mean_nothing_change_nothing(many: pl.DataFrame) -> None:
    jokes = many.with_columns(
        first_eur=pl.when(pl.col("spell") % 50 == 0).then(9_999.0).otherwise("first_eur"),
        price_eur=pl.when(pl.col("spell") % 50 == 0).then(9_999.0).otherwise("price_eur"),
    )
    assert learnt(jokes).sold_within(30, FAIR) == pytest.approx(learnt(many).sold_within(30, FAIR), abs=0.01)


def test_groups_are_told_apart_as_far_as_they_differ() -> None:
    alike, apart = (learnt(spans(6_000, slow=slow)).paces for slow in (1.0, 2.0))
    assert all(abs(pace - 1.0) < 0.1 for pace in alike.values())
    assert apart["slow"] < 0.8 < 1.2 < apart["usual"]


def test_the_order_of_the_spells_is_no_matter(many: pl.DataFrame) -> None:
    turned = many.sort(-pl.col("spell"), "entry_days")
    assert learnt(turned).sold_within(30, FAIR) == pytest.approx(learnt(many).sold_within(30, FAIR), abs=1e-3)


def test_too_few_sales_say_so(many: pl.DataFrame) -> None:
    few = many.filter(pl.col("sold").cum_sum() < LEAST_SOLD)
    assert learn_demand(few) is Lack.FEW_SOLD
    assert learn_demand(many.clear()) is Lack.FEW_SOLD


def test_listings_that_were_all_seen_late_say_so(many: pl.DataFrame) -> None:
    late = many.filter(pl.col("entry_days").min().over("spell") > 3.0)
    assert learn_demand(late) is Lack.SEEN_LATE


def test_without_a_fair_price_nothing_is_learnt(many: pl.DataFrame) -> None:
    assert learn_demand(many.with_columns(fair_eur=pl.lit(None, pl.Float64))) is Lack.FEW_SOLD


def test_it_is_known_until_which_age_listings_were_watched(many: pl.DataFrame) -> None:
    # Born up to 70 days ago.
    assert learnt(many).known_until_days in (60.0, 90.0)
    short = many.filter(pl.col("exit_days") < 20.0)
    assert learnt(short).known_until_days == 21.0
