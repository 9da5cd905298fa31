"""What is said of how prices move, and on the page of a brand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from markupsafe import Markup

from tests.ui.charts.test_trend import DAYS, WEEKS, ahead_of
from tests.ui.pieces import TOLD, seen
from tests.ui.test_market import HOSTILE, catalogue
from vopt_lib.errors import LakeDamaged, NothingPublished
from vopt_lib.schema.brand_page import BrandPage
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.selling_page import Speed
from vopt_lib.schema.trends import Change, Forecast, Season, TooLittle, Trend
from vopt_lib.ui import brand, trends
from vopt_lib.words import Words

ENGLISH = Words("en")
DAY = date(2026, 11, 14)
RISES = Change(0.05, 0.01, 0.09)
NOBODY_KNOWS = Change(0.03, -0.01, 0.07)
FORECAST = Forecast(ahead_of([23.0] * 7, 14), "damped_trend", 0.5, 28)
ZARA = MarketFilters(brand="Zara")


def read(piece: Markup) -> str:
    """Its texts, a space between any two."""
    return " ".join(" ".join(seen(piece).itertext()).split())


def season(parts: int, *, sure: bool) -> Season:
    rows = {"part": list(range(1, parts + 1)), "share": [0.02] * parts, "low": [0.01] * parts, "high": [0.03] * parts}
    return Season(pl.DataFrame(rows).with_columns(observations=pl.lit(9), stands_out=pl.lit(sure)))


def trend(**facts: Any) -> Trend:
    weeks = WEEKS.with_columns(days_known=pl.lit(7), new=pl.lit(9), gone=pl.lit(None, pl.Int64))
    brands = pl.DataFrame(schema={"brand": pl.String, "moves": pl.String})
    known = {"weeks": weeks, "days": DAYS, "change": NOBODY_KNOWS, "forecast": FORECAST}
    seasons = {"weekdays": TooLittle("weeks", 3, 8), "months": TooLittle("months", 1, 24)}
    return Trend(**{**known, **seasons, "brands": brands, **facts})


def moved(**brands: str | None) -> pl.DataFrame:
    rows = [
        {"brand": name, "seen": 30.0, "median": 20.0, "change": 0.1, "low": 0.02, "high": 0.2, "weighed": 0.05}
        for name in brands
    ]
    return pl.DataFrame(rows).with_columns(moves=pl.Series(list(brands.values()), dtype=pl.String))


def told(**facts: Any) -> str:
    return read(trends.section(trend(**facts), ENGLISH))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (NOBODY_KNOWS, "+3.0% (−1.0% to +7.0%): may be chance"),
        (RISES, "+5.0% (+1.0% to +9.0%): more than chance"),
        (TooLittle("days", 12, 26), "Not enough evidence: 12 of 26 days needed are known."),
        (TooLittle("listings", 3, 20), "Not enough evidence: 3 listings a day, at least 20 are needed."),
    ],
)
def test_a_change_is_said_with_its_interval_and_whether_it_may_be_chance(change: Any, said: str) -> None:
    assert trends.change_in_words(change, ENGLISH) == said
    assert said in told(change=change)


def test_a_forecast_says_what_it_is_and_how_good_it_was() -> None:
    assert "on 21 Nov 2026 a median of about €23.00 (€22.00 to €24.00). This is a damped trend" in told()
    assert "tried on the last 28 days, its error was 50%" in told()
    naive = told(forecast=replace(FORECAST, method="seasonal_naive", error_share=1.2))
    assert "This repeats the newest week (seasonal naive)" in naive
    assert "no better (its error was 120% of that)" in naive
    assert "hardly moved" in told(forecast=replace(FORECAST, method="seasonal_naive", error_share=None))
    assert "12 of 21 days" in told(forecast=TooLittle("days", 12, 21))


def test_what_is_missing_for_weekdays_is_said_and_what_stands_out_is_drawn() -> None:
    assert "Weekdays: Not enough evidence: 3 of 8 weeks needed are known." in told()
    assert "none is dearer or cheaper by more than chance" in told(weekdays=season(7, sure=False))
    drawn = trends.section(trend(weekdays=season(7, sure=True), months=season(12, sure=True)), Words("it"))
    assert "lunedì" in drawn
    assert "dicembre" in drawn


def test_brands_that_move_are_told_from_those_of_which_nobody_can_tell() -> None:
    assert "No brand moved by more than chance this week." in told(brands=moved(Zara=None, Nike=None))
    assert "Brands drawn strong moved by more than chance" in told(brands=moved(Zara="up", Nike=None))
    assert "Brands that rise and fall" not in told()


def test_strangers_brands_stay_words() -> None:
    html = trends.section(trend(brands=moved(**{HOSTILE: "up"})), ENGLISH)
    assert "<script>" not in html


def test_a_week_alone_is_not_drawn_and_no_trend_is_nothing() -> None:
    assert "marimo" not in trends.trend_card(trend(weeks=trend().weeks.head(1)), ENGLISH)
    assert trends.section(None, ENGLISH) == ""


def page(**facts: Any) -> BrandPage:
    shelves = pl.DataFrame(
        {"catalog_id": [3], "title": ["Abiti"], "day": [DAY], "seen": [231], "median": [14.5], "new": [9], "gone": [8]}
    )
    known = pl.DataFrame(
        {
            "brand": ["Zara", HOSTILE],
            "seen": [500, 4],
            "catalogues": [2, 1],
            "title": ["Abiti"] * 2,
            "median": [14.5] * 2,
        }
    )
    made: dict[str, Any] = {"known": known, "choices": (Choice("Zara", listings=500),), "brand": "Zara"}
    made |= {"shelves": shelves, "changes": {3: RISES}, "prices": catalogue(brand="Zara").prices, "trend": trend()}
    return BrandPage(Freshness(newest_day=DAY), **{**made, **facts})


def demand(**facts: Any) -> pl.DataFrame:
    row = {"catalog_id": 3, "brand": "Zara", "day": DAY, "score": 71.0, "favourites_per_day": 0.25}
    row |= {"favourites_score": 80.0, "sold_within_30": None, "sold_score": None, "weeks_of_stock": 4.5}
    return pl.DataFrame([row | {"scarcity_score": 62.0, "listings": 231} | facts], infer_schema_length=None)


def test_each_catalogue_of_a_brand_leads_to_itself_with_its_change() -> None:
    html = brand.shelves(page(), ZARA, ENGLISH)
    assert 'href="?catalog=3&amp;brand=Zara"' in html
    assert "+5.0% (+1.0% to +9.0%): more than chance" in html
    assert "€14.50" in html


def test_the_brand_leads_to_its_prices_on_the_market_page() -> None:
    assert 'href="/market?catalog=3&amp;brand=Zara"' in brand.head(page(), ZARA, ENGLISH)
    assert 'href="/market?catalog=3&amp;brand=Zara"' in brand.newest(page(), ZARA, ENGLISH)


def test_brands_to_choose_from_are_escaped_links() -> None:
    html = brand.known_brands(page(brand=None), MarketFilters(), ENGLISH)
    assert 'href="?brand=Zara"' in html
    assert "<script>" not in html
    assert brand.known_brands(page(), ZARA, ENGLISH) == ""


def test_without_rows_demand_and_days_to_sell_say_that_there_is_not_enough_evidence() -> None:
    nothing = page(speed=Speed("Zara", None, None))
    assert read(brand.figures(nothing, ZARA, ENGLISH)).count("not enough evidence") == 2
    assert read(brand.wanted(nothing, ENGLISH)).count("Not enough evidence") == 2


def test_demand_is_told_with_its_parts_and_what_is_unknown_of_them() -> None:
    html = read(brand.wanted(page(demand=demand()), ENGLISH))
    assert "71 of 100" in html
    assert "New favourites of a listing in a day" in html
    assert "0.25" in html
    assert "231 listings, as of 14 Nov 2026" in html
    assert "Sold within 30 days – –" in html


def test_days_to_sell_are_told_with_their_intervals_beside_the_catalogue() -> None:
    there = page(speed=Speed("Zara", TOLD, TOLD))
    assert "25 days 22 to 31 days" in read(brand.figures(there, ZARA, ENGLISH))
    told = read(brand.wanted(there, ENGLISH))
    assert "Sold within 30 days 55%" in told
    assert "the whole catalogue" in told


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"trouble": NothingPublished()}, "No brands yet"),
        ({"trouble": LakeDamaged(path="lake/x")}, "This did not work"),
        ({"known": pl.DataFrame(), "brand": None}, "No brands yet"),
        ({"shelves": pl.DataFrame(), "prices": None, "brand": HOSTILE}, "This brand was not seen"),
        ({}, ""),
    ],
    ids=["nothing", "trouble", "no brands", "unknown brand", "all is well"],
)
def test_what_stands_where_there_are_no_figures(facts: dict[str, Any], said: str) -> None:
    html = brand.missing(page(**facts), ZARA, ENGLISH)
    assert said in html
    assert (html == "") == (said == "")
    assert "<script>" not in html


def test_old_figures_say_since_when() -> None:
    then = datetime(2026, 11, 14, tzinfo=UTC)
    old = Freshness(then, DAY, then - timedelta(days=3), 0.9, is_stale=True)
    assert "These figures are old" in brand.head(replace(page(), freshness=old), ZARA, ENGLISH)
