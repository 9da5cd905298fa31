"""What the page of one listing is told, from a small lake that is collected, refined and published for real."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.markets import BAGS, NEWEST, small_market_data
from vopt_lib.desk.comparables import listing_page
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import NothingPublished
from vopt_lib.schema.comparables import FairPrice
from vopt_lib.schema.filters import ListingAddress
from vopt_lib.schema.listing_page import Offer

FIRST = BAGS.id * 1000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return small_market_data(tmp_path_factory.mktemp("small"))


def offer_of(desk: Desk, number: int) -> Offer:
    page = listing_page(desk, ListingAddress(id=FIRST + number))
    assert page.offer is not None
    return page.offer


def test_a_listing_on_sale_is_told_with_its_catalogue_and_what_others_ask(desk: Desk) -> None:
    offer = offer_of(desk, 0)
    assert offer.is_live
    assert offer.path == "Donna > Borse"
    assert offer.facts["title"] == "Abito lungo nero"
    assert offer.compared is not None
    assert isinstance(offer.compared.fair, FairPrice)
    assert FIRST not in offer.compared.on_sale["listing_id"]


def test_its_price_is_told_from_each_change_until_the_next(desk: Desk) -> None:
    prices = offer_of(desk, 0).prices
    assert prices["amount"].to_list() == [Decimal("8.00"), Decimal("5.00"), Decimal("5.00")]
    days = [at.date() for at in prices["at"]]
    assert days == [NEWEST - timedelta(days=11), NEWEST - timedelta(days=5), NEWEST]
    assert offer_of(desk, 1).prices["amount"].n_unique() == 1


def test_an_ended_listing_is_told_with_its_gone_interval_and_is_still_compared(desk: Desk) -> None:
    offer = offer_of(desk, 5)
    assert not offer.is_live
    assert offer.facts["evidence"] == "unknown"
    assert offer.facts["gone_after"] < offer.facts["gone_before"]
    assert offer.compared is not None
    assert offer.others == 0


@pytest.mark.parametrize("listing_id", [None, 7])
def test_an_unknown_listing_is_no_trouble(desk: Desk, listing_id: int | None) -> None:
    page = listing_page(desk, ListingAddress(id=listing_id))
    assert (page.offer, page.trouble, page.listing_id) == (None, None, listing_id)


def test_a_market_that_is_not_followed_knows_no_listing(desk: Desk) -> None:
    assert listing_page(desk, ListingAddress(market="fr", id=FIRST)).offer is None


def test_how_fresh_and_complete_it_is_is_told(desk: Desk) -> None:
    fresh = listing_page(desk, ListingAddress(id=FIRST)).freshness
    assert fresh.newest_day == NEWEST
    assert fresh.share_seen == pytest.approx(0.5, abs=0.1)
    assert not fresh.is_stale


def test_without_anything_published_it_knows_why_it_is_empty(tmp_path: Path) -> None:
    page = listing_page(open_desk(data=tmp_path), ListingAddress(id=1))
    assert isinstance(page.trouble, NothingPublished)
