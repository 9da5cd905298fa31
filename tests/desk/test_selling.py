"""What pages are told of how fast things sell, from a small market that is collected, refined and published."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.test_prices import Clock, publish
from tests.market.lively import lively
from tests.market.rows import at
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.kept import Reading, read_published
from vopt_lib.desk.selling import days_to_sell_of, demand, selling
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.selling_page import Selling, Speed
from vopt_lib.schema.survival import Interval, SurvivalCurve


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = open_desk(clock=Clock(at(24, 12)), data=tmp_path_factory.mktemp("data"))
    publish(desk, lively())
    return desk


@pytest.fixture
def reading(desk: Desk) -> Reading:
    return read_published(desk, "it")


def speed_of(desk: Desk, **filters: object) -> Speed:
    speed = selling(desk, MarketFilters.model_validate(filters)).speed
    assert speed is not None
    return speed


def test_nothing_published_is_nothing_told(tmp_path: Path) -> None:
    assert selling(open_desk(data=tmp_path), MarketFilters()) == Selling()


def test_a_catalogue_and_a_brand_of_it_have_their_own_curves(reading: Reading) -> None:
    whole, brand, everything = (days_to_sell_of(reading, *asked) for asked in ((3,), (3, "Zara"), (None,)))
    assert whole is not None
    assert brand is not None
    assert everything is not None
    assert brand.listings < whole.listings < everything.listings
    assert isinstance(whole.curve, SurvivalCurve)
    within_a_week = whole.sold_within[7]
    assert isinstance(within_a_week, Interval)
    assert 0.2 < within_a_week.value < 0.8


def test_what_was_not_watched_has_none(reading: Reading) -> None:
    assert days_to_sell_of(reading, 99) is None
    assert days_to_sell_of(reading, 3, "Prada") is None


def test_a_catalogue_tells_its_groups_in_the_order_in_which_they_are_shown(desk: Desk) -> None:
    told = selling(desk, MarketFilters(catalog=3))
    assert told.speed is not None
    assert told.groups is not None
    assert (told.speed.brand, told.speed.told) == (None, told.speed.usual)
    assert told.groups.filter(grouped_by="size")["group_name"].to_list() == ["S", "M", "L"]
    prices = told.groups.filter(grouped_by="price")["group_name"].to_list()
    assert prices == [band for band in ("<0.7", "0.7-0.9", "0.9-1.1", "1.1-1.4", ">=1.4") if band in prices]
    assert told.groups.filter(grouped_by="brand")["score"].null_count() == 0


def test_a_brand_is_held_against_the_whole_catalogue(desk: Desk) -> None:
    speed = speed_of(desk, catalog=3, brand="Zara")
    assert speed.told is not None
    assert speed.usual is not None
    assert speed.told.listings < speed.usual.listings


def test_without_a_catalogue_demand_is_told_highest_first(desk: Desk, reading: Reading) -> None:
    told = selling(desk, MarketFilters())
    assert told.speed is None
    assert told.demand is not None
    assert told.demand["score"].is_sorted(descending=True)
    assert told.demand.height == demand(reading).height == 8
