"""Every example is a question that the published tables answer, and that fits into an address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.lake.frames import rows
from tests.shop.full import account, fill
from tests.shop.people import author
from vopt_lib.desk.ask import ask
from vopt_lib.desk.examples import examples
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.schema.asking import Example, query_of
from vopt_lib.schema.tables import (
    BRAND_DAY,
    CATALOG_DAY,
    CRAWL_COVERAGE,
    DAYS_TO_SELL,
    DEMAND,
    LISTING_ENDED,
    LISTING_LIVE,
    LISTING_SEEN,
    RUN,
)

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 7, tzinfo=UTC)
EMPTY = {"query_keys": [[]] * 12, "missed_on": [[]] * 12}


def twelve(**columns: object) -> dict[str, object]:
    """Twelve listings of one brand: eleven at 20 EUR, and one that came down to 5."""
    prices = [Decimal(20)] * 11 + [Decimal(5)]
    return {
        "listing_id": list(range(12)),
        "title": [f"Jeans {n}" for n in range(12)],
        "brand": "Levi's",
        "size": "M",
        "market": "it",
        "first_price_eur": Decimal(20),
        "last_price_eur": prices,
        "favourite_count": 3,
        "leaf_catalog_id": 7,
        **columns,
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = open_desk(data=tmp_path_factory.mktemp("data"))
    ids = list(range(12))
    first_seen = [FIRST] * 2 + [FIRST + timedelta(days=3)] * 10
    frames = {
        "listing_seen": rows(
            LISTING_SEEN, 12, listing_id=ids, market="it", day=LAST, observed_at=MORNING, promoted=False,
            condition_label="Buone", price_eur=Decimal(20),
        ),
        "listing_live": rows(LISTING_LIVE, 12, **twelve(**EMPTY)),
        "listing_ended": rows(
            LISTING_ENDED, 12, **twelve(first_seen_on=first_seen, gone_on=LAST, ended_month="2026-11"),
            evidence="sold", currency="EUR", last_asked_amount=Decimal(5),
        ),
        "catalog_day": rows(
            CATALOG_DAY, 2, catalog_id=7, market="it", month="2026-11", day=[LAST - timedelta(days=7), LAST],
            price_eur_median=20.0, new=4, gone=3,
        ),
        "brand_day": rows(BRAND_DAY, 1, catalog_id=7, brand="Levi's", market="it", month="2026-11", day=LAST),
        "crawl_coverage": rows(
            CRAWL_COVERAGE, 1, market="it", run_id="r", query_catalog_id=7, query_narrowed_by="", day=LAST
        ),
        "days_to_sell": rows(
            DAYS_TO_SELL, 1, market="it", catalog_id=7, grouped_by="brand", group_name="Levi's", listings=40,
            median_days=20.0, median_days_low=18.0, median_days_high=23.0, sold_within_30=0.6,
        ),
        "demand": rows(
            DEMAND, 1, market="it", catalog_id=7, brand="Levi's", listings=40, score=61.0, favourites_score=60.0,
            sold_score=61.0, scarcity_score=62.0, price_eur_median=20.0,
        ),
        "run": rows(RUN, 1, run_id="r", follow_name="Jeans", month="2026-11"),
    }  # fmt: skip
    for name, frame in frames.items():
        desk.lake.append(name, frame)
    desk.lake.publish({name: desk.lake.version(name) for name in frames})
    with shop_of(desk).writing(author()) as session:
        session.add(account(1, "anna_r"))
    fill(shop_of(desk), 1, "Zara")
    return desk


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
def test_an_example_has_an_answer(desk: Desk, example: Example) -> None:
    answer = ask(desk, example.sql)
    assert answer.frame.height > 0
    assert not answer.is_truncated
    assert [name for name in answer.frame.columns if answer.frame[name].is_null().all()] in ([], ["url"])


def test_an_example_tells_the_name_of_the_search_and_its_weeks(desk: Desk) -> None:
    weeks = next(example for example in examples() if "week" in example.title)
    told = ask(desk, weeks.sql).frame.select("search", "week", "median_eur", "listings")
    assert told.rows() == [("Jeans", date(2026, 11, 9), 20.0, 1.0), ("Jeans", date(2026, 11, 16), 20.0, 1.0)]


def test_days_until_gone_leave_out_what_was_there_before_anybody_looked(desk: Desk) -> None:
    gone = next(example for example in examples() if "gone" in example.title)
    (row,) = ask(desk, gone.sql).frame.select("brand", "gone", "days_on_sale").rows()
    assert row == ("Levi's", 10, 16.0)


def test_a_bargain_costs_less_than_half(desk: Desk) -> None:
    bargains = next(example for example in examples() if "half" in example.title)
    told = ask(desk, bargains.sql).frame.select("title", "last_price_eur", "usual_eur")
    assert told.rows() == [("Jeans 11", Decimal(5), Decimal(20))]


def test_what_i_sold_is_told_by_month_and_by_brand(desk: Desk) -> None:
    mine = [ask(desk, example.sql).frame.rows() for example in examples() if " I " in example.title]
    assert mine == [[(date(2026, 11, 1), 1, 1, Decimal("12.00"), "EUR")]]
    brands = next(example for example in examples() if "mine" in example.title)
    assert ask(desk, brands.sql).frame.rows() == [("Brand Zara", 1, Decimal("12.00"), Decimal("3.50"), 28.0, "EUR")]


def test_there_are_examples_enough_and_each_can_be_shared() -> None:
    assert len(examples()) >= 6
    assert all(query_of(example.sql) for example in examples())


def test_every_file_of_sql_is_an_example() -> None:
    folder = Path(__file__).parent.parent.parent / "vopt_lib" / "desk" / "sql"
    assert len(list(folder.glob("*.sql"))) == len(examples())


def test_no_example_needs_anything_published(tmp_path: Path) -> None:
    fresh = open_desk(data=tmp_path)
    assert all(isinstance(ask(fresh, example.sql).frame, pl.DataFrame) for example in examples())
