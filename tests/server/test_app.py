"""What is ours outside the frames: the shell, the cookie of a new browser, and her language and theme."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.server.asgi import HOST, Came, Headers, ask, http
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import App
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.pages import PAGES
from vopt_lib.words import Words

BROWSERS = Browsers(bytes(32), 8420)
ITALIAN = ("accept-language", "it")
ORIGIN = ("origin", f"http://{HOST}")


@cache
def app() -> App:
    """The whole app, which takes a second to be built."""
    return build(BROWSERS, 8420)


def cookie() -> tuple[str, str]:
    """The Cookie header of a browser that is known."""
    return "cookie", BROWSERS.welcome(http("/"))[1].partition(";")[0]


def get(path: str, *headers: tuple[str, str]) -> Came:
    """What a browser gets."""
    return ask(app(), http(path, headers=headers))


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Oggi"),
        ("/home", "Oggi"),
        ("/market", "Prezzi"),
        ("/brand", "Brand"),
        ("/follow", "Ricerche"),
        ("/quality", "Qualità dei dati"),
        ("/sql", "Domande"),
        ("/people", "Persone"),
        ("/admin", Words("it").say("Administration")),
        ("/similar", "Simili"),
        ("/imports", "Importazioni"),
        ("/studio", "Studio"),
        ("/duplicates", "Doppioni"),
    ],
)
def test_a_page_opens_in_the_shell(path: str, title: str) -> None:
    came = get(path, cookie(), ITALIAN)
    assert (came.status, came.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"<title>{title} · vopt</title>" in came.text
    assert came.headers["cache-control"] == "private, no-store"


def test_a_new_browser_gets_a_cookie_that_makes_it_known() -> None:
    came = get("/", ITALIAN)
    given = came.headers["set-cookie"]
    assert re.fullmatch(
        r"vopt_visitor_8420=[0-9a-f]{32}\.[0-9a-f]{64}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", given
    )
    assert "set-cookie" not in get("/", ("cookie", given.partition(";")[0])).headers


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/market/x", "/market/", "/MARKET", "/preferences", "/p", "/p/", "/p/home", "//", "/index.html",
     "/.env", "/ws", "/favicon.ico", "/assets", "/assets/1/vopt", "/market%2f", "/p/home/../sql",
     "//evil.example/"],
)  # fmt: skip
def test_there_is_nothing_else(path: str) -> None:
    came = get(path, cookie(), ITALIAN)
    assert (came.status, came.text) == (404, "Qui non c'è niente. Le tue pagine cominciano da /.")


def test_a_program_is_told_in_json() -> None:
    came = get("/api/status", cookie(), ITALIAN)
    assert came.headers["content-type"] == "application/json; charset=utf-8"
    assert (came.status, came.text) == (404, '{"error": "Qui non c\'è niente. Le tue pagine cominciano da /."}')


@pytest.mark.parametrize("host", ["127.0.0.1:8420", "localhost:8420"])
def test_a_page_opens_at_both_names_of_this_computer(host: str) -> None:
    assert ask(app(), http("/", host=host)).status == 200


def remembered(body: bytes, *headers: tuple[str, str]) -> str:
    """The cookie that a choice leaves."""
    came = ask(app(), http("/preferences", method="POST", headers=[cookie(), ORIGIN, *headers]), body)
    assert (came.status, came.text) == (204, "")
    return came.headers["set-cookie"].partition(";")[0]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"language=it", "language=it&theme=system"),
        (b"theme=dark", "language=en&theme=dark"),
        (b"theme=dark&language=it", "language=it&theme=dark"),
        (b"theme=pink&language=xx&role=member&person=ben", "language=en&theme=system"),
        (b"", "language=en&theme=system"),
        (b"\xff\x00;;==&&%%", "language=en&theme=system"),
        (b"theme=dark%0d%0aSet-Cookie: a=b", "language=en&theme=system"),
    ],
)
def test_a_choice_is_kept_in_a_cookie(body: bytes, kept: str) -> None:
    assert remembered(body) == f"vopt_reads_8420={kept}"


def test_one_choice_does_not_undo_the_other() -> None:
    assert (
        remembered(b"theme=light", ("cookie", remembered(b"language=it"))) == "vopt_reads_8420=language=it&theme=light"
    )


def test_a_choice_that_claims_to_be_a_form_with_files_is_still_read_as_words() -> None:
    assert remembered(b"--x\r\n", ("content-type", "multipart/form-data; boundary=x")).endswith("en&theme=system")


def test_log_in_goes_through_one_seam() -> None:
    app = build(BROWSERS, 8420, pages=PAGES[:1], identify=lambda scope: Visitor("anna", "it"))
    came = ask(app, http("/"))
    assert "set-cookie" not in came.headers
    assert '<html lang="it"' in came.text


@pytest.mark.parametrize("headers", [(), (ITALIAN,)])
def test_a_stranger_is_told_in_her_browsers_language(headers: Headers) -> None:
    came = ask(app(), http("/p/home/", headers=headers))
    words = Words("it" if headers else "en")
    assert came.text == words.say("vopt does not know this browser. Open the first page again.")


def test_a_page_may_load_from_here_only_but_photos() -> None:
    policy = dict(part.split(" ", 1) for part in get("/").headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["connect-src"] == "'self' ws://127.0.0.1:8420 ws://localhost:8420 blob: data:"
    assert policy["img-src"] == "'self' data: blob: https://*.vinted.net http://*.vinted.localhost:*"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == "'none'"
