"""A kernel ends some time after its page was closed; then nothing of it can be had any more."""

from __future__ import annotations

import re

import pytest

from tests.pages.opening import Opened, new_browser, open_page
from tests.server.asgi import HOST, Came, ask, http
from tests.server.things_server import THINGS
from tests.waiting import until
from vopt_lib.server.answers import App
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.endings import DOES_NOT_COME_BACK

BROWSERS = Browsers(bytes(32), 8420)
COOKIE = ("cookie", new_browser(BROWSERS, "it"))


@pytest.fixture(scope="module")
def app() -> App:
    """An app whose kernels end at once."""
    return build(BROWSERS, 8420, pages=[THINGS], session_ttl_s=0)


@pytest.fixture(scope="module")
def waiting() -> App:
    """An app whose kernels wait whether their page comes back."""
    return build(BROWSERS, 8420, pages=[THINGS], session_ttl_s=600)


@pytest.fixture(scope="module")
def closed(app: App) -> Opened:
    """A page that was open, and whose kernel has ended."""
    opened = open_page(app, COOKIE[1], "things")
    until(lambda: ask_for_file(app, opened).status != 200)
    return opened


def ask_for_file(app: App, opened: Opened) -> Came:
    file = re.search(r"@file/[\w.-]+", opened.html)
    assert file
    return ask(app, http(f"/p/things/{file[0]}", headers=[COOKIE]))


def test_a_kernel_ends_at_once_when_its_page_does_not_come_back(waiting: App) -> None:
    ended = open_page(waiting, COOKIE[1], "things", code=DOES_NOT_COME_BACK)
    until(lambda: ask_for_file(waiting, ended).status == 410)


def test_a_file_goes_with_its_kernel(app: App, closed: Opened) -> None:
    came = ask_for_file(app, closed)
    assert (came.status, came.headers["content-type"]) == (410, "text/plain; charset=utf-8")


def test_a_call_is_told_that_the_page_is_gone(app: App, closed: Opened) -> None:
    headers = [COOKIE, ("origin", f"http://{HOST}"), ("marimo-session-id", "s_000000")]
    assert "moved to 0" in closed.html
    assert ask(app, http("/p/things/api/kernel/function_call", method="POST", headers=headers), b"{}").status == 410
