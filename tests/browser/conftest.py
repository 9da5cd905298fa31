"""This is where the browser's tests get a Chromium, a played demo and an empty folder, each served by its own vopt."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.demos import copy_demo, play_demo
from tests.waiting import PATIENT
from tests.windows import CHROMIUM, Width, Window, chromium, new_context
from vopt_lib.desk.services import Service, pages_server
from vopt_lib.paths import Paths
from vopt_lib.schema.visitor import Theme
from vopt_lib.words import Language

DAYS = 12
DEMO = os.environ.get("VOPT_DEMO_DATA")
SCREENS = os.environ.get("VOPT_SCREENS")

NewWindow = Callable[..., Window]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (VOPT_CHROMIUM)")
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a vopt that has collected for some days."""
    root = tmp_path_factory.mktemp("demo")
    with served(copy_demo(Path(DEMO), root) if DEMO else play_demo(root, DAYS)) as pages:
        yield address_of(pages)
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a vopt on an empty folder."""
    with served(tmp_path_factory.mktemp("nothing")) as pages:
        yield address_of(pages)


@contextmanager
def served(data: Path, port: int = 0, **settings: str) -> Iterator[Service]:
    """The pages of this folder."""
    paths = Paths(data, str(data / "lake"))
    own = {f"VOPT_{name.upper()}": value for name, value in settings.items()}
    with pages_server(paths, port, PATIENT | own) as pages:
        yield pages


def address_of(pages: Service) -> str:
    """Where these pages are."""
    return f"http://127.0.0.1:{pages.port}"


@pytest.fixture(scope="session")
def photo() -> bytes:
    """What every photo shows."""
    drawn = io.BytesIO()
    Image.new("RGB", (310, 430), (196, 174, 160)).save(drawn, "webp")
    return drawn.getvalue()


@pytest.fixture
def new_window(browser: Browser, photo: bytes) -> Iterator[NewWindow]:
    """Opens a browser of somebody's own on a vopt: `new_window(demo, language="en")`; closed after the test."""
    with ExitStack() as opened:

        def window(address: str, *, language: Language = "it", width: Width = 1280, theme: Theme = "light") -> Window:
            context = new_context(browser, address, language=language, width=width, theme=theme, photos=photo)
            opened.callback(context.close)
            return Window.of(context)

        yield window


@pytest.fixture(scope="session")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages are kept."""
    return Path(SCREENS) if SCREENS else tmp_path_factory.mktemp("screens")
