"""Asked prices over days."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from tests.ui.charts.specs import named, price_days, spec_of, steps_of
from vopt_lib.ui.charts import band_key, price_band, small_multiples
from vopt_lib.ui.charts.days import labels
from vopt_lib.ui.charts.multiples import panels
from vopt_lib.ui.charts.prices import apart
from vopt_lib.words import Words

EN = Words("en")


def drawn(days: pl.DataFrame) -> list[tuple[str, int, bool]]:
    rows = spec_of(price_band(days, EN))["datasets"]["days"]
    return [(row["day"], row["stretch"], row["lone"]) for row in rows]


def test_days_that_follow_each_other_are_one_line() -> None:
    assert drawn(price_days([10.0, 11.0])) == [("2026-11-01T00:00", 0, False), ("2026-11-02T00:00", 0, False)]


@pytest.mark.parametrize(
    "days",
    [
        price_days([10.0, 11.0, None, 12.0]),
        price_days([10.0, 11.0, 99.0, 12.0]).filter(pl.col("price_eur_median") < 99),
    ],
    ids=["a day without a median", "a day without a row"],
)
def test_no_line_crosses_a_gap(days: pl.DataFrame) -> None:
    assert [(stretch, lone) for _, stretch, lone in drawn(days)] == [(0, False), (0, False), (1, True)]
    spec = spec_of(price_band(days, EN))
    lines = [layer for layer in spec["layer"] if layer["mark"]["type"] in ("line", "area")]
    assert [layer["encoding"]["detail"]["field"] for layer in lines] == ["stretch"] * 3


def test_the_newest_prices_are_written_at_the_end() -> None:
    newest = spec_of(price_band(price_days([10.0, 20.0]), EN))["datasets"]["newest"]
    assert [(row["said"], row["is_median"]) for row in newest] == [("€16", False), ("€20", True), ("€25", False)]
    assert {row["day"] for row in newest} == {"2026-11-02T00:00"}


def test_labels_keep_apart() -> None:
    assert apart([9.0, 10.0, 10.5], 5.0) == [5.0, 10.0, 15.0]
    assert apart([1.0, 10.0, 20.0], 5.0) == [1.0, 10.0, 20.0]
    assert apart([], 5.0) == []


@pytest.mark.parametrize(
    ("seen", "share", "weak"),
    [(100, 0.9, False), (19, 0.9, True), (100, 0.19, True), (100, None, False)],
    ids=["many", "few listings", "small share", "share unknown"],
)
def test_days_that_rest_on_little_are_marked(seen: int, share: float | None, weak: bool) -> None:
    days = price_days([10.0], seen=[seen], share_seen=pl.Series([share], dtype=pl.Float64))
    assert [row["weak"] for row in spec_of(price_band(days, EN))["datasets"]["days"]] == [weak]
    assert ("few listings seen" in band_key(days, EN)) is weak


def test_the_description_tells_the_newest_figures() -> None:
    told = spec_of(price_band(price_days([10.0, 20.0]), EN))["description"]
    assert told == (
        "Asked prices per day, 1 Nov 2026 to 2 Nov 2026. On 2 Nov 2026 the median was €20.00. "
        "Half of the listings asked €16.00 to €25.00, eight in ten €10.00 to €40.00."
    )


def test_prices_begin_at_zero_unless_all_lie_far_above() -> None:
    assert steps_of(price_band(price_days([10.0]), EN), "$,.0f") == [0, 5, 10, 15, 20]
    flat = price_days([100.0]).with_columns(price_eur_p10=pl.lit(90.0), price_eur_p90=pl.lit(110.0))
    assert steps_of(price_band(flat, EN), "$,.0f") == [90, 95, 100, 105, 110]


@pytest.mark.parametrize(
    ("days", "first", "number", "form"),
    [
        (1, date(2026, 11, 20), 1, "%-d %b"),
        (30, date(2026, 10, 23), 5, "%-d %b"),
        (90, date(2026, 9, 1), 3, "%-d %b"),
        (365, date(2026, 1, 1), 6, "%b %Y"),
        (10_000, date(2000, 1, 1), 6, "%Y"),
    ],
)
def test_at_most_six_days_are_named(days: int, first: date, number: int, form: str) -> None:
    last = date(2026, 11, 20)
    named_days, written = labels(last - timedelta(days=days - 1), last)
    assert (named_days[0], len(named_days), written) == (first, number, form)


def test_ten_thousand_days_are_drawn() -> None:
    assert len(spec_of_fast(price_days([10.0 + number % 7 for number in range(10_000)]))) == 10_000


def spec_of_fast(days: pl.DataFrame) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = price_band(days, EN).to_dict(validate=False)["datasets"]["days"]
    return rows


GROUPS = pl.concat(
    [
        price_days([10.0, 12.0]).with_columns(group=pl.lit("zara")),
        price_days([30.0, None]).with_columns(group=pl.lit("nike")),
        price_days([None]).with_columns(group=pl.lit("none")),
    ]
)


def test_panels_come_in_the_order_of_the_titles_and_share_their_scales() -> None:
    found = panels(GROUPS, EN, titles={"nike": "Nike", "none": "None", "zara": "Zara"})
    assert [(panel.title, panel.newest) for panel in found] == [("Nike", 30.0), ("Zara", 12.0)]
    domains = [named(spec_of(panel.chart), "domain") for panel in found]
    assert domains[0] == domains[1]


def test_panels_need_no_quantiles() -> None:
    medians = GROUPS.select("group", "day", "price_eur_median")
    assert len(panels(medians, EN, titles={"zara": "Zara"})) == 1


def test_a_strangers_title_stays_text() -> None:
    page = small_multiples(GROUPS, EN, titles={"zara": "<script>alert(1)</script>\u202e" + "x" * 10_000})
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;xxx" in page
    assert "x" * 100 not in page
