"""How far prices told lie from prices asked."""

from __future__ import annotations

from math import log, sqrt

import polars as pl
import pytest

from vopt_lib.pricing.quality import by_category, plain_guess, price_bands, quality
from vopt_lib.schema.pricing import PRICED

TOLD = pl.DataFrame(
    {
        "middle_eur": [10.0, 20.0, 30.0, 99.0, float("nan")],
        "low_eur": [8.0, 16.0, 24.0, 90.0, None],
        "high_eur": [12.0, 24.0, 36.0, 110.0, None],
        "lack": [None, None, None, "new_catalogue", None],
        "price_eur": [10.0, 25.0, 60.0, 5.0, 5.0],
        "category": ["a", "a", "b", "b", "b"],
    }
)


def test_each_figure_is_of_the_rows_that_a_price_is_told_for() -> None:
    found = quality(TOLD)
    assert (found.rows, found.told) == (3, pytest.approx(0.6))
    assert found.median_ape == pytest.approx(0.2)
    assert found.within_20 == pytest.approx(2 / 3)
    assert found.mae_eur == pytest.approx((0 + 5 + 30) / 3)
    assert found.rmsle == pytest.approx(sqrt((log(21 / 26) ** 2 + log(31 / 61) ** 2) / 3))
    assert found.bias == pytest.approx(-0.2)
    assert found.coverage == pytest.approx(1 / 3)
    width = log(1.5)
    assert found.winkler == pytest.approx((3 * width + 10 * log(25 / 24) + 10 * log(60 / 36)) / 3)


def test_without_any_price_told_there_is_nothing_to_measure() -> None:
    assert quality(TOLD.clear()).rows == 0
    none = quality(TOLD.with_columns(lack=pl.lit("unlike_all")))
    assert (none.rows, none.told) == (0, 0.0)


def test_what_tells_no_interval_covers_nothing_and_says_so() -> None:
    assert quality(TOLD.select("middle_eur", "price_eur")).coverage is None


@pytest.mark.parametrize("low", [0.0, float("nan"), None, -1.0])
def test_an_interval_that_is_none_spoils_no_figure(low: float | None) -> None:
    told = quality(TOLD.head(3).with_columns(low_eur=pl.lit(low, pl.Float64)))
    assert (told.winkler, told.median_ape) == (None, pytest.approx(0.2))
    assert told.coverage is not None
    assert 0 <= told.coverage <= 1


def test_categories_with_too_few_rows_are_not_judged() -> None:
    many = pl.concat([TOLD.filter(category="a")] * 20)
    assert [one.category for one in by_category(pl.concat([many, TOLD]))] == ["a"]


def test_bands_tell_what_is_asked_where_about_the_same_was_told() -> None:
    asked = [float(n) for n in range(1, 401)]
    rows = pl.DataFrame({"middle_eur": asked, "price_eur": asked}).with_columns(
        low_eur=pl.col("middle_eur") * 0.5, high_eur=pl.col("middle_eur") * 2
    )
    bands = price_bands(rows)
    assert [band.rows for band in bands] == [40] * 10
    assert [band.told_eur for band in bands[:2]] == [20.5, 60.5]
    assert {(band.below_low, band.below_high) for band in bands} == {(0.0, 1.0)}
    assert price_bands(rows.head(10)) == ()


def things(*rows: tuple[str | None, str, str, float]) -> pl.DataFrame:
    named = [
        {"id": str(n), "brand": row[0], "category": row[1], "condition": row[2], "price_eur": row[3]}
        for n, row in enumerate(rows)
    ]
    return pl.DataFrame([dict.fromkeys(PRICED) | row for row in named], schema=PRICED)


def test_the_plain_guess_looks_at_a_wider_group_where_few_are_alike() -> None:
    alike = [("Zara", "Borse", "Ottime", price) for price in (8.0, 10.0, 30.0)]
    other = [
        ("Gucci", "Borse", "Ottime", 200.0),
        ("Gucci", "Borse", "Buone", 100.0),
        ("Gucci", "Borse", "Nuovo", 300.0),
    ]
    wanted = things(("Zara", "Borse", "Ottime", 0), ("Gucci", "Borse", "Ottime", 0), (None, "Borse", "Buone", 0),
                    ("Zara", "Scarpe", "Buone", 0))  # fmt: skip
    assert plain_guess(things(*alike, *other), wanted)["middle_eur"].to_list() == [10.0, 200.0, 65.0, 65.0]
