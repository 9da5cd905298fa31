"""Her duplicates in a real browser: decided by key and by button, taken back, and told on the first page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewWindow, address_of, served
from tests.desk.reused import with_reused_photos

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[str]:
    """The address of a vopt whose owner's photo is shown by a stranger, and who offers boots twice."""
    with_reused_photos(tmp_path / "data")
    with served(tmp_path / "data") as service:
        yield address_of(service)


def test_she_decides_by_key_and_button_and_takes_back(pages: str, new_window: NewWindow) -> None:
    window = new_window(pages, language="en", width=390)
    window.open("/duplicates")
    cards = window.shown.locator(".vopt-duplicate")
    expect(cards).to_have_count(2)
    assert not window.overflows()

    window.shown.get_by_role("heading", level=1).click()
    window.page.keyboard.press("1")

    expect(window.shown.get_by_text("Noted: it is the same.")).to_be_visible()
    expect(cards).to_have_count(1)
    window.settle()
    window.shown.get_by_role("button", name="It is not", exact=True).click()
    expect(window.shown.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    window.settle()
    window.shown.get_by_role("button", name="Undo", exact=True).click()
    expect(cards).to_have_count(1)
    window.settle()
    window.open("/")
    expect(window.shown.get_by_text("You seem to offer 1 thing twice.")).to_be_visible()
