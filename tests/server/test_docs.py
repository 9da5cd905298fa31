"""The pages of Great Expectations: served behind the guard, and locked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.asgi import Came, ask, http
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers

BROWSERS = Browsers(bytes(32), 8420)
INDEX = "/quality/docs/index.html"


def cookie() -> tuple[str, str]:
    return "cookie", BROWSERS.welcome(http("/"))[1].partition(";")[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.html").write_text("<h1>What was checked</h1>", encoding="utf-8")
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    return docs


def get(folder: Path | None, path: str, *headers: tuple[str, str], host: str = "127.0.0.1:8420") -> Came:
    return ask(build(BROWSERS, 8420, pages=(), docs=folder), http(path, headers=headers, host=host))


def test_a_visitor_reads_them_locked_up(folder: Path) -> None:
    came = get(folder, INDEX, cookie())
    assert (came.status, came.text) == (200, "<h1>What was checked</h1>")
    assert came.headers["content-security-policy"].startswith("sandbox allow-popups; default-src 'none'")
    assert came.headers["cache-control"] == "private, no-store"
    assert came.headers["x-content-type-options"] == "nosniff"


def test_strangers_get_nothing(folder: Path) -> None:
    assert get(folder, INDEX).status == 404
    assert get(folder, INDEX, cookie(), host="evil.example").status == 403
    assert get(folder, INDEX, cookie(), ("x-forwarded-for", "1.2.3.4")).status == 403


@pytest.mark.parametrize(
    "path",
    ["", "..", "../secret.html", "%2e%2e%2fsecret.html", "secret.html", "index.htm", ".index.html.tmp", "INDEX.HTML"],
)
def test_nothing_else_is_there(folder: Path, path: str) -> None:
    assert get(folder, f"/quality/docs/{path}", cookie()).status == 404


def test_without_a_folder_there_is_nothing() -> None:
    assert get(None, INDEX, cookie()).status == 404
