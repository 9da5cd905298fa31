"""How fast a thing sells at a price: the chances that a demand tells."""

from __future__ import annotations

import json
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pricing.demands import demand
from vopt_lib.pricing.hazard import Demand, basis, overlaps

PRICES = st.lists(st.floats(-3.0, 3.0), min_size=2, max_size=20).map(sorted).map(np.array)
AGES = st.floats(0.0, 400.0)


@given(PRICES, st.floats(0.1, 400.0), AGES, st.floats(1e-3, 5.0))
def test_a_dearer_thing_never_sells_faster(prices: np.ndarray, days: float, age: float, luck: float) -> None:
    known = demand(luck_variance=luck)
    for told in (known.sold_within(days, prices, age_days=age), known.sold_as_seen(days, prices, age_days=age)):
        assert np.isfinite(told).all()
        assert ((told >= 0) & (told <= 1)).all()
        assert (np.diff(told) <= 1e-12).all()


@given(st.floats(-2.0, 2.0), st.floats(0.1, 100.0), st.floats(0.0, 100.0))
def test_more_days_never_sell_less(price: float, days: float, more: float) -> None:
    known, at = demand(), np.array([price])
    assert known.sold_within(days + more, at)[0] >= known.sold_within(days, at)[0] - 1e-12


def test_without_luck_the_chance_is_that_of_the_cumulative_hazard() -> None:
    known = demand(luck_variance=1e-9)
    # 7 days at 0.03, 7 at 0.025
    assert known.sold_within(14, np.array([0.0]))[0] == pytest.approx(1 - np.exp(-(7 * 0.03 + 7 * 0.025)), abs=1e-6)


def test_what_waits_long_had_little_luck_and_sells_more_slowly() -> None:
    steady = demand(ages=np.array([0.0]), rates=np.array([0.03]), luck_variance=1.0)
    fresh, old = (steady.sold_within(14, np.array([0.0]), age_days=age)[0] for age in (0.0, 60.0))
    assert old < 0.6 * fresh


def test_a_price_that_we_choose_does_more_than_one_that_was_chosen_knowing_the_thing() -> None:
    known, dear = demand(), np.array([0.3])
    assert known.sold_within(30, dear)[0] < known.sold_as_seen(30, dear)[0]
    assert known.sold_within(30, -dear)[0] > known.sold_as_seen(30, -dear)[0]


def test_half_are_sold_by_the_median() -> None:
    known, prices = demand(), np.array([-0.2, 0.0, 0.2])
    for price, days in zip(prices, known.median_days(known.pull(prices)), strict=True):
        assert known.sold_within(days, np.array([price]))[0] == pytest.approx(0.5, abs=1e-9)


def test_a_median_beyond_what_was_watched_is_not_told() -> None:
    known = demand(known_until_days=40.0)
    assert known.median_days(known.pull(np.array([0.5]))).tolist() == [inf]


def test_the_chance_to_be_unsold_after_a_change_is_that_of_the_price_from_then_on() -> None:
    known = demand()
    first = float(known.seen_pull(np.array([0.2]))[0])
    pull = known.shelf_pull(np.array([0.2]), 0.2)
    waited = known.waited(first, 20.0)
    told = known.unsold_by(np.array([0.0, 30.0]), pull, waited=waited, age_days=20.0)
    assert told[0, 0] == 1.0
    assert 1 - told[0, 1] == pytest.approx(known.sold_as_seen(30, np.array([0.2]), age_days=20.0)[0])


def test_what_was_given_away_as_a_state_comes_back_the_same() -> None:
    known = demand(paces={"Zara": 1.3})
    arrays, told = known.state()
    back = Demand.of_state(arrays, json.loads(json.dumps(told)))
    prices = np.array([-0.4, 0.0, 0.9])
    assert back.paces == known.paces
    assert np.array_equal(back.sold_within(30, prices, group="Zara"), known.sold_within(30, prices, group="Zara"))


def test_a_group_that_is_not_known_sells_as_all_do() -> None:
    known, fair = demand(paces={"Zara": 1.3}), np.array([0.0])
    assert known.sold_within(30, fair, group="Mango")[0] == known.sold_within(30, fair)[0]
    assert known.sold_within(30, fair, group="Zara")[0] > known.sold_within(30, fair)[0]


def test_a_slip_of_the_hand_is_no_price() -> None:
    assert demand().is_price(np.log([0.05, 0.5, 1.0, 2.0, 50.0])).tolist() == [False, True, True, True, False]


def test_days_are_told_apart_by_age() -> None:
    found = overlaps(np.array([0.0, 5.0]), np.array([10.0, 6.0]), np.array([0.0, 2.0, 7.0]))
    assert found.tolist() == [[2.0, 5.0, 3.0], [0.0, 1.0, 0.0]]


def test_the_pieces_of_a_price_add_up_to_it() -> None:
    prices = np.array([-2.0, -0.1, 0.0, 0.4, 3.0])
    assert basis(prices, np.array([-0.5, 0.2, 1.0])).sum(axis=1) == pytest.approx(prices)
