"""The bookmark fills an open form of Vinted, says what it did not find, and neither presses nor sends anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.forms import RENAMED, UNKNOWN, VINTEDS
from vopt_lib.ui.bookmarklet import bookmarklet

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SITE = "https://www.vinted.it"
HOSTILE = "<img src=x onerror=\"document.title='x'\"> Giacca 'jeans' & \"blu\""
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'none'; require-trusted-types-for 'script'"
COPIED = {
    "vopt": "form",
    "title": HOSTILE,
    "description": "Portata poco.\n\n#jeans",
    "price": "24,50",
    "choose": [
        {"name": "Category", "values": ["Donna", "Vestiti", HOSTILE], "means": ""},
        {"name": "Condition", "values": ["Ottime"], "means": "Very good"},
        {"name": "Size", "values": [], "means": ""},
    ],
}


@dataclass
class Form:
    """A stand-in of the form in a browser, and what that asked for since it was open."""

    page: Page
    asked: list[str] = field(default_factory=list)

    def press_bookmark(self) -> None:
        """As a browser does with the address of a bookmark."""
        self.page.evaluate(unquote(bookmarklet("en").removeprefix("javascript:")))

    def paste(self, text: str) -> None:
        self.press_bookmark()
        self.page.locator("#vopt-form textarea").fill(text)

    def told(self) -> dict[str, object]:
        """What the form believes to stand in its fields."""
        known: dict[str, object] = self.page.evaluate("window.told")
        return known

    def said(self, name: str) -> str:
        return self.page.locator("#vopt-form li", has=self.page.get_by_text(name, exact=True)).inner_text()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="it-IT", viewport={"width": 390, "height": 844}) as context:
        context.set_default_timeout(10_000)
        yield context.new_page()


@pytest.fixture
def opened(page: Page) -> Form:
    return Form(page)


def show(form: Form, html: str, path: str = "/items/new") -> Form:
    """Open this page there; from then on whatever the browser asks for is noted."""

    def served(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})

    form.page.unroute_all()
    form.page.route(re.compile(".*"), served)
    form.page.goto(f"{SITE}{path}")
    form.page.on("request", lambda request: form.asked.append(request.url))
    return form


def test_vinteds_own_form_is_filled_and_nothing_pressed_or_sent(opened: Form) -> None:
    form = show(opened, VINTEDS)
    form.paste(json.dumps(COPIED))
    expect(form.page.locator("#vopt-form")).to_contain_text("publish it yourself")
    assert form.told() == {
        "title": HOSTILE,
        "description": "Portata poco.\n\n#jeans",
        "price": "24,50",
        "paid": 24.5,
    }
    assert "filled in 24,50 €" in form.said("Price")
    assert form.said("Category").split("\n")[1:] == ["Donna", "Vestiti", HOSTILE]
    assert "Very good" in form.said("Condition")
    assert "still missing" in form.said("Size")
    assert form.page.locator("#vopt-form img").count() == 0
    assert (form.page.evaluate("window.pressed"), form.asked, form.page.title()) == ([], [], "Vinted")
    box = form.page.locator("#vopt-form section").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_pressed_again_it_changes_nothing(opened: Form) -> None:
    form = show(opened, VINTEDS)
    for _ in range(2):
        form.paste(json.dumps(COPIED))
        expect(form.page.locator("#vopt-form")).to_contain_text("publish it yourself")
    assert [form.said(name).count("filled in") for name in ("Title", "Description", "Price")] == [1, 1, 1]
    assert form.told()["paid"] == 24.5


def test_a_form_with_other_names_is_filled_by_its_labels(opened: Form) -> None:
    form = show(opened, RENAMED, "/items/77/edit")
    form.paste(json.dumps(COPIED))
    expect(form.page.locator("#vopt-form")).to_contain_text("publish it yourself")
    assert form.told() == {"a1": HOSTILE, "a2": "Portata poco.\n\n#jeans", "a3": "24.50"}
    assert (form.page.evaluate("window.pressed"), form.asked) == ([], [])


def test_what_is_not_found_is_said_and_what_she_wrote_stays(opened: Form) -> None:
    form = show(opened, UNKNOWN)
    form.paste(json.dumps(COPIED))
    expect(form.page.locator("#vopt-form")).to_contain_text("publish it yourself")
    assert form.told() == {}
    assert form.page.locator("[name=title]").input_value() == "Scritto da me"
    assert "which stays" in form.said("Title")
    assert "was not found" in form.said("Description")
    assert "was not found" in form.said("Price")
    form.page.locator("#vopt-form").get_by_role("button", name="Ottime").click()
    expect(form.page.locator("#vopt-form")).to_contain_text("Ottime ✓")
    assert form.asked == []


def test_something_else_than_what_vopt_copied_is_refused(opened: Form) -> None:
    form = show(opened, VINTEDS)
    for strange in ("Ciao", "[1]", "null", '{"title": "x"}'):
        form.paste(strange)
        expect(form.page.locator("#vopt-form")).to_contain_text("This is not what vopt copied.")
    assert form.told() == {}
    assert form.page.locator("#vopt-form").count() == 1
    form.paste('{"vopt": "form", "title": {"a": 1}, "choose": [null, {"values": 7}]}')
    expect(form.page.locator("#vopt-form")).to_contain_text("publish it yourself")


def test_beside_the_form_it_says_where_to_press_it(opened: Form) -> None:
    form = show(opened, VINTEDS, "/catalog")
    form.press_bookmark()
    expect(form.page.locator("#vopt-form")).to_contain_text("Sell now")
    assert form.page.locator("#vopt-form textarea").count() == 0
    form.page.locator("#vopt-form").get_by_role("button", name="Close").click()
    assert form.page.locator("#vopt-form").count() == 0
