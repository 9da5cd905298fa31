"""How she walks through prices: by links, by controls, by the address bar, with a mouse and with keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewWindow
from tests.windows import Window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

SNEAKERS = "/market?catalog=9000042"
NIKE = SNEAKERS + "&brand=Nike"


def heading(window: Window, name: str | re.Pattern[str]) -> Locator:
    return window.shown.get_by_role("heading", name=name, level=1)


def listings(window: Window) -> Locator:
    return window.shown.get_by_role("table", name="Listings on sale")


def figures(window: Window) -> list[str]:
    """What the page says of this market: its tiles."""
    return window.shown.get_by_role("listitem").all_inner_texts()


def test_from_home_to_a_catalogue_to_a_brand_and_back_by_the_address_bar(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/")
    window.shown.get_by_role("link", name="See prices").click()
    expect(heading(window, re.compile("What do things cost"))).to_be_visible()
    window.shown.get_by_role("link", name="Sneakers", exact=True).first.click()
    expect(heading(window, "Sneakers")).to_be_visible()
    window.shown.get_by_role("table", name="Brands").get_by_role("link", name="Nike", exact=True).click()
    expect(window.page).to_have_url(re.compile(re.escape(NIKE) + "$"))
    expect(heading(window, "Nike · Sneakers")).to_be_visible()

    for way, there in ((-1, SNEAKERS), (-1, "/market"), (-1, "/"), (1, "/market"), (1, SNEAKERS), (1, NIKE)):
        window.page.evaluate("way => history.go(way)", way)
        expect(window.page).to_have_url(demo + there)
    expect(heading(window, "Nike · Sneakers")).to_be_visible()
    assert window.complaints == []


def test_going_back_faster_than_the_page_follows_loses_nothing(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/market")
    window.shown.get_by_role("link", name="Sneakers", exact=True).first.click()
    expect(heading(window, "Sneakers")).to_be_visible()
    window.shown.get_by_role("link", name="90 days").click()
    expect(window.page).to_have_url(re.compile("days=90"))
    window.shown.get_by_role("link", name="A year").click()
    expect(window.page).to_have_url(re.compile("days=365"))

    window.page.evaluate("history.back(), setTimeout(() => history.back(), 30), setTimeout(() => history.back(), 60)")
    expect(heading(window, re.compile("What do things cost"))).to_be_visible()
    window.settle()
    assert window.place == "/market"
    window.page.go_forward()
    window.page.go_forward()
    window.page.go_forward()
    expect(window.shown.get_by_role("link", name="A year")).to_have_attribute("aria-current", "true")
    assert window.place == SNEAKERS + "&days=365"


def test_an_address_shows_somebody_else_the_same(demo: str, new_window: NewWindow) -> None:
    hers, his = new_window(demo, language="en"), new_window(demo, language="en", width=390)
    hers.open(SNEAKERS)
    brand = hers.shown.get_by_role("combobox", name="Brand")
    brand.select_option(brand.get_by_role("option").filter(has_text=re.compile("^Nike ·")).inner_text())
    expect(heading(hers, "Nike · Sneakers")).to_be_visible()
    hers.settle()

    his.open(hers.place)

    expect(heading(his, "Nike · Sneakers")).to_be_visible()
    assert figures(his) == figures(hers)


def test_a_reload_keeps_what_she_has_chosen(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open(SNEAKERS)
    window.shown.get_by_role("link", name="Cheapest").click()
    expect(window.page).to_have_url(re.compile("order=cheapest"))

    window.page.reload()

    expect(window.shown.get_by_role("link", name="Cheapest")).to_have_attribute("aria-current", "true")
    expect(heading(window, "Sneakers")).to_be_visible()


def test_two_people_look_at_different_brands_at_once(demo: str, new_window: NewWindow) -> None:
    anna, ben = new_window(demo, language="en"), new_window(demo, language="it")
    anna.open(NIKE)
    ben.open(SNEAKERS + "&brand=adidas")

    anna.shown.get_by_role("link", name="Cheapest").click()
    expect(anna.page).to_have_url(re.compile("order=cheapest"))
    ben.settle()

    expect(heading(anna, "Nike · Sneakers")).to_be_visible()
    expect(heading(ben, "adidas · Sneakers")).to_be_visible()
    assert ben.place == SNEAKERS + "&brand=adidas"


def test_a_click_on_a_bar_shows_the_listings_at_that_price(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open(SNEAKERS)
    card = window.shown.locator(".vopt-card", has=window.shown.get_by_role("heading", name="What they ask today"))
    card.locator(".mark-rect path").nth(2).click(force=True)  # a wider place to hit lies over each bar
    expect(window.page).to_have_url(re.compile("price_from=.*price_to="))
    expect(listings(window)).to_be_visible()


def test_her_own_price_is_in_the_address(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open(SNEAKERS)
    price = window.shown.get_by_role("textbox", name="My price, €")
    price.fill("42")
    price.press("Enter")
    expect(window.page).to_have_url(re.compile("mine=42"))
