"""Her photos in a real browser, on a narrow screen: she adds some, orders them by keys, turns, deletes, undoes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import NewWindow, address_of, served
from tests.selling import sell
from tests.server.phones import jpeg
from tests.windows import Window
from vopt_lib.desk.instance import open_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]


def button(window: Window, name: str) -> Locator:
    return window.shown.get_by_role("button", name=name, exact=True)


def order(window: Window) -> list[str]:
    rows: list[str] = window.shown.locator(".vopt-shot").evaluate_all("rows => rows.map(row => row.dataset.photo)")
    return rows


def test_photos_are_added_put_in_order_turned_deleted_and_brought_back(tmp_path: Path, new_window: NewWindow) -> None:
    sell(open_desk(data=tmp_path), "Abito lungo")
    with served(tmp_path) as pages:
        window = new_window(address_of(pages), language="en", width=390)
        window.open("/inventory?id=1")
        title = window.shown.get_by_label("Title", exact=True).last
        title.fill("Abito da sera")
        title.press("Tab")
        files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(n, 900)} for n in (1, 9, 17)]
        window.shown.locator(".vopt-photo-panel input[type=file]").set_input_files(files)  # type: ignore[arg-type]
        shots = window.shown.locator(".vopt-shot")
        expect(shots).to_have_count(3)
        expect(window.shown.get_by_text("3 photos were added.")).to_be_visible()
        first, second, third = order(window)

        button(window, "Photo 1: later").press("Enter")
        expect(shots.nth(1)).to_have_attribute("data-photo", first)
        expect(button(window, "Photo 2: later")).to_be_focused()
        window.page.keyboard.press("Enter")
        expect(shots.nth(2)).to_have_attribute("data-photo", first)
        assert order(window) == [second, third, first]
        shots.nth(2).drag_to(shots.nth(0))
        expect(shots.nth(0)).to_have_attribute("data-photo", first)

        button(window, "Photo 1: turn right").click()
        expect(shots.nth(0).locator("img")).to_have_attribute("src", re.compile(r"-1\?size=240$"))
        button(window, "Photo 2: delete").click()
        button(window, "Photo 2: delete. Delete?").click()
        expect(shots).to_have_count(2)
        button(window, "Undo").click()
        expect(shots).to_have_count(3)
        assert order(window)[0] == first
        expect(window.shown.get_by_label("Title", exact=True).last).to_have_value("Abito da sera")
        assert not window.overflows()
        assert window.complaints == []
