"""How she gives vopt a file: dropped on a page or chosen with the keyboard, seen on its way, told when refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewWindow
from tests.servers import running_pages
from tests.windows import Window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]

SERVER = (str(Path(__file__).parent / "dropping_server.py"),)
MB = 2**20
MAKE_FILES = """(sizes) => {
  const carried = new DataTransfer();
  for (const size of sizes) carried.items.add(new File([new Uint8Array(size).fill(7)], "archivio è.zip"));
  return carried;
}"""


@pytest.fixture(scope="module")
def vopt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("dropping")
    (data / "vopt.toml").write_text("upload_max_mb = 8\n")
    with running_pages(data, program=SERVER) as pages:
        yield f"http://127.0.0.1:{pages.port}"


@pytest.fixture
def window(vopt: str, new_window: NewWindow) -> Window:
    opened = new_window(vopt, language="en")
    opened.open("/dropping")
    return opened


def drop(window: Window, *sizes: int) -> None:
    """Let go of files of these sizes over the box."""
    carried = window.frame.evaluate_handle(MAKE_FILES, list(sizes))
    for kind in ("dragover", "drop"):
        window.shown.locator(".vopt-upload").dispatch_event(kind, {"dataTransfer": carried})


def said(window: Window) -> str:
    return window.shown.locator(".vopt-upload [role=status]").inner_text()


def test_a_dropped_file_reaches_the_page_whole(window: Window) -> None:
    drop(window, 5 * MB)
    sha256 = hashlib.sha256(b"\7" * 5 * MB).hexdigest()
    expect(window.shown.locator("#arrived")).to_have_text(f"archivio è.zip {sha256}")
    assert said(window) == "archivio è.zip is here."
    expect(window.shown.get_by_role("button", name="Cancel")).to_be_hidden()
    assert window.complaints == []


def test_the_keyboard_finds_it_and_the_same_file_can_be_chosen_again(window: Window, tmp_path: Path) -> None:
    (tmp_path / "mail.zip").write_bytes(b"mail")
    field = window.shown.get_by_label("Drop a file here, or choose one")
    for _ in range(2):
        with window.page.expect_file_chooser() as asked:
            field.press("Enter")
        asked.value.set_files(tmp_path / "mail.zip")
        expect(window.shown.locator("#arrived")).to_contain_text("mail.zip " + hashlib.sha256(b"mail").hexdigest())


def test_what_cannot_be_taken_is_said_before_it_is_sent(window: Window) -> None:
    drop(window, 9 * MB)
    assert said(window) == "This file is too large. At most 8 MB."
    drop(window, 1, 1)
    assert said(window) == "One file at a time, please."
    assert not [address for address in window.asked if address.endswith("/own/upload")]


def test_it_can_be_cancelled_on_its_way(window: Window) -> None:
    # A route that never goes on: the file stays on its way.
    window.page.route("**/own/upload", lambda route: None)
    drop(window, 1 * MB)
    expect(window.shown.get_by_role("progressbar")).to_be_visible()
    window.shown.get_by_role("button", name="Cancel").click()
    assert said(window) == "Cancelled. Nothing of it was kept."
    expect(window.shown.get_by_role("progressbar")).to_be_hidden()


def test_what_the_server_says_is_shown(window: Window) -> None:
    window.page.route("**/own/upload", lambda route: route.fulfill(status=422, body="The disk is full."))
    drop(window, 1)
    expect(window.shown.locator(".vopt-upload .is-bad")).to_have_text("The disk is full.")
    window.page.unroute("**/own/upload")
    window.page.route("**/own/upload", lambda route: route.abort())
    drop(window, 1)
    expect(window.shown.locator(".vopt-upload .is-bad")).to_contain_text("did not get through")
