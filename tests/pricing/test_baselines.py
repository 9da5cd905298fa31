"""The plain ways that a price model must be better than: each learns what there is to learn, and never fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.pricing.things import things
from vopt_lib.pricing import baselines
from vopt_lib.pricing.baselines import Predict, boosting, medians, nets, ridge, told_by_baselines
from vopt_lib.pricing.scores import point_scores
from vopt_lib.schema.pricing import PRICED

ROWS = things(900)
TRAIN, TEST = ROWS.head(700), ROWS.tail(200)


@cache
def taught(fit: Callable[[pl.DataFrame], Predict]) -> Predict:
    return fit(TRAIN)


def rmsle(told: Any) -> float:
    return point_scores(TEST["price_eur"].to_numpy(), np.asarray(told)).rmsle


def of(**columns: list[str | None]) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    given = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    missing = [
        pl.repeat(None, count, dtype=dtype, eager=True).alias(n) for n, dtype in PRICED.items() if n not in given
    ]
    return given.with_columns(missing)


@pytest.mark.parametrize(("fit", "most"), [(medians, 0.27), (boosting, 0.27), (ridge, 0.19), (nets, 0.23)])
def test_each_learns_what_makes_a_price(fit: Callable[[pl.DataFrame], Predict], most: float) -> None:
    assert rmsle(taught(fit)(TEST)) < most


def test_the_blend_is_as_good_as_the_best_of_them() -> None:
    told = told_by_baselines(TRAIN, TEST)
    assert list(told) == ["median", "boosting", "ridge", "nets", "blend"]
    assert rmsle(told["blend"].price_eur) < 1.03 * min(rmsle(one.price_eur) for one in told.values())
    assert all(one.cpu_s >= 0 and one.ms_per_1000 > 0 for one in told.values())
    assert told["blend"].cpu_s > told["nets"].cpu_s


def test_the_median_of_fewer_things_in_common_is_told_where_too_few_are_alike() -> None:
    train = pl.concat(
        [
            of(brand=["Zara"] * 5, category=["Abiti"] * 5, condition=["Nuovo"] * 5).with_columns(
                price_eur=pl.lit(10.0)
            ),
            of(brand=["Zara"] * 5, category=["Borse"] * 5, condition=["Usato"] * 5).with_columns(
                price_eur=pl.lit(30.0)
            ),
            of(brand=["Prada"], category=["Borse"], condition=["Usato"]).with_columns(price_eur=pl.lit(500.0)),
        ]
    )
    asked = of(
        brand=["Zara", "Zara", "Prada", "Zara", None],
        category=["Abiti", "Abiti", "Borse", "Scarpe", None],
        condition=["Nuovo", "Usato", "Usato", None, None],
    )
    assert medians(train)(asked).tolist() == [10.0, 10.0, 30.0, 20.0, 30.0]


def test_the_same_rows_are_told_the_same_again() -> None:
    first, again = (nets(TRAIN, seed=3)(TEST) for _ in range(2))
    assert first.tolist() == again.tolist()


@pytest.mark.parametrize("fit", [medians, boosting, ridge, nets])
def test_things_unlike_all_that_was_learnt_get_a_price_too(fit: Callable[[pl.DataFrame], Predict]) -> None:
    strange = of(
        id=["1", "2"], title=[None, "�" * 5_000], brand=[None, "Nessuno"], category=[None, "A > B > C > D > E"]
    )
    told = taught(fit)(strange)
    assert np.isfinite(told).all()
    assert (told >= 0).all()


def test_without_titles_labels_alone_are_learnt() -> None:
    bare = TRAIN.with_columns(pl.lit(None, pl.String).alias("title"))
    assert rmsle(ridge(bare)(TEST)) < 0.35


def test_another_column_of_words_is_one_more_label() -> None:
    shifted = pl.col("price_eur") * pl.when(pl.col("id").str.ends_with("3")).then(4.0).otherwise(1.0)
    marked = ROWS.with_columns(shifted, shop=pl.col("id").str.slice(-1))
    train, test = marked.head(700), marked.tail(200)
    known, unknown = (
        point_scores(test["price_eur"].to_numpy(), ridge(rows)(test)).rmsle for rows in (train, train.drop("shop"))
    )
    assert known < 0.7 * unknown


def test_of_very_many_things_only_the_median_and_the_ridge_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "MOST_FOR_ALL", 500)
    assert list(told_by_baselines(TRAIN, TEST)) == ["median", "ridge"]


def test_the_ridge_learns_from_some_of_very_many_things(monkeypatch: pytest.MonkeyPatch) -> None:
    of_all = rmsle(ridge(TRAIN)(TEST))
    monkeypatch.setattr(baselines, "MOST_FOR_RIDGE", 60)
    assert of_all < 0.9 * rmsle(ridge(TRAIN)(TEST)) < 0.5


def test_any_net_may_take_the_place_of_the_plain_one() -> None:
    def mean(rows: Any, logs: Any, seed: int) -> Callable[[Any], Any]:
        return lambda others: np.full(others.shape[0], logs.mean())

    assert np.unique(nets(TRAIN, net=mean)(TEST)).size == 1
