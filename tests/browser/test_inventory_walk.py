"""Her inventory in a real browser: she picks, changes many, undoes, opens one, writes, and finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewWindow, address_of, served
from tests.selling import sell
from tests.windows import Width, Window
from vopt_lib.desk.instance import open_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

TITLES = ("Abito lungo", "Borsa a tracolla", "Camicia bianca", "Divisa da calcio", "Elmo")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    """The address of a vopt whose owner has five things on sale."""
    sell(open_desk(data=tmp_path), *TITLES)
    with served(tmp_path) as pages:
        yield address_of(pages)


@pytest.fixture(params=[1280, 390])
def window(shop: str, new_window: NewWindow, request: pytest.FixtureRequest) -> Window:
    width: Width = request.param
    opened = new_window(shop, language="en", width=width)
    opened.open("/inventory?order=oldest")
    return opened


def press(window: Window, name: str) -> None:
    window.shown.get_by_role("button", name=name, exact=True).click()
    window.settle()


def write(window: Window, label: str, text: str) -> None:
    box = window.shown.get_by_label(label, exact=True).last
    box.fill(text)
    box.press("Tab")
    window.settle()


def test_many_are_changed_after_a_look_and_come_back(window: Window) -> None:
    boxes = window.shown.locator("tbody input.vopt-pick")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(window.shown.locator("tbody input.vopt-pick:checked")).to_have_count(3)
    window.settle()
    window.shown.get_by_text("Change them together").click()
    write(window, "Price by", "-10%")
    press(window, "See what becomes of them")
    assert not window.overflows()
    expect(window.shown.locator(".vopt-plan tbody tr")).to_have_count(3)
    expect(window.shown.locator(".vopt-plan")).to_contain_text("€8.55")

    press(window, "Change 3 listings")

    expect(window.shown.get_by_text("3 listings were changed.")).to_be_visible()
    expect(window.shown.locator("tbody input.vopt-pick:checked")).to_have_count(0)
    expect(window.shown.locator(".vopt-inventory td.is-price", has_text="€8.55")).to_have_count(3)
    press(window, "Undo")
    expect(window.shown.locator(".vopt-inventory td.is-price", has_text="€9.50")).to_have_count(5)
    assert window.complaints == []


def test_one_is_opened_written_refused_kept_and_closed_by_a_key(window: Window) -> None:
    window.shown.get_by_role("link", name="Camicia bianca").click()
    window.settle()
    assert window.place == "/inventory?order=oldest&id=3"
    write(window, "Asked price, €", "nove")
    press(window, "Save")
    expect(window.shown.get_by_text("“nove” is not a price.")).to_be_visible()
    expect(window.shown.get_by_label("Asked price, €", exact=True)).to_have_value("nove")

    write(window, "Asked price, €", "11,50")
    press(window, "Save")

    expect(window.shown.get_by_text("“Camicia bianca” is saved.")).to_be_visible()
    expect(window.shown.locator(".vopt-pane")).to_contain_text("€9.50 → €11.50")
    assert not window.overflows()
    window.page.keyboard.press("Escape")
    window.settle()
    expect(window.shown.locator(".vopt-pane")).to_have_count(0)
    assert window.place == "/inventory?order=oldest"
    assert window.complaints == []


def test_a_word_with_an_error_is_found_and_the_way_back_leads_back(window: Window) -> None:
    box = window.shown.get_by_label("Search", exact=True)
    box.fill("camcia")
    box.press("Enter")
    window.settle()
    expect(window.shown.locator("td.is-title")).to_have_count(1)
    expect(window.shown.get_by_text("Nothing has “camcia”: shown is what has “camicia”.")).to_be_visible()
    assert window.place == "/inventory?text=camcia&order=oldest"
    window.shown.get_by_role("link", name="Clear filters").click()
    window.settle()
    expect(window.shown.locator("td.is-title")).to_have_count(5)


def test_a_new_listing_is_written_and_stands_first(window: Window) -> None:
    window.open("/inventory?new=True")
    write(window, "Title", "Zaino rosso")
    press(window, "Save")
    expect(window.shown.get_by_text("“Zaino rosso” is kept as a draft, with the code A-0006.")).to_be_visible()
    press(window, "Close")
    expect(window.shown.locator("td.is-title").first).to_contain_text("Zaino rosso")
    assert window.complaints == []
