"""Every page is whole: with and without data, in both languages and themes, on a screen and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import pytest
from playwright.sync_api import Browser

from tests.browser.words import foreign_words
from tests.windows import Width, Window, foreign, new_context
from vopt_lib.schema.visitor import Theme
from vopt_lib.words import LANGUAGES, Language

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

Folder = Literal["demo", "nothing"]
ADDRESSES = (
    *("/", "/market", "/market?catalog=9000042", "/brand", "/brand?brand=Zara", "/deals", "/listing", "/follow"),
    *(
        "/inventory",
        "/inventory?id=1",
        "/inventory?new=True",
        "/sales",
        "/imports",
        "/quality",
        "/sql",
        "/people",
        "/admin",
    ),
    *("/price", "/price?title=giacca+jeans&brand=Zara&condition=2&cost=5&offer=18", "/price?own=1", "/price_model"),
    "/similar?own=1",
    "/duplicates",
    "/assistant",
    "/studio",
    "/studio?id=1",
)
OF_THE_SHELL = 13
"""Texts around a page on a phone; on a screen there are more."""

THEMES: tuple[Theme, ...] = ("light", "dark")


class Reader(NamedTuple):
    """Whose window it is."""

    folder: Folder
    language: Language
    width: Width

    def __str__(self) -> str:
        return "-".join(map(str, self))


READERS = [Reader(*one) for one in product(get_args(Folder), LANGUAGES, get_args(Width))]


FULL = {("it", 390, "light"), ("it", 390, "dark"), ("en", 1280, "light"), ("en", 1280, "dark")}
EMPTY = {("it", 1280, "light"), ("en", 390, "dark")}
"""Italian is the longer language, and a phone the smaller screen: what fits there, fits. Together they hold every two
of language, width and theme; a second theme costs no second opening.
"""


def is_worth_a_look(reader: Reader, address: str, theme: Theme) -> bool:
    """Whether this shows what no other look does: where there is nothing, an address names nothing, either."""
    look = (reader.language, reader.width, theme)
    if reader.folder == "nothing" and "?" in address:
        return look == ("it", 1280, "light")
    return look in (EMPTY if reader.folder == "nothing" else FULL)


LOOKS = [look for look in product(READERS, ADDRESSES, THEMES) if is_worth_a_look(*look)]


@dataclass(frozen=True)
class Look:
    """What one reader saw of one page in one theme."""

    reader: Reader
    texts: list[str]
    overflows: list[str]
    complaints: list[str]
    asked: list[str]


@pytest.fixture(scope="module")
def window_of(browser: Browser, photo: bytes, request: pytest.FixtureRequest) -> Iterator[Callable[[Reader], Window]]:
    """The window of a reader; it stays open until another reader's is asked for."""
    with ExitStack() as opened:
        known: dict[Reader, Window] = {}

        def window(reader: Reader) -> Window:
            if reader not in known:
                known.clear()
                opened.close()
                vopt: str = request.getfixturevalue(reader.folder)
                context = new_context(browser, vopt, language=reader.language, width=reader.width, photos=photo)
                opened.callback(context.close)
                known[reader] = Window.of(context)
            return known[reader]

        yield window


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def look(request: pytest.FixtureRequest, window_of: Callable[[Reader], Window], screens: Path) -> Look:
    """A page as a reader sees it; for the second theme it is not opened again."""
    reader, address, theme = request.param
    window = window_of(reader)
    if window.place != address or theme == THEMES[0]:
        window.complaints.clear()
        window.asked.clear()
        window.open(address)
    window.choose("theme", theme)
    window.settle()
    page = re.sub(r"\W+", "-", address).strip("-") or "home"
    window.photograph(screens / f"{page}-{reader}-{theme}.png")
    return Look(reader, window.texts(), window.overflows(), list(window.complaints), list(window.asked))


def test_it_says_something_and_nothing_goes_wrong(look: Look) -> None:
    assert not look.complaints, "\n".join(look.complaints)
    assert len(look.texts) > OF_THE_SHELL


def test_it_fits_the_screen(look: Look) -> None:
    assert not look.overflows, "\n".join(look.overflows)


def test_every_word_is_in_her_language(look: Look) -> None:
    assert not (wrong := foreign_words(look.texts, look.reader.language)), "\n".join(wrong)


def test_it_asks_no_other_computer(look: Look) -> None:
    assert foreign(look.asked) == []
