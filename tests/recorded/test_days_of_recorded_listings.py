"""Real listings end to end: served by the simulator, collected by the daily flow over HTTP, and published.

Every figure is held against one worked out from the CSV in plain Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs

import polars as pl
import pytest

from tests.recorded.conftest import PlayDay, PlayedDay
from tests.recorded.listings import (
    MENS_CLOTHES,
    MENS_JEANS,
    Recorded,
    jeans,
    menswear,
    needs_listings,
    price_figures,
    recorded_jeans,
    recorded_menswear,
)
from vopt_lib.schema.queries import Term

pytestmark = [pytest.mark.recorded, needs_listings]

SETS: dict[str, tuple[Callable[[], pl.DataFrame], Callable[[], list[Recorded]], Term]] = {
    "menswear": (menswear, recorded_menswear, MENS_CLOTHES),
    "jeans": (jeans, recorded_jeans, MENS_JEANS),
}


@pytest.fixture(scope="module", params=SETS)
def collected(request: pytest.FixtureRequest, play_day: PlayDay) -> tuple[PlayedDay, list[Recorded], Term]:
    """A published day of one recorded set, and the set as recorded."""
    served, recorded, catalogue = SETS[request.param]
    return play_day(served(), catalogue), recorded(), catalogue


def only_row(rows: pl.DataFrame) -> dict[str, object]:
    assert rows.height == 1
    return rows.row(0, named=True)


def test_catalog_day_says_what_the_csv_says(collected: tuple[PlayedDay, list[Recorded], Term]) -> None:
    day, recorded, catalogue = collected
    row = only_row(day.published("catalog_day"))
    expected = price_figures(recorded)
    assert {name: row[name] for name in expected} == pytest.approx(expected)
    assert row["favourites_mean"] == pytest.approx(sum(one.favourites for one in recorded) / len(recorded))
    assert (row["source"], row["market"], row["catalog_id"]) == ("simulator", "fr", catalogue.id)
    assert (row["day"], row["new"], row["gone"], row["price_cuts"]) == (date(2026, 11, 1), None, None, 0)
    assert (row["is_exhaustive"], row["share_seen"]) == (True, 1.0)


def test_brand_day_says_what_the_csv_says_of_every_brand(collected: tuple[PlayedDay, list[Recorded], Term]) -> None:
    day, recorded, _ = collected
    rows = {row["brand"]: row for row in day.published("brand_day").iter_rows(named=True)}
    counts = Counter(one.brand for one in recorded if one.brand)
    assert {brand: row["seen"] for brand, row in rows.items()} == counts
    for brand in counts:
        expected = price_figures([one for one in recorded if one.brand == brand])
        assert {name: rows[brand][name] for name in expected} == pytest.approx(expected), brand


def test_every_listing_is_live_with_its_recorded_price(collected: tuple[PlayedDay, list[Recorded], Term]) -> None:
    day, recorded, catalogue = collected
    live = day.published("listing_live")
    assert dict(live.select("listing_id", "last_asked_amount").iter_rows()) == {
        one.listing_id: one.price for one in recorded
    }
    assert live["leaf_catalog_id"].unique().to_list() == [catalogue.id]
    assert day.published("listing_ended").is_empty()
    assert day.published("price_change").is_empty()


def test_the_crawl_proves_that_it_was_exhaustive(collected: tuple[PlayedDay, list[Recorded], Term]) -> None:
    day, recorded, catalogue = collected
    coverage = only_row(day.published("crawl_coverage"))
    assert (coverage["listings"], coverage["catalog_count"]) == (len(recorded), len(recorded))
    assert coverage["parts"] > 1
    assert coverage["requests"] >= coverage["pages"]
    assert (coverage["is_exhaustive"], coverage["query_catalog_id"]) == (True, catalogue.id)
    unpaid = day.published("listing_seen").filter(~pl.col("promoted"))
    assert sorted(unpaid["listing_id"]) == sorted(one.listing_id for one in recorded)
    assert day.newest("rejected").is_empty()


@pytest.mark.parametrize("collected", ["jeans"], indirect=True)
def test_more_jeans_at_one_price_than_a_result_shows_are_read_by_brand(
    collected: tuple[PlayedDay, list[Recorded], Term],
) -> None:
    day, recorded, _ = collected
    assert Counter(one.price for one in recorded).most_common(1) == [(Decimal("5.00"), 1131)]
    searches = [parse_qs(request["query"]) for request in day.asked if request["path"] == "/svc-catalogue/items"]
    at_five = [asked for asked in searches if asked.get("price_from") == asked.get("price_to") == ["5.00"]]
    assert {name for asked in at_five for name in asked} >= {"attribute_ids[brand]", "attribute_ids[status]"}
    assert len({asked["attribute_ids[brand]"][0] for asked in at_five if "attribute_ids[brand]" in asked}) > 1
