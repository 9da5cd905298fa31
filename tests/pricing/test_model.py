"""The price model tells what things ask, never more for a worse condition, and nothing where it learnt nothing."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pricing.things import BRANDS, CONDITIONS, KINDS, things
from vopt_lib.errors import NotEnoughToLearn
from vopt_lib.pricing.model import PriceModel, falling, fit
from vopt_lib.schema.pricing import ESTIMATED, PRICED, Unlearnt, Worth

ROWS = things(400)
WORDINGS = ["Nuovo con cartellino", "Nuovo", "Ottime", "Buone", "Discrete"]


@cache
def model() -> PriceModel:
    """What was learnt of all rows, once somebody needs it."""
    return fit(ROWS)


def thing(**facts: str | None) -> pl.DataFrame:
    told = {
        "id": "x",
        "title": "abito Zara",
        "brand": "Zara",
        "category": "Donna > Vestiti > Abiti",
        "condition": "Ottime",
    }
    return pl.DataFrame([told | facts], schema={name: dtype for name, dtype in PRICED.items() if name != "price_eur"})


def test_estimates_are_in_the_order_of_the_rows_with_an_interval_around() -> None:
    told = model().estimates(things(50, seed=3))
    assert dict(told.schema) == ESTIMATED
    assert told["id"].to_list() == [str(number) for number in range(50)]
    assert told.filter(pl.col("low_eur") < pl.col("middle_eur"), pl.col("middle_eur") < pl.col("high_eur")).height == 50


def test_prices_of_things_never_seen_are_near() -> None:
    fresh = things(200, seed=4)
    told = model().estimates(fresh)
    off = (told["middle_eur"] / fresh["price_eur"] - 1).abs()
    assert float(off.median()) < 0.15  # type: ignore[arg-type]
    inside = fresh["price_eur"].is_between(told["low_eur"], told["high_eur"])
    assert 0.7 < float(inside.mean()) < 0.9  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    title=st.text(max_size=60), brand=st.sampled_from([*BRANDS, None, "=cmd()"]),
    category=st.sampled_from([*KINDS, None, "Altro > ?"]), size=st.none() | st.text(max_size=8),
)  # fmt: skip
def test_a_price_does_not_rise_when_nothing_but_the_condition_worsens(
    title: str, brand: str | None, category: str | None, size: str | None
) -> None:
    rows = pl.concat([thing(title=title, brand=brand, category=category, size=size, condition=one) for one in WORDINGS])
    told = model().estimates(rows)
    assert np.diff(told["middle_eur"].to_numpy()).max() <= 1e-9
    assert told.select(pl.col("middle_eur", "low_eur", "high_eur").is_finite().all()).row(0) == (True, True, True)


def test_prices_fall_as_far_as_isotonic_regression_has_it() -> None:
    from sklearn.isotonic import IsotonicRegression

    rng = np.random.default_rng(0)
    told, shares = rng.normal(size=(50, 5)), rng.random(5)
    expected = [
        IsotonicRegression(increasing=False).fit(np.arange(5), one, shares).predict(np.arange(5)) for one in told
    ]
    np.testing.assert_allclose(falling(told, shares), expected, atol=1e-12)


def test_it_comes_back_from_arrays_and_json_as_it_was() -> None:
    arrays, told = model().state()
    again = PriceModel.of_state(arrays, json.loads(json.dumps(told)))
    fresh = things(30, seed=6)
    assert again.estimates(fresh).equals(model().estimates(fresh))
    assert again.worth(thing()) == model().worth(thing())


@pytest.mark.parametrize(
    "told", [{}, {"@": "Path"}, {"@": "PriceModel"}, []], ids=["nothing", "foreign", "empty", "list"]
)
def test_what_is_no_model_is_refused(told: object) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        PriceModel.of_state({}, told)  # type: ignore[arg-type]


def test_factors_say_in_euros_what_each_fact_does() -> None:
    worth = model().worth(thing(title="abito Prada seta", brand="Prada"))
    assert isinstance(worth, Worth)
    first = worth.factors[0]
    assert (first.attribute, first.value) == ("brand", "Prada")
    assert first.change_eur > 0
    by_name = {one.attribute: one.change_eur for one in worth.factors}
    assert by_name["title"] > 0
    assert len(worth.factors) <= 5


def test_of_what_was_never_learnt_nothing_is_told() -> None:
    assert model().worth(thing(category="Auto > Motori", title="motore diesel", brand="Fiat")) == Unlearnt.NEW_CATALOGUE
    assert model().worth(thing(category=None)) == Unlearnt.NO_CATALOGUE


def test_an_empty_market_says_so() -> None:
    with pytest.raises(NotEnoughToLearn, match="0 things"):
        fit(ROWS.clear())
    with pytest.raises(NotEnoughToLearn):
        fit(ROWS.with_columns(price_eur=pl.lit(0.0)))


@pytest.mark.parametrize("missing", ["brand", "category", "condition", "title"])
def test_a_table_may_lack_any_fact(missing: str) -> None:
    rows = things(80).drop(missing)
    assert fit(rows).estimates(rows)["middle_eur"].is_finite().all()


def test_nonsense_prices_do_not_move_the_others() -> None:
    spoilt = ROWS.with_columns(
        price_eur=pl.when(pl.int_range(pl.len()) % 40 == 0).then(99_999.0).otherwise("price_eur")
    )
    fresh = things(100, seed=7)
    moved = fit(spoilt).estimates(fresh)["middle_eur"] / model().estimates(fresh)["middle_eur"]
    assert float(moved.log().abs().median()) < 0.25  # type: ignore[arg-type]


def test_conditions_have_prices_although_some_were_never_met() -> None:
    rows = pl.concat([thing(condition=one) for one in CONDITIONS])
    told = model().estimates(rows)["middle_eur"].to_list()
    assert told == sorted(told, reverse=True)
    assert told[0] > told[-1]
