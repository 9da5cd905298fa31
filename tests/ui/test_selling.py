"""How fast things sell, as it is said: figures with their ranges, and what is missing instead of a figure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from tests.ui.pieces import TOLD, seen
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import Choice, Choices, Freshness, MarketPage, Overview
from vopt_lib.schema.selling_page import Selling, Speed
from vopt_lib.schema.survival import Interval, Lack
from vopt_lib.schema.tables import DAYS_TO_SELL, DEMAND
from vopt_lib.ui.selling import section, speed, wanted
from vopt_lib.ui.speed import speed_card
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")
FILTERS = MarketFilters(catalog=3)
NO_GROUPS = DAYS_TO_SELL.empty().with_columns(score=pl.lit(None, pl.Float64))


def text_of(element: Any) -> str:
    """Its text as one line, pieces apart from each other."""
    return " ".join(" ".join(element.itertext()).split())


def groups(*rows: dict[str, Any]) -> pl.DataFrame:
    plain = {"listings": 50, "lack": None, "median_days": 20.0, "median_days_low": 18.0, "median_days_high": 24.0}
    return pl.DataFrame([{**plain, **row} for row in rows], schema=NO_GROUPS.schema)


def told(known: Speed, words: Words = EN) -> str:
    return text_of(seen(speed_card(known, words, title="How fast it sells")))


def test_figures_stand_with_their_ranges() -> None:
    text = told(Speed(None, TOLD, None))
    assert "Half are sold within 25 days 22 to 31 days" in text
    assert "Sold within 30 days 55% 50% – 60%" in text
    assert "From 400 listings watched from 24 Jul 2026 to 16 Nov 2026, of which about 130 sold." in text


def test_what_was_not_watched_for_long_enough_is_no_figure() -> None:
    assert "Sold within 60 days – not watched for that long" in told(Speed(None, TOLD, None))


def test_a_range_without_an_upper_end_says_from_where() -> None:
    open_end = replace(TOLD, median=Interval(25.4, 22.0, None))
    assert "from 22 days up" in told(Speed(None, open_end, None))


def test_a_median_that_was_not_reached_says_so() -> None:
    text = told(Speed(None, replace(TOLD, median=Lack.NOT_THAT_MANY_SELL), None))
    assert "Half are sold within – not enough evidence" in text
    assert Lack.NOT_THAT_MANY_SELL.sentence in text


@pytest.mark.parametrize("lack", [Lack.FEW_SOLD, Lack.SEEN_LATE])
def test_without_a_curve_what_is_missing_is_said(lack: Lack) -> None:
    text = told(Speed(None, replace(TOLD, curve=lack, median=lack), None))
    assert lack.sentence in text
    assert "Half are sold within" not in text


def test_before_anything_can_be_told_it_says_when_it_will_be() -> None:
    assert "Not enough evidence: how fast it sells is told after a week" in told(Speed(None, None, None))
    assert "fewer than 20 listings of this brand" in told(Speed("Zara", None, TOLD))


def test_a_brand_is_drawn_beside_its_catalogue() -> None:
    assert "the whole catalogue" in told(Speed("Zara", TOLD, TOLD))
    assert "the whole catalogue" not in told(Speed(None, TOLD, None))


def test_groups_tell_their_days_and_those_that_cannot_why() -> None:
    rows = groups(
        {"grouped_by": "size", "group_name": "M", "sold_within_30": 0.6, "sold_within_30_low": 0.5},
        {"grouped_by": "size", "group_name": "<b>XS</b>", "lack": "few_sold", "median_days": None},
        {"grouped_by": "condition", "group_name": "6"},
        {"grouped_by": "price", "group_name": "<0.7"},
        {"grouped_by": "brand", "group_name": "Zara", "score": 61.2},
    )
    made = seen(speed(Speed(None, TOLD, None), rows, FILTERS, EN))
    text = text_of(made)
    assert "M 20 18 – 24 60% 50" in text
    assert f"<b>XS</b>: {Lack.FEW_SOLD.sentence}" in text
    assert "New with tags" in text
    assert "under 70% of the usual price" in text
    assert [link.get("href") for link in made.iter("a")] == ["?catalog=3&brand=Zara"]


WANTED = pl.DataFrame(
    [
        {"catalog_id": 3, "brand": "<i>Zara</i>", "score": 70.4, "favourites_per_day": 0.33, "favourites_score": 84.0,
         "sold_within_30": 0.58, "sold_score": 58.0, "weeks_of_stock": 3.7, "scarcity_score": None, "listings": 83,
         "price_eur_median": 32.0, "share_seen": 1.02},
        {"catalog_id": 3, "brand": "Tiny", "score": 90.0, "listings": 12},
        {"catalog_id": 3, "brand": None, "score": 55.0, "listings": 900},
    ],
    schema=DEMAND.schema,
)  # fmt: skip


def test_brands_are_ranked_with_the_parts_of_their_score() -> None:
    made = seen(wanted(WANTED, {3: "Abiti"}, MarketFilters(), EN))
    text = text_of(made)
    assert "<i>Zara</i> Abiti 70 0.33 84 of 100 58% 58 of 100 3.7 83 €32.00 100%" in text
    assert [link.get("href") for link in made.iter("a")] == ["?catalog=3&brand=%3Ci%3EZara%3C%2Fi%3E"]
    assert not list(made.iter("i"))


def test_brands_of_few_listings_are_not_ranked() -> None:
    text = text_of(seen(wanted(WANTED, {}, MarketFilters(), EN)))
    assert "Tiny" not in text
    assert "#3" in text


def test_nothing_to_rank_is_nothing() -> None:
    assert wanted(WANTED.clear(), {}, MarketFilters(), EN) == ""


def test_the_overview_shows_demand_and_a_catalogue_its_speed() -> None:
    both = Selling(Speed(None, TOLD, None), NO_GROUPS, WANTED)
    overview = Overview(pl.DataFrame(), pl.DataFrame(), {})
    page = MarketPage(Freshness(), Choices((Choice(3, "Abiti"),)), False, overview=overview)
    assert "Most wanted" in text_of(seen(section(both, page, MarketFilters(), EN)))
    assert section(both, MarketPage(Freshness(), Choices(), False), FILTERS, EN) == ""
    assert section(Selling(), page, MarketFilters(), EN) == ""
