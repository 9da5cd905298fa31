"""How photos come from a phone: a browser that runs no scripts opens the page, sends photos and closes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.phones import LOOPBACK, Open, Phone, jpeg, opened, running

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE_SCREEN = {"width": 390, "height": 844}


@pytest.fixture
def one(tmp_path: Path) -> Open:
    return opened(tmp_path)


@pytest.fixture
def phone(one: Open) -> Iterator[Phone]:
    with running(one) as server:
        yield server


def photo(number: int) -> dict[str, object]:
    return {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(number)}


def another(browser: Browser, *, scripts: bool = False) -> Page:
    page = browser.new_context(java_script_enabled=scripts, viewport=PHONE_SCREEN, locale="en-GB").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    return page


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_photos_are_sent_and_the_page_is_closed(browser: Browser, one: Open, phone: Phone, scripts: bool) -> None:
    page, complaints = another(browser, scripts=scripts), []
    page.on("console", lambda message: complaints.append(message.text))
    address = f"http://{LOOPBACK}:{phone.page.port}{one.path}"
    page.goto(address)
    page.get_by_label("Take photos, or choose some").set_input_files([photo(1), photo(2)])  # type: ignore[list-item]
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_have_text("2 photos have arrived.")
    page.goto(address)
    expect(page.get_by_role("status")).to_have_text("2 photos have arrived.")
    other = another(browser)
    other.goto(address)
    expect(other.locator("body")).to_have_text(
        "Another phone or browser opened this page first. Ask vopt for a new code."
    )
    page.get_by_role("button", name="I am done: close this page").click()
    expect(page.get_by_role("heading")).to_have_text("Done")
    assert len(one.photos()) == 2
    assert [told for told in complaints if "favicon" not in told and "404" not in told and "403" not in told] == []
