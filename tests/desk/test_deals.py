"""What the page of deals is told, and how often deals of a made-up market are right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from tests.market.played import collected_at, play
from tests.markets import small_market_data
from vopt_lib.desk.comparables import read_book
from vopt_lib.desk.deals import deals_page
from vopt_lib.desk.instance import open_desk
from vopt_lib.errors import NothingPublished
from vopt_lib.market.deals import deals
from vopt_lib.market.evaluation import deals_against_truth
from vopt_lib.schema.filters import DealFilters


def test_without_anything_published_it_knows_why_it_is_empty(tmp_path: Path) -> None:
    page = deals_page(open_desk(data=tmp_path), DealFilters())
    assert isinstance(page.trouble, NothingPublished)


def test_a_small_market_has_no_deals_and_says_how_many_it_compared(tmp_path: Path) -> None:
    page = deals_page(small_market_data(tmp_path), DealFilters())
    assert (page.known, page.deals.height, page.trouble) == (0, 0, None)
    assert page.compared > 40


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", [18, 19, 20], ids=["log-logistic", "weibull", "frailty"])
def test_four_in_five_of_the_surest_fifty_are_right_where_chance_would_give_one_in_ten(seed: int) -> None:
    days = 14
    played = play(seed, days=days, scale=1.0, missed_share=0.1, pages_a_day=200)
    tables: Mapping[str, pl.DataFrame] = {
        "listing_live": played.live,
        "listing_ended": played.ended,
        "price_change": played.changes,
    }
    book = read_book(lambda name: tables[name].lazy())
    told = deals_against_truth(
        deals(book, now=collected_at(days - 1)), played.live.rename({"last_price_eur": "price_eur"}), played.worth()
    )
    assert told["flagged"] == 50
    assert told["base_rate"] < 0.12
    assert told["precision"] >= 0.8
