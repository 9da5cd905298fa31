"""Groups compared, and what came and went."""

from __future__ import annotations

from typing import Any

import polars as pl

from tests.ui.charts.specs import named, price_days, spec_of
from vopt_lib.ui.charts import counts_over_time, movement_ranking, range_by_group
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")


def moved(changes: dict[str | None, float | None]) -> pl.DataFrame:
    return pl.DataFrame({"title": list(changes), "median": [10.0] * len(changes), "change": list(changes.values())})


def ranked(rows: pl.DataFrame, words: Words = EN) -> list[tuple[str, str]]:
    found = spec_of(movement_ranking(rows, words))["datasets"]["rows"]
    return [(row["title"], row["said"]) for row in found]


def test_what_moved_is_sorted_from_the_highest_rise_to_the_deepest_fall() -> None:
    rows = moved({"Zara": -0.125, "Nike": 0.3, "Levi's": 0.021, "Unknown": None})
    assert ranked(rows) == [("Nike", "+30%"), ("Levi's", "+2.1%"), ("Zara", "−12%")]
    assert ranked(rows, IT)[1] == ("Levi's", "+2,1%")


def test_the_axis_keeps_the_order_of_the_ranking() -> None:
    spec = spec_of(movement_ranking(moved({"A": -0.5, "B": 0.5}), EN))
    assert set(map(tuple, named(spec, "sort"))) == {("B", "A")}


def test_of_many_the_twelve_that_moved_most_are_shown() -> None:
    rows = moved({f"brand {number:02}": (-1) ** number * number / 100 for number in range(1, 21)})
    shown = [title for title, _ in ranked(rows)]
    assert sorted(shown) == [f"brand {number:02}" for number in range(9, 21)]


def test_neither_way_is_good_or_bad() -> None:
    bars = [
        layer
        for layer in spec_of(movement_ranking(moved({"A": -0.5, "B": 0.5}), EN))["layer"]
        if layer["mark"]["type"] == "bar"
    ]
    assert [bar["mark"]["color"] for bar in bars] == ["var(--vopt-accent)"]


def test_strangers_titles_are_cut_calmed_and_told_apart() -> None:
    rows = moved({"<b>Zara</b>": 0.9, "\u202eevil\n" + "x" * 10_000: 0.8, "ماركة": 0.7, "👗": 0.6, None: 0.5})
    twice = pl.concat([rows, moved({"👗": 0.4})])
    titles = [title for title, _ in ranked(twice)]
    assert titles == ["<b>Zara</b>", "evil " + "x" * 34 + "…", "ماركة", "👗", "–", "👗 (2)"]


def test_ranges_keep_the_order_of_the_rows_and_say_how_many_listings() -> None:
    rows = pl.DataFrame(
        {
            "title": ["M", "S", "empty"],
            "p25": [8.0, None, None],
            "median": [10.0, 12.5, None],
            "p75": [14.0, 15.0, None],
            "listings": [1200, 1, 0],
        }
    )
    found = spec_of(range_by_group(rows, EN))["datasets"]["rows"]
    assert [(row["title"], row["said"], row["number"], row["inner"]) for row in found] == [
        ("M", "€10", "1,200 listings", "€8.00 – €14.00"),
        ("S", "€12.50", "1 listing", "– – €15.00"),
    ]


def counted(**columns: list[int | None]) -> dict[str, Any]:
    days = price_days([1.0] * 3).with_columns(
        **{name: pl.Series(given, dtype=pl.Int64) for name, given in columns.items()}
    )
    return spec_of(counts_over_time(days, EN))


def test_new_stands_above_the_line_and_gone_below() -> None:
    rows = counted(new=[3, 4, 5], gone=[1, 2, 3])["datasets"]["days"]
    assert [(row["new"], row["below"]) for row in rows] == [(3, -1), (4, -2), (5, -3)]


def test_what_is_not_known_has_no_bar() -> None:
    spec = counted(new=[None, 4, 5], gone=[1, 2, None])
    assert [layer["transform"][0]["filter"] for layer in spec["layer"][:2]] == [
        "isValid(datum.new)",
        "isValid(datum.below)",
    ]
    rows = spec["datasets"]["days"]
    assert [(row["new"], row["below"]) for row in rows] == [(None, -1), (4, -2), (5, None)]


def test_both_sides_of_the_line_have_the_same_scale() -> None:
    axis = next(axis for axis in named(counted(new=[90, 10, 10], gone=[5, 5, 5]), "axis") if "labelExpr" in axis)
    assert axis["values"] == [-50, 0, 50, 100]


def test_the_description_tells_how_many_came_and_went() -> None:
    told = counted(new=[None, 4, 5], gone=[1, 2, None])["description"]
    assert told == "Listings that came and went per day, 1 Nov 2026 to 3 Nov 2026: 9 new and 3 gone in all."
