"""The parts of the market page, from figures as the desk tells them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from vopt_lib.errors import LakeDamaged, NothingPublished
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import CataloguePrices, Choices, Freshness, MarketPage, Overview, Week
from vopt_lib.ui import market
from vopt_lib.ui.markup import plain
from vopt_lib.words import Words

ENGLISH = Words("en")
DAY = date(2026, 11, 20)
FRESH = Freshness(datetime(2026, 11, 20, 8, tzinfo=UTC), DAY, datetime(2026, 11, 20, 7, tzinfo=UTC), 0.96)
CATALOGUE = MarketFilters(catalog=3)
HOSTILE = "<script>alert(1)</script>"

PRICES = ("price_eur_p10", "price_eur_p25", "price_eur_median", "price_eur_p75", "price_eur_p90")


def row(**facts: Any) -> dict[str, Any]:
    known = {"catalog_id": 3, "brand": None, "path": "Donna > Abiti", "title": "Abiti", "day": DAY, "seen": 1643}
    known |= {"median": 15.0, "change": -0.03, "new": 376, "gone": None, "price_cuts": 9, "gone_days": 5}
    return known | {"share_seen": 0.96, "trend": [16.0, None, 15.0]} | facts


def days_of(*groups: str) -> pl.DataFrame:
    days = [date(2026, 11, 19), DAY]
    rows = [{"group": group, "day": day, **dict.fromkeys(PRICES, 15.0)} for group in groups for day in days]
    return pl.DataFrame(rows)


def overview(*rows: dict[str, Any]) -> MarketPage:
    frame = pl.DataFrame(list(rows), infer_schema_length=None)
    return MarketPage(FRESH, Choices(), False, overview=Overview(frame, days_of("3"), {"3": "Abiti"}))


def listing(**facts: Any) -> dict[str, Any]:
    known = {"listing_id": 1, "title": "Abito lungo", "brand": "Zara", "size": "M", "condition_id": 2}
    known |= {"url": "https://www.vinted.it/items/1", "thumbnail_url": "https://images1.vinted.net/1.jpg"}
    known |= {"price_eur": Decimal(12), "last_asked_amount": Decimal(12), "first_asked_amount": Decimal(15)}
    return known | {"currency": "EUR", "favourite_count": 4, "first_seen_on": DAY, "days_seen": 1} | facts


def catalogue(**facts: Any) -> MarketPage:
    days = days_of("3").with_columns(seen=100, share_seen=0.96, new=3, gone=2, price_cuts=1)
    ranges = pl.DataFrame({"group": ["M"], "p25": [9.0], "median": [12.0], "p75": [20.0], "listings": [7]})
    known: dict[str, Any] = {
        "catalog_id": 3,
        "title": "Abiti",
        "path": "Donna > Abiti",
        "brand": None,
        "day": DAY,
        "days": days,
        "week": Week(15.0, -0.03, 376, 304, 137, 5),
        "on_sale": 1643,
        "median": 15.0,
        "narrowed": 415,
        "listings": pl.DataFrame([listing()] * 30),
        "bins": pl.DataFrame({"price_from": [10.0], "price_to": [14.99], "listings": [30]}),
        "brands": pl.DataFrame([row(brand="Zara", seen=243), row(brand=HOSTILE, seen=4)], infer_schema_length=None),
        "sizes": ranges,
        "conditions": ranges.with_columns(group=pl.Series([2], dtype=pl.Int32)),
        "size_days": days_of("M"),
        "condition_days": days_of("2"),
    }
    return MarketPage(FRESH, Choices(), False, prices=CataloguePrices(**known | facts))


def test_each_catalogue_leads_to_its_page_and_a_followed_brand_to_its_own() -> None:
    html = market.overview(overview(row(), row(catalog_id=4, title="Jeans", brand="A&B")), MarketFilters(), ENGLISH)
    assert 'href="?catalog=3"' in html
    assert 'href="?catalog=4&amp;brand=A%26B"' in html
    assert "Jeans · A&amp;B" in html
    assert "96%" in html


def test_the_day_has_a_column_only_where_catalogues_differ_in_it() -> None:
    older = row(catalog_id=4, day=date(2026, 11, 18))
    assert "18 Nov 2026" in market.overview(overview(row(), older), MarketFilters(), ENGLISH)
    assert "<time" not in market.overview(overview(row(), row(catalog_id=4)), MarketFilters(), ENGLISH)


def test_without_any_movement_there_is_no_ranking() -> None:
    assert "What moved most" not in market.overview(overview(row(change=None)), MarketFilters(), ENGLISH)


def test_the_head_of_a_catalogue_leads_back_and_tells_the_share() -> None:
    html = market.head(catalogue(), CATALOGUE, ENGLISH)
    assert 'href="?"' in html
    assert "96% of the market seen" in html
    assert "Abiti" in html


def test_the_head_of_a_brand_leads_back_to_its_catalogue_too() -> None:
    html = market.head(catalogue(brand="Zara"), MarketFilters(catalog=3, brand="Zara", days=90), ENGLISH)
    assert 'href="?days=90"' in html
    assert 'href="?catalog=3&amp;days=90"' in html
    assert "Zara · Abiti" in html


def test_a_brand_leads_to_its_own_page_from_the_table_and_from_its_prices() -> None:
    assert 'href="/brand?catalog=3&amp;brand=Zara"' in market.brands(catalogue(), CATALOGUE, ENGLISH)
    of_brand = MarketFilters(catalog=3, brand="Zara", size="M")
    assert 'href="/brand?catalog=3&amp;brand=Zara"' in market.head(catalogue(brand="Zara"), of_brand, ENGLISH)
    assert "/brand?" not in market.head(catalogue(), CATALOGUE, ENGLISH)


def test_old_figures_say_since_when_and_how_to_renew_them() -> None:
    page = replace(catalogue(), freshness=replace(FRESH, is_stale=True))
    html = market.head(page, CATALOGUE, ENGLISH)
    assert "These figures are old" in html
    assert 'href="/follow"' in html


def test_what_is_gone_says_how_many_days_it_rests_on() -> None:
    assert "known of 5 days so far" in market.figures(catalogue(), ENGLISH)
    whole = market.figures(catalogue(week=Week(15.0, 0.0, 1, 1, 1, 7, date(2026, 11, 17))), ENGLISH)
    assert "known of" not in whole
    assert "up to 17 Nov 2026" in whole
    assert "not known yet" in market.figures(catalogue(week=Week(15.0, None, None, None, 1, 0)), ENGLISH)


def test_a_median_of_few_listings_is_muted_and_says_so() -> None:
    html = market.brands(catalogue(), CATALOGUE, ENGLISH)
    assert html.count("of few listings") == 1
    assert "is-quiet" in html


def test_strangers_words_are_text_and_only_links_of_ours_stay_on_the_page() -> None:
    html = market.brands(catalogue(), CATALOGUE, ENGLISH)
    assert plain(HOSTILE) not in html
    assert 'href="?catalog=3&amp;brand=%3Cscript%3Ealert%281%29%3C%2Fscript%3E"' in html


def test_the_listings_tell_how_many_fit_and_offer_more() -> None:
    html = market.listings(catalogue(), CATALOGUE, ENGLISH, most=24, more="MORE")
    assert "30 listings fit, 24 shown." in html
    assert "MORE" in html
    assert "MORE" not in market.listings(catalogue(), CATALOGUE, ENGLISH, most=48, more="MORE")


def test_photos_are_fetched_only_with_consent() -> None:
    page = catalogue()
    assert "vinted.net" not in market.listings(page, CATALOGUE, ENGLISH, most=24)
    assert "vinted.net" in market.listings(replace(page, may_fetch_photos=True), CATALOGUE, ENGLISH, most=24)


def test_where_nothing_fits_each_filter_can_be_let_go() -> None:
    filters = MarketFilters(catalog=3, size="M", condition=2, price_from=Decimal(90))
    html = market.listings(catalogue(listings=pl.DataFrame()), filters, ENGLISH, most=24)
    assert 'href="?catalog=3&amp;size=M&amp;condition=2"' in html
    assert 'href="?catalog=3&amp;condition=2&amp;price_from=90"' in html
    assert 'href="?catalog=3&amp;size=M&amp;price_from=90"' in html
    nothing = market.listings(catalogue(listings=pl.DataFrame()), CATALOGUE, ENGLISH, most=24)
    assert "nothing was on sale here" in nothing


def test_size_and_condition_say_what_they_do_not_narrow() -> None:
    told = "Size and condition narrow what is on sale today."
    assert told in market.spread(catalogue(), MarketFilters(catalog=3, size="M"), "CHART", ENGLISH)
    assert told not in market.spread(catalogue(), CATALOGUE, "CHART", ENGLISH)


def test_a_picked_bar_becomes_the_prices_of_the_address_and_goes_again() -> None:
    went: list[str] = []
    chart = market.spread_chart(catalogue(), CATALOGUE, ENGLISH, went.append)
    row = {"price_from": 10.0, "price_to": 14.99, "is_picked": False}
    chart._update({"picked": {"vlPoint": {"or": [row]}}})
    assert went == ["catalog=3&price_from=10&price_to=14.99"]
    again = market.spread_chart(catalogue(), MarketFilters.from_query(went[0]), ENGLISH, went.append)
    again._update({"picked": {"vlPoint": {"or": [row | {"is_picked": True}]}}})
    assert went[-1] == "catalog=3"


def test_sizes_and_conditions_have_a_history_from_two_days_on() -> None:
    html = market.history(catalogue(), ENGLISH)
    assert "Sizes over time" in html
    assert "Very good" in html
    assert market.history(catalogue(days=catalogue().prices.days.head(1)), ENGLISH) == ""  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("page", "filters", "told", "href"),
    [
        (
            MarketPage(Freshness(), Choices(), False, trouble=NothingPublished()),
            MarketFilters(),
            "No prices yet",
            "/follow",
        ),
        (MarketPage(FRESH, Choices(), False), MarketFilters(catalog=77), "catalogue 77", "?"),
        (
            MarketPage(FRESH, Choices(), False, brands_followed=("Zara",)),
            MarketFilters(catalog=4),
            "single brands only",
            "?catalog=4&amp;brand=Zara",
        ),
        (
            MarketPage(FRESH, Choices(), False, trouble=LakeDamaged(path="x.parquet")),
            MarketFilters(),
            "x.parquet",
            None,
        ),
    ],
    ids=["nothing published", "unknown catalogue", "brands only", "damaged"],
)
def test_without_figures_it_says_why_and_what_to_do(
    page: MarketPage, filters: MarketFilters, told: str, href: str | None
) -> None:
    html = market.missing(page, filters, ENGLISH)
    assert told in html
    assert href is None or f'href="{href}"' in html
    parts = [market.overview(page, filters, ENGLISH), market.figures(page, ENGLISH), market.history(page, ENGLISH)]
    parts += [market.groups(page, ENGLISH), market.brands(page, filters, ENGLISH)]
    parts += [market.listings(page, filters, ENGLISH, most=24), market.spread(page, filters, None, ENGLISH)]
    assert parts == [""] * 7


def test_where_there_are_figures_nothing_is_missing() -> None:
    assert market.missing(catalogue(), CATALOGUE, ENGLISH) == ""
    assert market.missing(overview(row()), MarketFilters(), ENGLISH) == ""
