"""This is where the pictures of the pages are made that README.md and docs/looks.md show: `make pictures`.

python -m docs.pictures                  a demo of thirty days is played first
python -m docs.pictures --data FOLDER    goes on with an earlier demo: the VOPT_DATA that it was given
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser

from tests.demos import FREE_PORTS, VOPT
from tests.windows import Width, Window, chromium, new_context
from vopt_lib.schema.visitor import Theme
from vopt_lib.words import Language

HERE = Path(__file__).parent
MOST_BYTES = 250_000
QUALITY = 82


class Picture(NamedTuple):
    """One picture: which page, for whom, and how much of it. Height in px of the screen; None: the whole page."""

    name: str
    address: str
    height: int | None
    language: Language = "en"
    theme: Theme = "light"
    width: Width = 1280
    scale: float = 1.5
    press: str = ""
    """The button to press before it is taken."""


PICTURES = (
    Picture("market", "/market?catalog=9000042&mine=45", 1180),
    Picture("home", "/", 900),
    Picture("follow", "/follow", 900),
    Picture("price", "/price?title=giacca+jeans&brand=Zara&condition=2&offer=9", 1080),
    Picture("price_model", "/price_model", 1080),
    Picture("sql", "/sql", 900, press="Ask"),
    Picture("inventory", "/inventory", 900),
    Picture("sales", "/sales", 1080),
    Picture("imports", "/imports", 900),
    Picture("quality", "/quality", 900),
    Picture("admin", "/admin", 900),
    Picture("phone", "/market?catalog=9000042&mine=45", 844, language="it", theme="dark", width=390),
    Picture("looks/after-1280-light", "/market?catalog=9000042", 1900, scale=1),
    Picture("looks/after-1280-dark", "/market", None, theme="dark", scale=1),
    Picture("looks/after-390-light", "/market", None, width=390, scale=1),
)


@contextmanager
def running_demo(data: str | None) -> Iterator[str]:
    """A demo that stays open. Returns: the address of its pages."""
    with tempfile.TemporaryDirectory() as new:
        command = [VOPT, "demo", *(["--keep"] if data else [])]
        environment = os.environ | FREE_PORTS | {"VOPT_DATA": data or new, "VOPT_LANGUAGE": "en"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as demo:
            try:
                assert demo.stdout is not None
                told = (re.search(r"Your market: (\S+)/$", line.strip()) for line in demo.stdout)
                yield next(found[1] for found in told if found)
            finally:
                demo.terminate()


def take(browser: Browser, pages: str, wanted: Picture) -> bytes:
    """The picture, as WebP."""
    context = new_context(browser, pages, language=wanted.language, width=wanted.width, scale=wanted.scale)
    window = Window.of(context)
    window.page.set_viewport_size({"width": wanted.width, "height": wanted.height or 900})
    window.open(wanted.address)
    window.choose("theme", wanted.theme)
    window.page.evaluate("document.activeElement.blur()")  # the ring around what was pressed is not of the page
    if wanted.press:
        window.shown.get_by_role("button", name=wanted.press, exact=True).click()
        window.shown.get_by_role("table").first.wait_for()
    window.settle()
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder, "taken.png")
        (window.photograph if wanted.height else window.photograph_whole)(taken)
        drawn = io.BytesIO()
        Image.open(taken).convert("RGB").save(drawn, "webp", quality=QUALITY, method=6)
    context.close()
    return drawn.getvalue()


def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="VOPT_DATA of an earlier demo, else one is played")
    with running_demo(parser.parse_args().data) as pages, chromium() as browser:
        for wanted in PICTURES:
            picture = take(browser, pages, wanted)
            if len(picture) > MOST_BYTES:
                raise SystemExit(f"{wanted.name} has {len(picture)} bytes, more than {MOST_BYTES}.")
            (HERE / f"{wanted.name}.webp").write_bytes(picture)


if __name__ == "__main__":
    main()
