"""A thing is priced as she does it: typed, picked, found by a link, and back again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewWindow

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]


def test_what_is_typed_is_in_the_address_and_is_compared(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/price")
    expect(window.shown.get_by_role("heading", name="Which thing?")).to_be_visible()

    window.shown.get_by_label("Title").fill("jeans skinny")
    window.shown.get_by_label("Title").press("Enter")
    expect(window.page).to_have_url(re.compile(r"/price\?title=jeans\+skinny"))
    expect(window.shown.get_by_role("heading", name="Most alike on sale")).to_be_visible()
    expect(window.shown.get_by_text("guessed from the title: Donna > Vestiti > Jeans")).to_be_visible()

    window.shown.get_by_label("Condition", exact=True).select_option("Very good")
    expect(window.page).to_have_url(re.compile("condition=2"))
    window.settle()
    window.page.go_back()
    expect(window.page).to_have_url(re.compile(r"title=jeans\+skinny$"))
    assert window.complaints == []


def test_a_price_on_the_inventory_leads_to_what_the_thing_is_worth(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/inventory?state=published")
    # Above the list there is another table: the prices that are worth changing today.
    row = window.shown.locator("tbody tr").filter(has=window.shown.locator("td.is-title a")).first
    title = row.locator("td.is-title a").inner_text()
    row.get_by_title("What is it worth?").click()
    window.settle()
    assert window.place.startswith("/price?own=")
    expect(window.shown.get_by_label("Title")).to_have_value(title)


def test_a_listing_leads_to_what_such_a_thing_is_worth(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/price?title=jeans+skinny")
    window.shown.get_by_role("region", name="Asks").get_by_role("link").first.click()
    window.settle()
    assert window.place.startswith("/listing?id=")
    window.shown.get_by_role("link", name="What is it worth?").click()
    window.settle()
    assert window.place.startswith("/price?title=")
    expect(window.shown.get_by_role("heading", name="Most alike on sale")).to_be_visible()
