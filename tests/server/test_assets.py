"""Files that are the same for everybody."""

from __future__ import annotations

import gzip

import pytest

from tests.server.asgi import Came, ask, http
from vopt_lib.server import assets
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers

APP = build(Browsers(bytes(32), 8420), 8420, pages=())
OURS = assets.OURS / "page.js"


def get(path: str, *headers: tuple[str, str]) -> Came:
    """What a stranger gets."""
    return ask(APP, http(path, headers=headers))


def test_an_address_holds_a_version() -> None:
    folder = assets.base()
    assert assets.address("vopt", "page.js") == f"{folder}/vopt/page.js"
    assert len(folder.removeprefix("/assets/")) == 12


def test_an_asset_is_kept_for_a_year() -> None:
    came = get(assets.address("vopt", "page.js"))
    assert (came.status, came.text) == (200, OURS.read_text())
    assert came.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert came.headers["content-type"].startswith("text/javascript")
    assert came.headers["x-content-type-options"] == "nosniff"


def test_an_address_of_another_version_is_not_kept() -> None:
    came = get("/assets/000000000000/vopt/page.js")
    assert (came.status, came.headers["cache-control"]) == (200, "no-cache")


def test_an_asset_is_packed_for_a_browser_that_can_unpack_it() -> None:
    came = get(assets.address("vopt", "page.js"), ("accept-encoding", "gzip, br"))
    packed = b"".join(message.get("body", b"") for message in came.messages[1:])
    assert came.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == OURS.read_bytes()


def test_what_is_packed_already_is_sent_as_it_is() -> None:
    came = get(assets.address("vopt", "inter-regular.woff2"), ("accept-encoding", "gzip"))
    assert "content-encoding" not in came.headers
    assert came.headers["content-type"] == "font/woff2"


def test_marimos_own_files_are_served() -> None:
    assert get(assets.address("marimo", "favicon.ico")).status == 200


@pytest.mark.parametrize(
    "path",
    ["vopt/../../errors.py", "vopt/%2e%2e/%2e%2e/errors.py", "vopt//page.js", "vopt/./page.js", "vopt/page.js/",
     "vopt/page.js\0", "vopt/\0", "vopt/" + "a" * 5000, "vopt/PAGE.JS", "vopt//etc/passwd", "vopt/", "marimo/",
     "marimo/assets", "marimo/../_server/main.py", "other/page.js", "../ui/static/page.js", "vopt/..\\..\\errors.py",
     "vopt/\udcff", "marimo/index.html",
     *(f"marimo/{note.name}" for note in assets.MARIMOS.glob("*.md"))],
)  # fmt: skip
def test_nothing_but_a_listed_file_is_served(path: str) -> None:
    came = get(f"{assets.base()}/{path}")
    assert (came.status, came.text) == (404, "There is nothing here. Your pages begin at /.")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_assets_are_only_read(method: str) -> None:
    scope = http(assets.address("vopt", "page.js"), method=method, headers=[("origin", "http://127.0.0.1:8420")])
    assert ask(APP, scope).status == 404
