"""What pages learn of how prices move, and of one brand, from small lakes that are refined and published for real."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.desk.test_prices import Clock, publish, shelf
from tests.market.rows import at, day
from tests.market.worlds import Unit
from vopt_lib.desk.brands import brand_page
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.trends import trend_of
from vopt_lib.errors import NothingPublished
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.trends import Change, Forecast, TooLittle, Trend

PRICES = [float(8 + number) for number in range(25)]
JEANS = {"query_key": "jeans", "query_catalog_id": 4}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(clock=Clock(at(3, 12)), data=tmp_path)


def month(days: Iterable[int] = range(1, 29), *, rise: float = 0.0) -> list[Unit]:
    """The same 25 listings every day, dearer by so many euro in the newest week."""
    return [shelf(number, [price + (rise if number > 21 else 0) for price in PRICES]) for number in days]


def trend(desk: Desk, query: str) -> Trend:
    told = trend_of(desk, MarketFilters.from_query(query))
    assert told is not None
    return told


def test_four_weeks_are_told_with_their_change_and_a_forecast(desk: Desk) -> None:
    publish(desk, month(rise=4))
    told = trend(desk, "catalog=3")
    assert told.weeks.select("ends_on", "price_eur_median").rows()[2:] == [(day(21), 20.0), (day(28), 24.0)]
    assert isinstance(told.change, Change)
    assert told.change.share == pytest.approx(0.2)
    assert isinstance(told.forecast, Forecast)
    assert told.forecast.days["day"][0] == day(29)
    assert told.weekdays == TooLittle("weeks", 3, 8)
    assert told.brands["brand"].to_list() == ["Zara"]


def test_a_brand_is_told_like_a_catalogue_without_other_brands(desk: Desk) -> None:
    publish(desk, month())
    told = trend(desk, "catalog=3&brand=Zara")
    assert told.weeks["price_eur_median"].to_list() == [20.0] * 4
    assert told.brands.is_empty()


def test_days_of_which_too_few_are_known_say_what_is_missing(desk: Desk) -> None:
    publish(desk, month(range(1, 11)))
    told = trend(desk, "catalog=3")
    assert told.change == TooLittle("days", 10, 26)
    assert told.forecast == TooLittle("days", 10, 21)


@pytest.mark.parametrize("query", ["", "catalog=99", "catalog=3&brand=Nobody"])
def test_where_there_is_nothing_there_is_no_trend(desk: Desk, query: str) -> None:
    assert trend_of(desk, MarketFilters.from_query(query)) is None
    publish(desk, [shelf(1, PRICES)])
    assert trend_of(desk, MarketFilters.from_query(query)) is None


def test_without_a_brand_there_are_brands_to_choose_from(desk: Desk) -> None:
    levis = shelf(1, [9], brand="Levi's", query_key="vestiti", query_catalog_id=2)
    publish(desk, [shelf(1, [10, 20]), levis, shelf(1, [30, 40, 50], **JEANS)])
    page = brand_page(desk, MarketFilters())
    assert page.known.select("brand", "seen", "catalogues", "catalog_id", "median").rows() == [
        ("Zara", 5, 2, 4, 40.0),
        ("Levi's", 1, 1, 2, 9.0),
    ]
    assert [choice.value for choice in page.choices] == ["Zara", "Levi's"]
    assert (page.brand, page.prices) == (None, None)


def test_a_brand_is_told_in_every_catalogue_and_looked_at_where_most_of_it_is(desk: Desk) -> None:
    publish(desk, [shelf(1, [10, 20]), shelf(1, [30, 40, 50], **JEANS)])
    page = brand_page(desk, MarketFilters(brand="zara"))
    assert page.brand == "Zara"
    assert page.shelves.select("catalog_id", "seen", "median").rows() == [(4, 3, 40.0), (3, 2, 15.0)]
    assert page.changes == {4: TooLittle("days", 1, 26), 3: TooLittle("days", 1, 26)}
    assert page.prices is not None
    assert (page.prices.catalog_id, page.prices.on_sale) == (4, 3)
    other = brand_page(desk, MarketFilters(brand="Zara", catalog=3)).prices
    assert other is not None
    assert other.on_sale == 2


def test_a_brand_that_is_gone_on_the_newest_day_is_on_sale_no_more(desk: Desk) -> None:
    publish(desk, [shelf(1, [10], brand="Levi's"), shelf(2, [10, 20])])
    assert brand_page(desk, MarketFilters()).known["brand"].to_list() == ["Zara"]
    assert brand_page(desk, MarketFilters(brand="Levi's")).shelves.is_empty()


def test_a_brand_nobody_has_is_still_named(desk: Desk) -> None:
    publish(desk, [shelf(1, [10])])
    page = brand_page(desk, MarketFilters(brand="Nobody"))
    assert (page.brand, page.shelves.is_empty(), page.prices) == ("Nobody", True, None)
    assert [(choice.value, choice.listings) for choice in page.choices] == [("Zara", 1), ("Nobody", 0)]


def test_without_anything_published_the_brand_page_knows_why_it_is_empty(desk: Desk) -> None:
    assert isinstance(brand_page(desk, MarketFilters()).trouble, NothingPublished)
