"""What a phone needs to keep vopt among its apps."""

from __future__ import annotations

import io
import json

import pytest
from lxml.html import document_fromstring
from PIL import Image

from tests.server.asgi import Came, ask, http
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server import assets
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.pages import PAGES
from vopt_lib.server.shell import PAPER, shell

APP = build(Browsers(bytes(32), 8420), 8420, pages=())
HEAD = document_fromstring(shell(PAGES[0], Visitor("anna"))).head


def get(address: str) -> Came:
    """What a browser gets that comes without a cookie, as for manifests."""
    return ask(APP, http(address))


def manifest() -> dict[str, object]:
    [address] = HEAD.xpath("link[@rel='manifest']/@href")
    came = get(address)
    assert (came.status, came.headers["content-type"]) == (200, "application/manifest+json")
    assert came.headers["cache-control"] == assets.FOR_EVER
    told: dict[str, object] = json.loads(came.text)
    return told


def test_the_manifest_says_how_it_opens() -> None:
    told = manifest()
    assert (told["id"], told["start_url"], told["scope"], told["display"]) == ("/", "/", "/", "standalone")
    assert told["name"] == told["short_name"] == "vopt"
    assert told["theme_color"] == told["background_color"] == PAPER["light"]


@pytest.mark.parametrize("icon", manifest()["icons"], ids=lambda icon: icon["src"])  # type: ignore[arg-type, attr-defined]
def test_an_icon_is_as_large_as_it_says(icon: dict[str, str]) -> None:
    came = get(assets.address("vopt", icon["src"]))
    assert (came.status, came.headers["content-type"]) == (200, icon["type"])
    assert came.headers["cache-control"] == assets.FOR_EVER
    if icon["type"] == "image/png":
        drawn = Image.open(io.BytesIO(b"".join(message.get("body", b"") for message in came.messages[1:])))
        assert f"{drawn.width}x{drawn.height}" == icon["sizes"]
        # Where a phone cuts, there is something to cut.
        assert (drawn.convert("RGBA").getpixel((0, 0))[3] == 255) is (icon.get("purpose") == "maskable")  # type: ignore[index]


def test_an_iphone_has_an_icon_without_holes() -> None:
    [address] = HEAD.xpath("link[@rel='apple-touch-icon']/@href")
    drawn = Image.open(io.BytesIO(b"".join(message.get("body", b"") for message in get(address).messages[1:])))
    assert drawn.size == (180, 180)
    assert drawn.convert("RGBA").getextrema()[3] == (255, 255)


def test_the_colours_around_it_are_the_papers() -> None:
    page = (assets.OURS / "page.css").read_text()
    colours = {one.get("media"): one.get("content") for one in HEAD.xpath("meta[@name='theme-color']")}
    assert colours == {f"(prefers-color-scheme: {theme})": colour for theme, colour in PAPER.items()}
    assert all(f"--vopt-paper: {colour};" in page for colour in PAPER.values())
