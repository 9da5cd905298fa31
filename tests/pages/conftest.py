"""This is where tests of the pages get an app in their own process, before a vopt in one of several states."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from tests.desk.alike import describe_market
from tests.desk.photographed import photographed
from tests.markets import HOSTILE, HOSTILE_STRANGERS, open_breaker, small_market_data
from tests.pages.opening import Opened, new_browser, open_page
from tests.selling import sell
from tests.simulator.drawn import DRESS, drawn
from vopt_lib.desk.embedding import embed_own
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.words import Language

PHOTO = drawn(DRESS, size=(155, 215)).photo

Open = Callable[[str, str, Language], Opened]


@pytest.fixture(scope="session")
def open_in(tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Opens a page ("market?catalog=19") of the vopt in a state ("fresh"), once for all tests, in a language."""
    browsers = Browsers(bytes(32), 8420)
    app = build(browsers, 8420, session_ttl_s=0)
    folder = tmp_path_factory.mktemp("vopts")
    made = cache(lambda state: _make(folder / state, state))

    @cache
    def opened(state: str, address: str, language: Language) -> Opened:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("VOPT_DATA", str(made(state)))
            # A kernel puts a main module of its own there, which other tests' processes would begin with.
            patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
            return open_page(app, new_browser(browsers, language), address)

    return opened


def _make(folder: Path, state: str) -> Path:
    """A vopt that has nothing, a market of today or of long ago, one that rests, damaged files, or a market of hostile
    strangers."""
    now = datetime.now(UTC)
    if state == "fresh":
        desk = small_market_data(folder, newest=now.date())
        photographed(desk, "Abito lungo nero", PHOTO)
        sell(desk, "Borsa a tracolla")
        describe_market(desk, [PHOTO])
        embed_own(desk)
    elif state == "old":
        small_market_data(folder)
    elif state == "resting":
        open_breaker(small_market_data(folder, newest=now.date()), now)
    elif state == "damaged":
        paths = small_market_data(folder).paths
        paths.shop.write_bytes(b"{" * 4096)
        shutil.rmtree(Path(paths.lake_root, "catalog_day", "_delta_log"))
    elif state == "hostile":
        desk = small_market_data(folder, strangers=HOSTILE_STRANGERS)
        sell(desk, *(title for title in HOSTILE if title.strip()))
        describe_market(desk, [PHOTO])
    return folder
