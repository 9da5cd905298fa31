"""A button that copies does so wherever the page is: on this computer, and over plain http in the home network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.test_package import JACKET
from vopt_lib.ui.package import package_card
from vopt_lib.words import Words

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SCRIPT = Path(__file__).parents[2] / "vopt_lib" / "ui" / "static" / "package.js"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        context.set_default_timeout(10_000)
        opened = context.new_page()
        card = package_card(JACKET, Words("en"))
        html = f"<!DOCTYPE html><meta charset=utf-8>{card}<textarea></textarea><script>{SCRIPT.read_text()}</script>"
        opened.route(re.compile(".*"), lambda route: route.fulfill(body=html, content_type="text/html"))
        yield opened


@pytest.mark.parametrize(
    ("address", "has_clipboard"), [("http://localhost:8420/", True), ("http://192.168.1.7:8420/", False)]
)
def test_a_text_is_copied_and_its_line_ticked(page: Page, address: str, has_clipboard: bool) -> None:
    page.goto(address)
    assert page.evaluate("Boolean(navigator.clipboard)") is has_clipboard
    button = page.get_by_role("button", name="Copy: Description")
    button.click()
    expect(button).to_have_text("Copied")
    expect(button).to_be_focused()
    assert [box.is_checked() for box in page.get_by_role("checkbox").all()][:4] == [False, False, True, False]
    page.locator("textarea").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("textarea")).to_have_value("Portata poco.\n\n#jeans")
    expect(button).to_have_text("Copy")


def test_the_bookmark_can_be_dragged_and_does_nothing_here(page: Page) -> None:
    page.goto("http://localhost:8420/")
    page.locator("summary").click()
    link = page.locator("[data-bookmarklet]")
    link.hover()
    expect(link).to_have_attribute("href", re.compile("^javascript:"))
    link.click()
    assert page.locator("#vopt-form").count() == 0
    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#vopt-form").count() == 0
