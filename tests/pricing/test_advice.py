"""What to ask for a thing, and whether to take an offer."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pricing.demands import demand
from vopt_lib.pricing.advice import advise, expected_eur, floor_of, on_offer, price_grid, waiting_eur
from vopt_lib.schema.pricing import CURVE, Advice, Selling, Unlearnt
from vopt_lib.schema.survival import Lack

SELLING = st.builds(
    Selling,
    cost_eur=st.floats(0.0, 200.0),
    fees_share=st.floats(0.0, 0.5),
    other_costs_eur=st.floats(0.0, 5.0),
    holding_eur_a_day=st.floats(0.0, 0.5),
    floor_eur=st.none() | st.floats(0.0, 300.0),
)
WORTH = st.floats(1.0, 2_000.0)


def advised(worth: float, selling: Selling, **changed: object) -> Advice:
    advice = advise(demand(**changed), worth, selling)
    assert isinstance(advice, Advice)
    return advice


@settings(deadline=None)
@given(WORTH, SELLING)
def test_the_advice_holds_together_whatever_is_sold(worth: float, selling: Selling) -> None:
    advice = advised(worth, selling)
    curve, prices = advice.curve, advice.curve["price_eur"]
    assert dict(curve.schema) == CURVE
    assert curve.select(pl.all().is_nan().any()).row(0) == (False,) * len(CURVE)
    assert prices.is_sorted()
    for name in ("sold_within_7", "sold_within_14", "sold_within_30", "sold_within_60"):
        assert (curve[name].diff().drop_nulls() <= 1e-12).all()
        assert curve[name].is_between(0, 1).all()
    assert (curve["median_days"].drop_nulls().diff().drop_nulls() >= -1e-9).all()
    assert {advice.ask, advice.quick, advice.patient} <= set(prices.to_list())
    assert advice.floor <= advice.quick <= advice.ask <= advice.patient
    assert advice.days_by_2_eur is None or advice.days_by_2_eur >= 0


@settings(deadline=None)
@given(WORTH, SELLING)
def test_no_other_price_that_people_ask_brings_more(worth: float, selling: Selling) -> None:
    advice = advised(worth, selling)
    asked = advice.curve.filter(
        pl.col("price_eur") >= advice.floor, pl.col("price_eur") <= worth * np.exp(demand().dearest)
    )
    at_ask = advice.curve.filter(pl.col("price_eur") == advice.ask)["profit_eur"].item()
    assert at_ask >= (asked["profit_eur"].max() or -1e9) - 1e-9


def test_what_cost_more_is_asked_more_for() -> None:
    cheap, dear = (advised(20.0, Selling(cost_eur=cost)) for cost in (0.0, 12.0))
    assert cheap.ask < dear.ask


def test_days_on_the_shelf_that_cost_lower_the_price() -> None:
    patient, hurried = (advised(20.0, Selling(holding_eur_a_day=cost)) for cost in (0.0, 0.2))
    assert hurried.ask < patient.ask


def test_quick_sells_within_a_week_and_patient_within_two_months_more_often_than_not() -> None:
    advice = advised(20.0, Selling())
    by_price = {row["price_eur"]: row for row in advice.curve.rows(named=True)}
    assert by_price[advice.quick]["sold_within_7"] >= 0.5 > by_price[advice.quick + 1.0]["sold_within_7"]
    assert by_price[advice.patient]["sold_within_60"] >= 0.5


def test_where_nothing_sells_within_a_week_the_cheapest_allowed_is_the_quick_one() -> None:
    advice = advised(20.0, Selling(floor_eur=19.0))
    assert advice.quick == 19.0
    assert advice.ask >= 19.0


def test_two_euro_less_sell_so_many_days_sooner() -> None:
    advice = advised(20.0, Selling(floor_eur=20.0, holding_eur_a_day=1.0))
    assert advice.ask == 20.0
    known = demand()
    less, ask = known.median_days(known.pull(np.log([18.0 / 20.0, 1.0])))
    assert advice.days_by_2_eur == pytest.approx(ask - less)
    assert advised(1.0, Selling()).days_by_2_eur is None


def test_a_floor_far_above_what_it_is_worth_is_asked() -> None:
    assert advised(20.0, Selling(floor_eur=150.0)).ask == 150.0


@pytest.mark.parametrize(
    ("selling", "floor"),
    [
        (Selling(cost_eur=9.0, fees_share=0.1, other_costs_eur=0.9), 11.0),
        (Selling(cost_eur=9.0, floor_eur=5.0), 5.0),
        (Selling(), 1.0),
        (Selling(floor_eur=0.2), 1.0),
    ],
    ids=["what it cost", "her own", "nothing", "the least"],
)
def test_the_floor_is_hers_or_what_it_cost(selling: Selling, floor: float) -> None:
    assert floor_of(selling) == pytest.approx(floor)


def test_what_is_not_known_is_said() -> None:
    assert advise(Lack.FEW_SOLD, 20.0, Selling()) is Lack.FEW_SOLD
    assert advise(demand(), Unlearnt.NO_CATALOGUE, Selling()) is Unlearnt.NO_CATALOGUE
    assert advise(demand(known_until_days=14.0), 20.0, Selling()) is Lack.SEEN_BRIEFLY


def test_chances_beyond_what_was_watched_are_not_told() -> None:
    curve = advised(20.0, Selling(), known_until_days=45.0).curve
    assert curve["sold_within_60"].null_count() == curve.height
    assert curve["sold_within_30"].null_count() == 0


@settings(deadline=None)
@given(WORTH, SELLING, st.floats(1.0, 500.0), st.floats(0.0, 300.0), st.floats(0.0, 500.0))
def test_an_offer_is_judged_by_her_floor_and_what_waiting_brings(
    worth: float, selling: Selling, asked: float, days: float, offer: float
) -> None:
    told = on_offer(demand(), worth, selling, asked_eur=asked, days_listed=days, offer_eur=offer)
    assert np.isfinite(told.waiting_eur)
    if offer >= asked:
        assert told.accept
    elif offer < floor_of(selling):
        assert not told.accept
    assert (told.counter_eur is None) == told.accept
    if told.counter_eur is not None:
        assert offer < told.counter_eur <= asked


def test_what_has_waited_long_takes_less() -> None:
    known, selling = demand(luck_variance=1.0), Selling(holding_eur_a_day=0.05)
    fresh, old = (
        on_offer(known, 20.0, selling, asked_eur=24.0, days_listed=days, offer_eur=15.0).waiting_eur
        for days in (3.0, 80.0)
    )
    assert old < fresh


def test_a_better_offer_is_never_refused_after_a_worse_one_was_taken() -> None:
    offers = np.arange(1.0, 30.0, 0.5)
    taken = [
        on_offer(demand(), 20.0, Selling(), asked_eur=24.0, days_listed=10, offer_eur=offer).accept for offer in offers
    ]
    assert taken == sorted(taken)
    assert True in taken
    assert False in taken


def test_what_is_not_sold_in_a_season_is_worth_its_floor() -> None:
    never, at_once = np.ones((1, 91)), np.zeros((1, 91))
    selling = Selling(fees_share=0.1, floor_eur=10.0, holding_eur_a_day=0.01)
    assert expected_eur(never, np.array([50.0]), selling) == pytest.approx(9.0 - 0.9)
    assert expected_eur(at_once, np.array([50.0]), selling) == pytest.approx(45.0)


def test_waiting_at_the_price_that_was_always_asked_needs_no_other() -> None:
    same = waiting_eur(demand(), 20.0, Selling(), prices=np.array([24.0]), days_listed=10)
    assert same == pytest.approx(
        waiting_eur(demand(), 20.0, Selling(), prices=np.array([24.0]), days_listed=10, first_eur=24.0)
    )


def test_prices_are_those_that_people_set() -> None:
    assert price_grid(9.0, 12.0).tolist() == [9.0, 9.5, 10.0, 11.0, 12.0]
    assert price_grid(48.0, 61.0).tolist() == [48.0, 49.0, 50.0, 55.0, 60.0, 65.0]
    assert price_grid(0.2, 2.0).tolist() == [1.0, 1.5, 2.0]


@given(st.floats(0.0, 5_000.0), st.floats(1.0, 10.0))
def test_the_prices_reach_from_low_to_high(low: float, times: float) -> None:
    grid = price_grid(low, max(low, 1.0) * times)
    assert grid[0] <= max(low, 1.0)
    assert grid[-1] >= max(low, 1.0) * times - 1e-6
    assert (np.diff(grid) > 0).all()
    assert len(grid) < 2_000
