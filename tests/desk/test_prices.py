"""What the market page is told, from small lakes that are collected, refined and published for real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from tests.market.rows import TREE, at, covered, day, seen
from tests.market.worlds import Unit, frames, world
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.prices import market_page
from vopt_lib.desk.refine import refine
from vopt_lib.desk.refined import read_versions
from vopt_lib.errors import NothingPublished
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import CataloguePrices
from vopt_lib.schema.queries import CatalogueQuery, Term

BRAND = {"query_key": "zara", "query_catalog_id": 4, "query_narrowed_by": "brand"}


@dataclass
class Clock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(clock=Clock(at(3, 12)), data=tmp_path)


def publish(desk: Desk, units: Sequence[Unit]) -> None:
    seen_rows, coverage_rows = frames(list(units))
    number = desk.lake.version("listing_seen") + 2
    desk.lake.commit({"listing_seen": seen_rows, "crawl_coverage": coverage_rows}, app="collect", number=number)
    refine(desk.lake, now=desk.clock.now(), misses_until_gone=3, run_id="refine", catalogues=TREE)
    versions = read_versions(desk.paths.refined)
    desk.lake.publish({name: version for name, version in versions.items() if version >= 0})


def shelf(number: int, prices: Sequence[float], **facts: Any) -> Unit:
    """What a whole catalogue showed on a day; the listing's id is its place in `prices`."""
    rows = tuple(seen(number, listing_id=place, price=price, **facts) for place, price in enumerate(prices, 1))
    asked = {name: facts[name] for name in ("query_key", "query_catalog_id", "query_narrowed_by") if name in facts}
    return Unit(rows, (covered(number, listings=len(rows), **asked) | {"share_seen": 0.5},))


def prices_of(desk: Desk, query: str) -> CataloguePrices:
    page = market_page(desk, MarketFilters.from_query(query))
    assert page.prices is not None
    return page.prices


def test_without_anything_published_the_page_knows_why_it_is_empty(desk: Desk) -> None:
    assert isinstance(market_page(desk, MarketFilters()).trouble, NothingPublished)


def test_the_overview_tells_each_catalogue_with_its_day_share_and_trend(desk: Desk) -> None:
    add_follow(desk, CatalogueQuery("it", Term(3, "Donna > Vestiti > Abiti")))
    publish(desk, [shelf(1, [10, 20]), shelf(3, [20, 30, 40]), shelf(2, [9], query_catalog_id=4, query_key="jeans")])
    overview = market_page(desk, MarketFilters()).overview
    assert overview is not None
    rows = overview.rows.sort("catalog_id").select("path", "title", "day", "seen", "median", "share_seen", "trend")
    assert rows.row(0) == ("Donna > Vestiti > Abiti", "Abiti", day(3), 3, 30.0, 0.5, [15.0, None, 30.0])
    assert rows.row(1)[2:] == (day(2), 1, 9.0, 0.5, [None, 9.0, None])
    assert overview.titles["3"] == "Abiti"


def test_a_catalogue_followed_for_one_brand_is_told_as_that_brand(desk: Desk) -> None:
    add_follow(desk, CatalogueQuery("it", Term(4, "Donna > Jeans"), brands=(Term(12, "zara"),)))
    publish(desk, [shelf(1, [10, 20], **BRAND), shelf(1, [5])])
    overview = market_page(desk, MarketFilters()).overview
    assert overview is not None
    told = overview.rows.filter(pl.col("catalog_id") == 4)
    assert told.select("brand", "title", "seen", "median").rows() == [("Zara", "Jeans", 2, 15.0)]
    page = market_page(desk, MarketFilters(catalog=4))
    assert (page.prices, page.brands_followed) == (None, ("Zara",))
    assert prices_of(desk, "catalog=4&brand=Zara").on_sale == 2


def test_a_catalogue_tells_its_own_newest_day_after_only_a_brand_of_it_is_followed(desk: Desk) -> None:
    publish(desk, [shelf(1, [10, 20]), shelf(2, [5], **BRAND | {"query_catalog_id": 3})])
    whole, brand = prices_of(desk, "catalog=3"), prices_of(desk, "catalog=3&brand=Zara")
    assert [(prices.day, prices.on_sale) for prices in (whole, brand)] == [(day(1), 2), (day(2), 1)]


def test_a_catalogues_page_tells_its_newest_day(desk: Desk) -> None:
    publish(desk, [shelf(1, [10, 20, 30]), shelf(2, [10, 20, 24, 28])])
    page = market_page(desk, MarketFilters(catalog=3))
    prices = page.prices
    assert prices is not None
    assert (prices.day, prices.on_sale, prices.median, prices.week.median) == (day(2), 4, 22.0, 22.0)
    assert (prices.week.new, prices.week.price_cuts, prices.week.gone_days) == (1, 1, 0)
    assert prices.listings["listing_id"].to_list() == [4, 3, 2, 1]
    assert prices.listings["first_asked_amount"].to_list() == [28, 30, 20, 10]
    assert prices.days["day"].to_list() == [day(1), day(2)]
    assert prices.brands.select("brand", "seen").rows() == [("Zara", 4)]
    assert [(choice.value, choice.listings) for choice in page.choices.brands] == [("Zara", 4)]
    assert page.freshness.share_seen == 0.5


def test_size_and_condition_narrow_today_and_the_price_only_the_listings(desk: Desk) -> None:
    large = Unit(tuple(seen(1, listing_id=n, price=n, size="L", condition_id=3) for n in (50, 60)))
    publish(desk, [shelf(1, [10, 20, 30]), large])
    prices = prices_of(desk, "catalog=3&size=L&price_from=55&order=cheapest")
    assert (prices.on_sale, prices.narrowed, prices.median) == (5, 2, 55.0)
    assert prices.listings["listing_id"].to_list() == [60]
    assert prices.bins["listings"].sum() == 2
    assert prices.sizes["group"].to_list() == ["M", "L"]
    assert prices.conditions["group"].to_list() == [3]
    assert prices.week.median == 30.0


def test_a_size_without_listings_stays_among_the_choices(desk: Desk) -> None:
    publish(desk, [shelf(1, [10])])
    page = market_page(desk, MarketFilters(catalog=3, size="XXS"))
    assert [(choice.value, choice.listings) for choice in page.choices.sizes] == [("M", 1), ("XXS", 0)]
    assert page.prices is not None
    assert page.prices.listings.is_empty()


def test_the_history_of_a_size_reaches_back_as_far_as_asked_but_no_farther_than_a_quarter(desk: Desk) -> None:
    publish(desk, [shelf(number, [10] * 5) for number in (1, 20, 80, 100)])
    assert prices_of(desk, "catalog=3").size_days["day"].to_list() == [day(80), day(100)]
    assert prices_of(desk, "catalog=3&days=90").size_days["day"].to_list() == [day(20), day(80), day(100)]
    year = prices_of(desk, "catalog=3&days=365")
    assert year.size_days["day"].to_list() == [day(20), day(80), day(100)]
    assert year.days["day"].to_list() == [day(1), day(20), day(80), day(100)]


def test_an_unknown_catalogue_has_neither_prices_nor_an_overview(desk: Desk) -> None:
    publish(desk, [shelf(1, [10])])
    page = market_page(desk, MarketFilters(catalog=99))
    assert (page.prices, page.overview, page.brands_followed) == (None, None, ())


def test_what_is_published_next_is_seen_at_once(desk: Desk) -> None:
    publish(desk, [shelf(1, [10])])
    assert prices_of(desk, "catalog=3").on_sale == 1
    publish(desk, [shelf(2, [10, 11])])
    assert prices_of(desk, "catalog=3").on_sale == 2


@pytest.mark.parametrize(("hours", "is_stale"), [(35, False), (37, True)], ids=["35 hours", "37 hours"])
def test_figures_are_old_a_day_and_a_half_after_the_last_answer(desk: Desk, hours: int, is_stale: bool) -> None:
    publish(desk, [shelf(1, [10])])
    desk.clock.sleep((at(1, 11) + timedelta(hours=hours) - desk.clock.now()).total_seconds())
    fresh = market_page(desk, MarketFilters(catalog=3)).freshness
    assert (fresh.newest_day, fresh.seen_at, fresh.is_stale) == (day(1), at(1, 11), is_stale)


def test_two_sources_are_not_mixed(desk: Desk) -> None:
    publish(desk, [shelf(1, [10, 20], source="simulator"), shelf(2, [30])])
    prices = prices_of(desk, "catalog=3")
    assert (prices.on_sale, prices.median, prices.days["day"].to_list()) == (1, 30.0, [day(2)])


@pytest.mark.parametrize("seed", range(6))
def test_every_count_equals_the_days_figures(desk: Desk, seed: int) -> None:
    publish(desk, world(Random(seed), days=6, listings=30))
    compared = 0
    for name in ("catalog_day", "brand_day"):
        figures = desk.lake.scan(name).filter(pl.col("market") == "it").collect()
        newest = figures.filter(pl.col("day") == pl.col("day").max().over("catalog_id"))
        for row in newest.iter_rows(named=True):
            brand = row.get("brand")
            page = market_page(desk, MarketFilters(catalog=row["catalog_id"], brand=brand))
            if page.prices is None or page.prices.day != row["day"]:
                continue
            compared += 1
            assert page.prices.on_sale == row["seen"]
            assert page.prices.median == pytest.approx(row["price_eur_median"])
            assert page.prices.bins["listings"].sum() == row["priced"]
    assert compared


def test_photos_are_fetched_only_where_the_site_may_be_visited(tmp_path: Path) -> None:
    real = open_desk(clock=Clock(datetime(2026, 11, 2, tzinfo=UTC)), data=tmp_path / "real")
    publish(real, [shelf(1, [10])])
    assert not market_page(real, MarketFilters()).may_fetch_photos
