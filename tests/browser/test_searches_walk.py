"""How she watches something new: by what she chooses and by a pasted link, collected now, seen to arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewWindow, address_of, served
from tests.desk.conftest import START
from tests.servers import RunningSimulator, running_simulator
from tests.windows import Window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

ARRIVES_WITHIN_MS = 90_000
SEEN_WITHIN_MS = 15_000  # an opened page looks every ten seconds whether there is something new


@pytest.fixture(scope="module")
def market() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START.isoformat(), days=12, scale=0.3) as running:
        yield running


@pytest.fixture
def vopt(market: RunningSimulator, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh vopt that knows only this market."""
    with served(tmp_path, vinted_www=market.www, vinted_api=market.api) as pages:
        yield address_of(pages)


def collected_by(window: Window, button: Locator) -> Locator:
    """Press the button; what is said when everything it began is done."""
    button.click()
    told = window.shown.get_by_role("status").filter(has_text="Arrived.")
    expect(told).to_be_visible(timeout=ARRIVES_WITHIN_MS)
    return told


def test_she_chooses_a_search_collects_it_and_sees_it_arrive(vopt: str, new_window: NewWindow) -> None:
    window = new_window(vopt, language="en")
    window.open("/")
    window.shown.get_by_role("link", name="Choose a search").click()
    window.shown.get_by_role("button", name="Catalogue").click()
    window.page.keyboard.type("borse")
    window.shown.get_by_role("option", name="Donna > Borse", exact=True).click()
    expect(window.shown.get_by_text("You will follow: Donna > Borse")).to_be_visible()
    window.shown.get_by_role("button", name="Follow it").click()
    expect(window.shown.get_by_role("heading", name="Borse (Donna)")).to_be_visible()

    told = collected_by(window, window.shown.get_by_role("button", name="Collect now"))

    expect(told).to_contain_text(re.compile(r"Borse \(Donna\): [1-9]\d* listings on \d+ pages, 100%"))
    told.get_by_role("link", name="See the prices").click()
    expect(window.shown.get_by_role("heading", name="Borse", level=1)).to_be_visible()
    expect(window.shown.get_by_role("table", name="Listings on sale")).to_be_visible()
    assert window.place == "/market?catalog=19"
    assert window.complaints == []


def test_she_pastes_a_link_and_sees_it_arrive(vopt: str, new_window: NewWindow) -> None:
    window = new_window(vopt, language="en")
    window.open("/follow")
    window.shown.get_by_role("link", name="Paste a link").click()
    address = window.shown.get_by_role("textbox", name="Address of a page of Vinted results")
    address.fill("https://www.vinted.it/catalog?search_text=borsa&catalog[]=19&price_to=20")
    address.press("Enter")
    window.shown.get_by_role("button", name="Follow it").click()
    expect(window.shown.get_by_text("You follow")).to_be_visible()

    told = collected_by(window, window.shown.get_by_role("button", name="Collect now"))

    expect(told).to_contain_text(re.compile(r"[1-9]\d* listings on \d+ pages?"))
    assert window.complaints == []


def test_pages_opened_before_show_what_has_been_collected_since(vopt: str, new_window: NewWindow) -> None:
    window = new_window(vopt, language="en")
    window.open("/")
    window.switch_to("Prices")
    window.switch_to("Searches")
    window.shown.get_by_role("button", name="Catalogue").click()
    window.page.keyboard.type("borse")
    window.shown.get_by_role("option", name="Donna > Borse", exact=True).click()
    window.shown.get_by_role("button", name="Follow it").click()
    collected_by(window, window.shown.get_by_role("button", name="Collect now"))

    window.switch_to("Prices")
    expect(window.shown.get_by_role("link", name="Borse")).to_be_visible(timeout=SEEN_WITHIN_MS)
    window.switch_to("Home")
    expect(window.shown.get_by_role("link", name="See prices")).to_be_visible(timeout=SEEN_WITHIN_MS)
