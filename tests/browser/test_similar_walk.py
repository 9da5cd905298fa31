"""What looks like a photo: dropped on the page, narrowed, followed to a listing, and from there to its look-alikes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewWindow
from tests.simulator.drawn import DRESS, drawn

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]


def test_a_dropped_photo_leads_to_look_alikes_and_to_a_listing(demo: str, new_window: NewWindow) -> None:
    window = new_window(demo, language="en")
    window.open("/similar?own=1")
    box = window.shown.get_by_label("Drop a photo here, choose one, or take one")
    box.set_input_files({"name": "abito.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"})
    expect(window.shown.get_by_role("alert")).to_contain_text("This photo cannot be opened")
    expect(window.page).to_have_url(re.compile(r"/similar$"))

    photo = drawn(DRESS, size=(310, 430)).photo
    box.set_input_files({"name": "abito.webp", "mimeType": "image/webp", "buffer": photo})
    cards = window.shown.locator(".vopt-lookalikes > li")
    expect(cards.first).to_be_visible()
    expect(window.shown.get_by_role("heading", name="abito.webp")).to_be_visible()

    window.shown.get_by_label("State", exact=True).select_option("on sale")
    expect(window.page).to_have_url(re.compile(r"/similar\?state=on_sale$"))
    expect(window.shown.get_by_text("Those sold last asked")).to_be_hidden()
    expect(window.shown.get_by_role("heading", name="abito.webp")).to_be_visible()

    window.settle()
    cards.first.get_by_role("link").first.click()
    window.settle()
    assert window.place.startswith("/listing?id=")
    window.shown.get_by_role("link", name="What looks like it?").click()
    window.settle()
    assert window.place.startswith("/similar?listing=")
    expect(cards.first).to_be_visible()
    assert window.complaints == []
