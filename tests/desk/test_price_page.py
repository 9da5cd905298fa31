"""The page of prices: what she can choose, and what the shop fills in of her own things."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.markets import BAGS, small_market_data
from tests.price_rules import RULES
from tests.selling import sell
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.price_page import price_page
from vopt_lib.desk.shop.inventory_deeds import press_listing
from vopt_lib.errors import ShopDamaged, UnknownListing
from vopt_lib.schema.filters import PriceFilters
from vopt_lib.schema.pricing import OfferAdvice, Unlearnt, Worth
from vopt_lib.schema.visitor import Visitor

ANNA = Visitor("anna", "en", role="admin")
FACTS = {"catalog_id": BAGS.id, "brand": "Zara", "size": "M", "condition_id": 2, "cost": Decimal("4.00")}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_market_data(tmp_path)


def test_with_nothing_named_it_offers_her_things_and_the_brands_of_the_market(desk: Desk) -> None:
    (number,) = sell(desk, "Borsa di Anna")
    page = price_page(desk, ANNA, PriceFilters())
    assert page.priced is None
    assert [(choice.value, choice.title) for choice in page.own] == [(number, "Borsa di Anna")]
    assert {choice.value for choice in page.brands[:4]} == {"Zara", "Nike", "H&M", "Pull & Bear"}
    assert page.brands[0].listings
    assert page.catalogues[0].title in ("Donna > Borse", "Donna > Vestiti > Abiti")
    assert [term.title for term in page.conditions][:1] == ["New with tags"]


def test_a_described_thing_is_priced(desk: Desk) -> None:
    page = price_page(desk, ANNA, PriceFilters(title="Borsa", catalog=BAGS.id, cost=Decimal(5)), pricing=RULES)
    assert page.priced is not None
    assert isinstance(page.priced.worth, Worth)
    assert page.priced.selling.cost_eur == 5.0
    assert page.priced.selling.holding_eur_a_day == desk.settings.holding_eur_a_day
    assert page.freshness.newest_day is not None


def test_a_thing_of_her_own_is_filled_in_and_what_she_says_goes_before(desk: Desk) -> None:
    (number,) = sell(desk, "Borsa di Anna", **FACTS)
    page = price_page(desk, ANNA, PriceFilters(own=number, condition=3, offer=Decimal(8)), pricing=RULES)
    assert page.filled == PriceFilters(
        own=number, title="Borsa di Anna", brand="Zara", catalog=BAGS.id, size="M", condition=3,
        cost=Decimal("4.00"), offer=Decimal(8),
    )  # fmt: skip
    assert page.priced is not None
    assert page.priced.subject.description == "Borsa di Anna"
    assert page.asked_eur == 9.5
    assert page.priced.offered is not None
    assert page.priced.offered.advice == OfferAdvice(True, 7.6, None)


def test_a_thing_that_is_sold_stands_among_the_choices_while_it_is_shown(desk: Desk) -> None:
    first, second = sell(desk, "Borsa", "Abito")
    press_listing(desk, ANNA, "sold", first)
    assert [one.value for one in price_page(desk, ANNA, PriceFilters()).own] == [second]
    assert [one.value for one in price_page(desk, ANNA, PriceFilters(own=first)).own] == [first, second]


def test_somebody_elses_thing_is_none(desk: Desk) -> None:
    assert isinstance(price_page(desk, ANNA, PriceFilters(own=77)).trouble, UnknownListing)


def test_before_anything_is_collected_it_says_what_is_missing(tmp_path: Path) -> None:
    page = price_page(open_desk(data=tmp_path), ANNA, PriceFilters(title="Borsa"))
    assert page.trouble is None
    assert page.priced is not None
    assert page.priced.worth is Unlearnt.NO_MODEL
    assert page.catalogues


def test_a_damaged_shop_is_told(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    desk.paths.shop.parent.mkdir(parents=True, exist_ok=True)
    desk.paths.shop.write_bytes(b"{" * 4096)
    assert isinstance(price_page(desk, ANNA, PriceFilters()).trouble, ShopDamaged)
