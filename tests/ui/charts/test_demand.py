"""Brands by price and demand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.ui.charts.specs import spec_of
from vopt_lib.ui.charts import demand_map
from vopt_lib.words import Words

EN = Words("en")


def brands(*rows: tuple[str | None, float | None, float | None, int]) -> pl.DataFrame:
    schema = {"title": pl.String, "price_eur_median": pl.Float64, "score": pl.Float64, "listings": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(place=pl.lit("Abiti"))


def drawn(rows: pl.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec_of(demand_map(rows, EN))["datasets"]["rows"]
    return found


def test_the_area_of_a_circle_grows_with_its_listings() -> None:
    zara, nike = drawn(brands(("Nike", 30.0, 70.0, 50), ("Zara", 12.0, 40.0, 100)))
    assert (zara["title"], zara["area"]) == ("Zara", 900.0)
    assert nike["area"] == pytest.approx((900 + 40) / 2)


def test_no_label_covers_another_and_the_largest_is_named() -> None:
    near, far = ("Near", 12.1, 41.0, 30), ("Far", 60.0, 70.0, 20)
    found = {row["title"]: row["labelled_wide"] for row in drawn(brands(("Zara", 12.0, 40.0, 400), near, far))}
    assert found == {"Zara": True, "Near": False, "Far": True}


def test_a_phone_has_room_for_fewer_labels() -> None:
    rows = brands(*((f"Brand number {n}", 10.0 + 4 * n, 50.0 + n % 3, 50) for n in range(15)))
    found = drawn(rows)
    assert sum(row["labelled"] for row in found) < sum(row["labelled_wide"] for row in found)


def test_what_has_no_price_or_score_is_left_out() -> None:
    rows = brands(("A", None, 50.0, 9), ("B", 0.0, 50.0, 9), ("C", 10.0, None, 9), ("D", 10.0, 50.0, 9))
    assert [row["title"] for row in drawn(rows)] == ["D"]


def test_strangers_names_are_cut_and_calmed() -> None:
    (row,) = drawn(brands(("\u202eevil\n" + "x" * 1_000, 10.0, 50.0, 9)))
    assert row["title"].startswith("evil x")
    assert len(row["title"]) == 24


def test_it_names_the_most_wanted() -> None:
    said = spec_of(demand_map(brands(("Nike", 30.0, 70.4, 50), ("Zara", 12.0, 40.0, 100)), EN))["description"]
    assert said == "Brands by median price and demand. The most wanted: Nike 70, Zara 40."
