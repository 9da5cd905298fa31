"""The market page's filters: each control says where the page goes, each chip what it undoes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import Choice, Choices
from vopt_lib.ui.filters import chips, listings_shown, market_bar, more_button, orders, price_fields
from vopt_lib.words import Words

ENGLISH, ITALIAN = Words("en"), Words("it")
CHOICES = Choices(
    catalogues=(Choice(3, "Abiti"), Choice(4, "Jeans")),
    brands=(Choice("Zara", listings=1200), Choice("H&M", listings=3)),
    sizes=(Choice("M", listings=7),),
    conditions=(Choice(2, listings=5), Choice(99, listings=1)),
)


def controls(filters: MarketFilters, words: Words = ENGLISH, choices: Choices = CHOICES) -> tuple[list[Any], list[str]]:
    went: list[str] = []
    return market_bar(filters, choices, words, went.append).held, went


def choose(control: Any, value: object) -> None:
    """What marimo does when the browser tells of a change."""
    control._update([value] if isinstance(value, str) and hasattr(control, "options") else value)


def test_without_a_catalogue_only_catalogues_can_be_chosen() -> None:
    held, went = controls(MarketFilters())
    assert [list(control.options) for control in held] == [["All that you follow", "Abiti", "Jeans"]]
    choose(held[0], "Jeans")
    assert went == ["catalog=4"]


def test_the_choices_of_a_catalogue_tell_their_listings_in_the_readers_form() -> None:
    held, _ = controls(MarketFilters(catalog=3, brand="Zara"), ITALIAN)
    assert list(held[1].options.values()) == [None, "Zara", "H&M"]
    assert list(held[1].options)[1:] == ["Zara · 1.200", "H&M · 3"]
    assert list(held[3].options)[1] == "Ottime · 5"
    assert held[1].value == "Zara"


@pytest.mark.parametrize(
    ("place", "value", "address"),
    [
        (0, "Jeans", "catalog=4&days=90"),
        (0, "All that you follow", "days=90"),
        (1, "H&M · 3", "catalog=3&brand=H%26M&size=M&days=90"),
        (2, "Any size", "catalog=3&brand=Zara&days=90"),
        (3, "condition 99 · 1", "catalog=3&brand=Zara&size=M&condition=99&days=90"),
        (4, "12,50", "catalog=3&brand=Zara&size=M&mine=12.5&days=90"),
        (4, "10", "catalog=3&brand=Zara&size=M&mine=10&days=90"),
        (4, "-3", "catalog=3&brand=Zara&size=M&days=90"),
    ],
    ids=["catalogue", "all", "brand", "any size", "condition", "my price", "in whole euro", "no price"],
)
def test_each_control_changes_its_own_filter(place: int, value: object, address: str) -> None:
    held, went = controls(MarketFilters(catalog=3, brand="Zara", size="M", days=90))
    choose(held[place], value)
    assert went == [address]


def test_my_price_is_empty_until_it_is_said() -> None:
    known = (None, Decimal(12), Decimal("12.5"))
    shown = [controls(MarketFilters(catalog=3, mine=mine), ITALIAN)[0][4].value for mine in known]
    assert shown == ["", "12", "12,50"]


def test_a_catalogue_without_listings_offers_no_choice_of_them() -> None:
    assert len(controls(MarketFilters(catalog=3), choices=Choices(catalogues=CHOICES.catalogues))[0]) == 1


def test_brands_that_look_alike_can_both_be_chosen() -> None:
    alike = Choices(brands=(Choice("Zara", listings=2), Choice("Za\u202era", listings=2)))
    held, _ = controls(MarketFilters(catalog=3), choices=alike)
    assert list(held[1].options.values()) == [None, "Zara", "Za\u202era"]


def test_the_period_is_a_link_and_clearing_leaves_the_catalogue() -> None:
    html = market_bar(MarketFilters(catalog=3, brand="A&B", days=90), CHOICES, ENGLISH, print).text
    assert 'href="?catalog=3&amp;brand=A%26B" data-stay' in html
    assert 'href="?catalog=3&amp;brand=A%26B&amp;days=365"' in html
    assert '<a href="?catalog=3" class="vopt-clear" data-stay>Clear filters</a>' in html
    assert "vopt-clear" not in market_bar(MarketFilters(catalog=3), CHOICES, ENGLISH, print).text


def test_a_chip_undoes_what_it_names_and_is_text_whatever_it_holds() -> None:
    filters = MarketFilters(catalog=3, brand="<b>", price_from=Decimal(10), price_to=Decimal("14.99"))
    html = str(chips(filters, ENGLISH))
    assert 'href="?catalog=3&amp;price_from=10&amp;price_to=14.99"' in html
    assert "&lt;b&gt;" in html
    assert '<a href="?catalog=3&amp;brand=%3Cb%3E" data-stay>€10.00 – €14.99' in html
    assert chips(MarketFilters(catalog=3), ENGLISH) == ""


@pytest.mark.parametrize(
    ("band", "told"),
    [({"price_from": 10}, "from €10.00"), ({"price_to": 10}, "up to €10.00")],
    ids=["open above", "open below"],
)
def test_a_band_may_be_open(band: dict[str, int], told: str) -> None:
    assert told in chips(MarketFilters(**band), ENGLISH)


def test_the_order_chosen_is_marked() -> None:
    html = str(orders(MarketFilters(catalog=3, order="cheapest"), ENGLISH))
    assert '<a href="?catalog=3&amp;order=cheapest" aria-current="true" data-stay>Cheapest</a>' in html
    assert '<a href="?catalog=3" data-stay>Newest</a>' in html


def test_more_listings_are_shown_until_something_else_is_chosen() -> None:
    told: list[tuple[str, int]] = []
    first = listings_shown(None, MarketFilters(catalog=3))
    choose(more_button(first, MarketFilters(catalog=3), ENGLISH, told.append), 1)
    assert (first, told) == (24, [("catalog=3", 48)])
    assert listings_shown(told[0], MarketFilters(catalog=3)) == 48
    assert listings_shown(told[0], MarketFilters(catalog=4)) == 24


@pytest.mark.parametrize(
    ("place", "price", "address"),
    [
        (0, "12.50", "catalog=3&price_from=12.5&price_to=20"),
        (1, "30", "catalog=3&price_from=5&price_to=30"),
        (1, "", "catalog=3&price_from=5"),
        (0, "-1", "catalog=3&price_to=20"),
    ],
    ids=["from", "to", "none", "no price"],
)
def test_prices_can_be_written(place: int, price: str, address: str) -> None:
    went: list[str] = []
    fields = price_fields(MarketFilters(catalog=3, price_from=Decimal(5), price_to=Decimal(20)), ENGLISH, went.append)
    assert [field.value for field in fields] == ["5", "20"]
    choose(fields[place], price)
    assert went == [address]
