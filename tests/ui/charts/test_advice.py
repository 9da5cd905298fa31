"""The curves over asked price."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from tests.price_rules import RuleAdviser
from tests.ui.charts.specs import spec_of
from vopt_lib.schema.pricing import CURVE, Advice, Selling
from vopt_lib.ui.charts import advice_key, chance_by_price, profit_by_price
from vopt_lib.words import Words

EN = Words("en")
_RULED = RuleAdviser().advise(20.0, Selling(cost_eur=12.0))
assert isinstance(_RULED, Advice)
TOLD = replace(_RULED, ask=30.0, patient=34.5)


def marks(advice: Advice) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec_of(profit_by_price(advice, EN))["datasets"]["marks"]
    return rows


def test_the_advised_prices_are_marked_cheapest_first_each_on_its_own_line() -> None:
    assert [(mark["said"], mark["row"], mark["is_best"]) for mark in marks(TOLD)] == [
        ("not below €12", 0, False),
        ("quick €15", 1, False),
        ("ask €30", 2, True),
        ("patient €34.50", 3, False),
    ]


def test_a_label_far_to_the_right_stands_left_of_its_line() -> None:
    assert [mark["to_left"] for mark in marks(TOLD)] == [False, False, False, True]


def test_a_price_beyond_the_curve_is_not_marked() -> None:
    assert len(marks(replace(TOLD, floor=2.0, patient=90.0))) == 2


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (profit_by_price, "Profit to expect by asked price. It is highest at €30.00: €10.86."),
        (chance_by_price, "Chance that it is sold within 30 days, by asked price: 37% at €30.00."),
    ],
    ids=["profit", "chance"],
)
def test_it_says_what_it_shows(chart: Any, said: str) -> None:
    assert spec_of(chart(TOLD, EN))["description"] == said


def test_days_that_are_not_known_are_told_so() -> None:
    rows = TOLD.curve.with_columns(median_days=pl.lit(None, pl.Float64))
    assert spec_of(profit_by_price(replace(TOLD, curve=rows), EN))["datasets"]["curve"][0]["days"] == "not known"


def test_prices_whose_chance_is_not_known_are_left_out() -> None:
    rows = TOLD.curve.with_columns(
        sold_within_30=pl.when(pl.col("price_eur") < 20).then(None).otherwise("sold_within_30")
    )
    drawn = spec_of(chance_by_price(replace(TOLD, curve=rows), EN))["datasets"]["curve"]
    assert min(row["price_eur"] for row in drawn) == 20.0


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_anything_known_is_drawn_all_the_same(rows: int) -> None:
    bare = replace(TOLD, curve=TOLD.curve.head(rows).cast(CURVE))  # type: ignore[arg-type]
    assert len(spec_of(profit_by_price(bare, EN))["datasets"]["curve"]) == rows
    assert len(spec_of(chance_by_price(bare, EN))["datasets"]["curve"]) == rows


def test_the_key_names_the_curve() -> None:
    assert "Profit to expect" in advice_key(EN, what="Profit to expect")
