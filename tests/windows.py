"""This is where tests, pictures and benchmarks look at the pages as she does: in a real Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Frame,
    FrameLocator,
    Page,
    Playwright,
    Route,
    WebSocket,
    expect,
    sync_playwright,
)

from vopt_lib.schema.visitor import Theme
from vopt_lib.words import Language

CHROMIUM = (
    os.environ.get("VOPT_CHROMIUM")
    or shutil.which("chromium-headless-shell")  # the same browser without its own windows: it takes 40 % less CPU
    or shutil.which("chromium")
    or "/usr/bin/chromium"
)
FLAGS = ("--no-sandbox", "--disable-background-networking", "--font-render-hinting=none")
LOCALES: dict[Language, str] = {"it": "it-IT", "en": "en-GB"}
HEIGHTS = {1280: 900, 390: 844}
READY_WITHIN_MS = 30_000
SCRIPTS = Path(__file__).with_name("browser") / "scripts"

Width = Literal[1280, 390]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium with a fresh profile, that asks for nothing by itself."""
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium of an open Playwright."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()


def new_context(
    browser: Browser,
    address: str,
    *,
    language: Language = "it",
    width: Width = 1280,
    theme: Theme = "light",
    scale: float = 1,
    photos: bytes | None = None,
) -> BrowserContext:
    """A browser of somebody's own: no cookie, her language, her screen.

    `scale`: dots for each CSS pixel. `photos`: what every photo of a listing is, instead of asking the simulator, which
    may run no more.
    """
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": HEIGHTS[width]},
        device_scale_factor=scale,
        locale=LOCALES[language],
        color_scheme="dark" if theme == "dark" else "light",
        accept_downloads=True,
    )
    context.set_default_timeout(READY_WITHIN_MS)
    expect.set_options(timeout=READY_WITHIN_MS)
    if photos is not None:
        context.route(re.compile(r"^http://[\w.]*vinted\.localhost"), lambda route: _fulfil(route, photos))
    return context


def _fulfil(route: Route, photo: bytes) -> None:
    route.fulfill(body=photo, content_type="image/webp")


@dataclass
class Window:
    """One tab, and everything that it asked for and that went wrong in it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, context: BrowserContext) -> Window:
        """A new tab of this browser."""
        window = cls(context.new_page())
        window.page.on("console", lambda said: window._complain("console", said.text) if said.type == "error" else None)
        window.page.on("pageerror", lambda error: window._complain("script", str(error)))
        window.page.on("request", lambda request: window.asked.append(request.url))
        window.page.on("websocket", window._listen)
        return window

    def open(self, address: str) -> None:
        """Go to a page of ours by the address bar, and wait until it stands still."""
        self.page.goto(address)
        self.settle()

    def switch_to(self, title: str) -> None:
        """Open a page by the sidebar."""
        link = self.page.get_by_role("navigation").get_by_role("link", name=title, exact=True)
        if not link.is_visible():
            self.page.locator("[data-opens=vopt-more]").click()  # a phone has room for some
        link.click()
        self.settle()

    def choose(self, name: Literal["theme", "language"], value: str) -> None:
        """Choose among the preferences how vopt looks, or in which language it speaks."""
        self.page.locator("[data-opens=vopt-me]").click()
        self.page.locator(f"select[name={name}]").select_option(value)
        if name == "theme":  # another language opens the page anew
            self.page.keyboard.press("Escape")

    def settle(self) -> None:
        """Return when the page that is shown is ready, its kernel rests, and nothing has changed for a moment."""
        self.page.locator(".vopt-waiting").wait_for(state="hidden")
        self.frame.wait_for_function("!('busy' in document.documentElement.dataset)", timeout=READY_WITHIN_MS)
        self.frame.evaluate(_script("still"))

    @property
    def shown(self) -> FrameLocator:
        """The page inside the shell that she sees, whichever that is by the time something is looked for in it."""
        return self.page.frame_locator("iframe.is-shown")

    @property
    def frame(self) -> Frame:
        """The page inside the shell that she sees now."""
        frame = self.page.locator("iframe.is-shown").element_handle().content_frame()
        assert frame is not None
        return frame

    @property
    def place(self) -> str:
        """What the address bar says, from the path on."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def texts(self) -> list[str]:
        """Every visible text of the shell and of the page shown, names of controls and drawings included."""
        return [text for one in (self.page.main_frame, self.frame) for text in one.evaluate(_script("texts"))]

    def overflows(self) -> list[str]:
        """What is wider than the screen."""
        return [told for one in (self.page.main_frame, self.frame) for told in one.evaluate(_script("overflows"))]

    def photograph(self, path: Path) -> None:
        """Keep what is seen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)

    def photograph_whole(self, path: Path) -> None:
        """Keep the whole page, as if the screen were as high as it is."""
        usual = self.page.viewport_size
        assert usual is not None
        around = usual["height"] - int(self.frame.evaluate("innerHeight"))
        height = int(self.frame.evaluate("document.querySelector('#App').scrollHeight"))
        self.page.set_viewport_size({"width": usual["width"], "height": max(usual["height"], height + around)})
        self.settle()
        self.photograph(path)
        self.page.set_viewport_size(usual)

    def _complain(self, kind: str, text: str) -> None:
        self.complaints.append(f"{kind}: {text}")

    def _listen(self, socket: WebSocket) -> None:
        self.asked.append(socket.url)
        socket.on("framereceived", self._hear)

    def _hear(self, message: str | bytes) -> None:
        told = message if isinstance(message, str) else message.decode()
        if "application/vnd.marimo+error" not in told and '"console":{' not in told:
            return
        cell: dict[str, Any] = json.loads(told)["data"]
        for said in (cell.get("output"), cell.get("console")):
            if isinstance(said, dict) and (said["channel"] != "output" or said["mimetype"].endswith("error")):
                self._complain(said["channel"], str(said["data"]))


def foreign(asked: list[str]) -> list[str]:
    """Those addresses that are not on this computer."""
    return [address for address in asked if not _is_here(address)]


def _is_here(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    return (
        parts.scheme in ("data", "blob", "about")
        or host in ("127.0.0.1", "localhost")
        or (host.endswith(".vinted.localhost"))
    )


def _script(name: str) -> str:
    return (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
