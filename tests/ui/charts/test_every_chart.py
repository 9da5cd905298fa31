"""What is true of each of our charts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import altair as alt
import polars as pl
import pytest

from tests.ui.charts.specs import named, price_days, spec_of, values
from tests.ui.charts.test_trend import AHEAD, CHANGES, WEEKS
from tests.ui.charts.test_trend import DAYS as TREND_DAYS
from vopt_lib.schema.comparables import FairPrice
from vopt_lib.ui.charts import (
    amounts_by_group,
    amounts_over_time,
    changes_with_intervals,
    counts_over_time,
    demand_map,
    movement_ranking,
    price_among,
    price_band,
    price_distribution,
    price_steps,
    price_trend,
    range_by_group,
    survival_curve,
)
from vopt_lib.ui.charts.multiples import panels
from vopt_lib.words import LANGUAGES, Words

Draw = Callable[[pl.DataFrame, Words], alt.LayerChart]

DAYS = price_days([10.0, None, 12.0]).with_columns(new=pl.Series([3, None, 5]), gone=pl.Series([1, 2, None]))
BINS = pl.DataFrame({"price_from": [0.0, 5.0], "price_to": [5.0, 10.0], "listings": [3, 9]})
MOVED = pl.DataFrame({"title": ["Zara", "Nike"], "median": [10.0, 20.0], "change": [0.05, -0.1]})
SIZES = pl.DataFrame({"title": ["M"], "p25": [8.0], "median": [10.0], "p75": [14.0], "listings": [40]})

EARNED = pl.DataFrame(
    {
        "day": [date(2026, 10, 1), date(2026, 11, 1)],
        "title": ["Anna", "Bea"],
        "amount": [120.5, None],
        "sales": [9, 1],
    }
)
UNSOLD = pl.DataFrame(
    {
        "age": [0.5, 10.0, 30.0],
        "unsold": [1.0, 0.7, 0.45],
        "unsold_low": [1.0, 0.65, 0.4],
        "unsold_high": [1.0, 0.75, 0.5],
    }
)
WANTED = pl.DataFrame(
    {
        "title": ["Zara", "Nike"],
        "place": ["Abiti", "Sneakers"],
        "price_eur_median": [12.0, 30.0],
        "score": [40.0, 70.0],
        "listings": [400, 80],
    }
)


AMONG = pl.DataFrame({"adjusted_eur": [9.0, 12.0, 14.5], "price_eur": [8.0, 12.0, 20.0]})
FAIR = FairPrice(8.5, 11.0, 15.0, 40)
CUTS = pl.DataFrame(
    {
        "at": [datetime(2026, 11, day, 8, tzinfo=UTC) for day in (1, 5, 9)],
        "amount": [Decimal("20.00"), Decimal("15.00"), Decimal("15.00")],
        "spell": [0, 0, 0],
    },
    schema_overrides={"amount": pl.Decimal(12, 2)},
)


def panel(days: pl.DataFrame, words: Words) -> alt.LayerChart:
    grouped = days.with_columns(group=pl.lit("4"))
    return panels(grouped, words, titles={"4": "Donna"})[0].chart


def trend(weeks: pl.DataFrame, words: Words) -> alt.LayerChart:
    return price_trend(weeks, TREND_DAYS.head(7 * weeks.height), AHEAD.head(7 * weeks.height), words)


CHARTS: dict[str, tuple[Draw, pl.DataFrame]] = {
    "band": (price_band, DAYS),
    "distribution": (lambda bins, words: price_distribution(bins, words, mine=7.5, median=6.0), BINS),
    "counts": (counts_over_time, DAYS),
    "amounts over time": (lambda rows, words: amounts_over_time(rows, "1mo", words, currency="EUR"), EARNED),
    "amounts by group": (lambda rows, words: amounts_by_group(rows, words, currency="EUR"), EARNED),
    "movement": (movement_ranking, MOVED),
    "ranges": (range_by_group, SIZES),
    "trend": (trend, WEEKS),
    "changes": (changes_with_intervals, CHANGES),
    "panel": (panel, DAYS),
    "survival": (lambda curve, words: survival_curve(curve, words, median=26.0, usual=curve), UNSOLD),
    "demand": (demand_map, WANTED),
    "among": (lambda rows, words: price_among(rows, FAIR, words, own=7.0), AMONG),
    "steps": (price_steps, CUTS),
}
every_chart = pytest.mark.parametrize(("draw", "rows"), CHARTS.values(), ids=CHARTS)


@every_chart
def test_colours_are_variables_of_the_page(draw: Draw, rows: pl.DataFrame) -> None:
    spec = spec_of(draw(rows, Words("en")))
    painted = ("color", "fill", "stroke", "labelColor", "titleColor", "gridColor", "tickColor", "domainColor")
    colours = [colour for name in painted for colour in named(spec, name) if isinstance(colour, str)]
    assert [colour for colour in colours if not re.fullmatch(r"var\(--vopt-[a-z0-9-]+\)", colour)] == []
    assert '"var(--vopt-accent)"' in json.dumps(spec)
    assert spec["config"]["background"] == "transparent"


@every_chart
def test_nothing_is_fetched(draw: Draw, rows: pl.DataFrame) -> None:
    spec = spec_of(draw(rows, Words("en")))
    told = json.dumps({name: part for name, part in spec.items() if name != "$schema"})
    assert "://" not in told
    assert named(spec, "url") == []
    assert {data["name"] for data in named(spec, "data")} <= set(spec["datasets"])


@every_chart
@pytest.mark.parametrize(
    ("language", "decimal", "currency", "november"),
    [("it", ",", ["", "\xa0€"], "novembre"), ("en", ".", ["€", ""], "November")],
)
def test_numbers_and_days_are_in_the_readers_form(
    draw: Draw, rows: pl.DataFrame, *, language: Any, decimal: str, currency: list[str], november: str
) -> None:
    options = spec_of(draw(rows, Words(language)))["usermeta"]["embedOptions"]
    assert options["formatLocale"]["decimal"] == decimal
    assert options["formatLocale"]["currency"] == currency
    assert options["timeFormatLocale"]["months"][10] == november
    assert (options["renderer"], options["actions"]) == ("svg", False)


@every_chart
def test_it_is_told_to_who_cannot_see_it_and_only_by_our_words(draw: Draw, rows: pl.DataFrame) -> None:
    spec = spec_of(draw(rows, Words("en")))
    assert len(spec["description"]) > 20
    assert spec["config"]["aria"] is False


@every_chart
def test_it_is_as_wide_as_its_card(draw: Draw, rows: pl.DataFrame) -> None:
    spec = spec_of(draw(rows, Words("en")))
    assert spec["width"] == "container"
    assert spec["config"]["autosize"]["type"] == "fit"


@every_chart
def test_what_follows_the_pointer_has_a_title_in_words(draw: Draw, rows: pl.DataFrame) -> None:
    tips = [tip for tooltip in named(spec_of(draw(rows, Words("en"))), "tooltip") for tip in tooltip]
    assert tips
    assert all(re.fullmatch(r"[A-Z][a-z ]+", tip["title"]) for tip in tips)


@pytest.mark.parametrize("name", [name for name in CHARTS if name != "panel"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rows_are_no_error(name: str, language: Any) -> None:
    draw, rows = CHARTS[name]
    assert all(
        part == [] or "said" in part[0] for part in spec_of(draw(rows.head(0), Words(language)))["datasets"].values()
    )


@every_chart
def test_one_row_is_enough(draw: Draw, rows: pl.DataFrame) -> None:
    assert spec_of(draw(rows.head(1), Words("it")))["layer"]


@pytest.mark.parametrize("name", [name for name in CHARTS if name not in ("panel", "distribution")])
def test_nothing_known_is_no_error(name: str) -> None:
    draw, rows = CHARTS[name]
    figures = [column for column, dtype in rows.schema.items() if dtype.is_numeric() and column != "seen"]
    unknown = rows.with_columns(pl.lit(None, rows.schema[column]).alias(column) for column in figures)
    assert spec_of(draw(unknown, Words("en")))["layer"]


@every_chart
def test_no_value_is_a_number_that_json_cannot_write(draw: Draw, rows: pl.DataFrame) -> None:
    broken = rows.with_columns(
        pl.lit(float("nan")).alias(name) for name in ("price_eur_p90", "p75") if name in rows.columns
    )
    assert json.dumps(spec_of(draw(broken, Words("en"))), allow_nan=False)
    assert all(value == value for value in values(spec_of(draw(broken, Words("en")))) if isinstance(value, float))
