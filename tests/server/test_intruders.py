"""What a stranger, a curious member and another website try at locked pages, beyond the front door: all is refused.

The addresses are every one of ours and of marimo's, twisted; a member's browser presses and sets whatever her pages'
kernels hold, shown or not.
"""

from __future__ import annotations

import http.client
import json
import socket
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from starlette.applications import Starlette

from tests.server.conftest import THINGS_SERVER
from tests.server.lockeds import Browser, Locked, locked_pages
from tests.server.test_locked import METHODS, walked
from tests.server.test_two_people import in_file
from tests.visitors import Tab, new_session
from vopt_lib.desk.follow import follows
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.door import Door
from vopt_lib.server.guard import MOST_BODY_BYTES, Guard
from vopt_lib.server.pages import PAGES
from vopt_lib.server.reach import Reach

OPEN = ("/assets/", "/health", "/login", "/logout", "/first/", "/invitation/")
ANNAS = (b"Giraffenwort", b"anna_r")
ADMINS = {"/admin", "/p/admin/", "/health/deep", "/api/v1/health"}


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    with locked_pages(tmp_path_factory.mktemp("intruders"), program=THINGS_SERVER) as running:
        yield running


@pytest.fixture(scope="module")
def anna(locked: Locked) -> Browser:
    return locked.anna()


@pytest.fixture(scope="module")
def ben(locked: Locked) -> Browser:
    return locked.ben()


@pytest.fixture(scope="module")
def addresses(locked: Locked) -> list[str]:
    """Every address that the apps behind the guard know, and those that only admins open."""
    browsers = Browsers(bytes(32), 8420)
    door = Door(locked.desk, browsers, reach=Reach(frozenset()), key=bytes(32), port=8420)
    guard = build(browsers, 8420, pages=PAGES[:1], door=door, desk=locked.desk, docs=Path())
    assert isinstance(guard, Guard)
    outside, frames = guard._outside, guard._frames
    assert isinstance(outside, Starlette)
    known = {*walked(outside.routes, ""), *walked(frames._app.routes, "")}  # type: ignore[attr-defined]
    assert {"/p/home/ws", "/p/home/api/kernel/run", "/own/upload"} <= known
    return sorted({*known, *ADMINS, "/p/admin/ws", "/own/everything/1.zip", "/own/export/sales.csv"})


def twists(address: str) -> Iterator[str]:
    """The same address as a proxy, a careless router or a file system might read it."""
    yield from (f"{address}/", f"/{address}", address.replace("/", "//"), address.replace("/", "%2f"), f"/.{address}")
    yield from (f"/p/home/..{address}", f"/login/..{address}", f"/assets/x/vopt/../../..{address}", f"{address}%00")
    yield from (f"/%2e%2e{address}", address.upper(), f"{address};x", f"{address}?next=/login", f"{address}%20")
    yield from (address.replace("/", "\\"), f"{address}%ff", address.replace("a", "\uff41").replace("/", "/\u200b"))
    yield from ("".join(f"%{ord(sign):02x}" for sign in address), f"http://evil.example{address}", f"{address}/.")


class Connection:
    """One connection that stays open, and sends targets as they are written."""

    def __init__(self, locked: Locked, *headers: tuple[str, str]) -> None:
        self._locked, self._headers = locked, headers
        self._open()

    def ask(self, target: str, method: str = "GET") -> tuple[int, str, bytes]:
        """Status, Location, and body."""
        raw = quote(target, safe="/%?&=;.:\\@")
        try:
            return self._ask(raw, method)
        except (http.client.HTTPException, OSError):
            self._open()
            return self._ask(raw, method)

    def _open(self) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", self._locked.pages.port, timeout=20)

    def _ask(self, raw: str, method: str) -> tuple[int, str, bytes]:
        self._http.putrequest(method, raw, skip_host=True, skip_accept_encoding=True)
        for name, value in (("Host", self._locked.pages.host), *self._headers):
            self._http.putheader(name, value)
        self._http.endheaders()
        answer = self._http.getresponse()
        return answer.status, answer.headers.get("location", ""), answer.read()


@pytest.mark.slow
def test_no_twisted_address_answers_without_a_session(locked: Locked, addresses: list[str]) -> None:
    connection, let_in = Connection(locked), []
    for number, address in enumerate(addresses):
        for twisted in some(twists(address), number, of_marimo=address.startswith("/p/home/")):
            status, location, body = connection.ask(twisted)
            is_refused = status in (400, 401, 403) or (status == 303 and location.startswith("/login"))
            # What is open stays so written otherwise or with another query; a link that nobody has is told so.
            path = unquote(twisted).partition("?")[0]
            is_open = path.startswith(OPEN) and (status in (404, 410) or ".." not in path)
            if not (is_refused or is_open) or any(word in body for word in ANNAS):
                let_in.append((twisted, status, body[:80]))
    assert let_in == []


def some(twisted: Iterable[str], number: int, *, of_marimo: bool) -> list[str]:
    """All of them; of marimo's hundred addresses, which meet the same door, each time others."""
    every = list(twisted)
    return every[number % 4 :: 4] if of_marimo else every


@pytest.mark.slow
def test_no_twisted_address_takes_a_member_to_an_admins(locked: Locked, ben: Browser, addresses: list[str]) -> None:
    connection, let_in = Connection(locked, ("Cookie", ben.cookie)), []
    for address in (one for one in addresses if one in ADMINS or one.startswith(("/own/", "/api/", "/p/admin"))):
        for twisted in (address, *twists(address)):
            status, _, body = connection.ask(twisted)
            if (address in ADMINS and status == 200) or any(word in body for word in ANNAS):
                let_in.append((twisted, status, body[:80]))
    assert let_in == []


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"])
def test_no_header_names_another_method_or_address(ben: Browser, name: str) -> None:
    told = ben.get("/own/mailbox", (name, "POST")), ben.get("/api/v1/me", (name, "/api/v1/health"))
    assert told[0].status in (403, 404)
    assert b"overall" not in told[1].body


def test_every_request_on_a_connection_is_looked_at(locked: Locked, ben: Browser) -> None:
    host = f"Host: {locked.pages.host}\r\n"
    hers = f"GET /api/v1/me HTTP/1.1\r\n{host}Cookie: {ben.cookie}\r\n\r\n"
    nobodys = f"GET /api/v1/me HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
    said = locked.pages.say((hers + nobodys).encode())
    assert [said.count(b"HTTP/1.1 200 "), said.count(b"HTTP/1.1 401 ")] == [1, 1]


@pytest.mark.parametrize(
    "lengths",
    ["Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
     "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding : chunked\r\n",
     "Content-Length: 4\r\nContent-Length: 60\r\n", "Content-Length: +4\r\n", "Content-Length: 0x4\r\n"],
)  # fmt: skip
def test_a_body_whose_end_is_unclear_smuggles_nothing(locked: Locked, ben: Browser, lengths: str) -> None:
    head = f"Host: {locked.pages.host}\r\nOrigin: {ben.origin}\r\nCookie: {ben.cookie}\r\n"
    inner = f"GET /api/v1/me HTTP/1.1\r\nHost: {locked.pages.host}\r\nCookie: {ben.cookie}\r\n\r\n"
    said = locked.pages.say(f"POST /preferences HTTP/1.1\r\n{head}{lengths}\r\n0\r\n\r\n{inner}".encode())
    assert b'"Ben"' not in said
    assert said.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")) or said == b""


def test_a_thousand_cookies_are_not_looked_up(ben: Browser) -> None:
    name = f"vopt_session_{ben.pages.port}"
    among = [f"{name}=x"] * 3
    for before, status in ((among, 200), ([*among, f"{name}=x"], 401)):
        cookie = "; ".join([*before, f"{name}={ben.cookies[name]}"])
        assert ben.pages.ask("/api/v1/me", headers=[("Cookie", cookie)]).status == status


class RawSocket:
    """A websocket whose frames are written by hand."""

    def __init__(self, browser: Browser) -> None:
        self._socket = socket.create_connection(("127.0.0.1", browser.pages.port), timeout=20)
        head = (
            f"GET /p/things/ws?session_id={new_session()} HTTP/1.1\r\nHost: {browser.pages.host}\r\n"
            f"Origin: {browser.origin}\r\nCookie: {browser.cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        assert self._socket.recv(12) == b"HTTP/1.1 101"

    def send(self, first: int, payload: bytes, *, length: int | None = None) -> None:
        """A frame; length: what it says that it holds."""
        said = struct.pack(">BBQ", first, 0x80 | 127, len(payload) if length is None else length)
        self._socket.sendall(said + bytes(4) + payload)

    def end(self) -> bytes:
        """What it was told before it was closed."""
        told = b""
        with self._socket, suppress(ConnectionError):
            while piece := self._socket.recv(65536):
                told = (told + piece)[-300:]
        return told


TEXT, UNPACKED, BEGUN, GOING_ON = 0x81, 0xC1, 0x01, 0x00


def test_a_packed_bomb_is_not_unpacked(ben: Browser) -> None:
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(packing.compress(bytes(2**20)) for _ in range(50)) + packing.flush(zlib.Z_SYNC_FLUSH)
    raw = RawSocket(ben)
    raw.send(UNPACKED, bomb[:-4])
    assert f"exceeds limit of {MOST_BODY_BYTES} bytes".encode() in raw.end()


def test_a_message_of_a_hundred_megabytes_is_refused_by_its_first_bytes(ben: Browser) -> None:
    raw = RawSocket(ben)
    raw.send(TEXT, b"x", length=100 * 2**20)
    assert f"exceeds limit of {MOST_BODY_BYTES} bytes".encode() in raw.end()


def test_a_message_in_pieces_may_be_no_longer(ben: Browser) -> None:
    raw = RawSocket(ben)
    with suppress(ConnectionError):
        for number in range(20):
            raw.send(GOING_ON if number else BEGUN, bytes(2**16))
    assert f"exceeds limit of {MOST_BODY_BYTES} bytes".encode() in raw.end()


def held_by(tab: Tab) -> list[str]:
    """The names of whatever its kernel may hold, shown or not."""
    return [f"{cell}-{number}" for cell in tab.shown for number in range(8)]


def set_all(tab: Tab, value: object) -> None:
    """Set all controls that its kernel may hold, and note what it shows for it."""
    ids = held_by(tab)
    assert tab.call("set_ui_element_value", {"objectIds": ids, "values": [value] * len(ids)}).status == 200
    told: dict[str, Any] = {"op": ""}
    while told["op"] != "completed-run":
        told = json.loads(tab.socket.recv(20))["data"]
        output = told.get("output") if told["op"] == "cell-op" else None
        if output:
            tab.shown[told["cell_id"]] = output["mimetype"], str(output["data"])


def test_a_member_follows_no_search_by_a_button_that_she_is_not_shown(locked: Locked, ben: Browser) -> None:
    with ben.visitor.opens("follow", "way=words&text=borsa&name=Owned") as tab:
        set_all(tab, {"follow ": 1})
    assert follows(locked.desk) == ()


VALUES = ("?person=1&id=1", "1", ["1"], {"person": "1"})


@pytest.mark.slow
@pytest.mark.parametrize("page", ["inventory", "sales", "studio", "imports", "people", "price", "duplicates", "home"])
def test_a_member_sets_no_control_to_what_is_anothers(anna: Browser, ben: Browser, page: str) -> None:
    before = in_file(anna.get("/own/export/everything.zip?person=1").body)
    assert "Giraffenwort" in before
    with ben.visitor.opens(page, "person=1&id=1&listing=1") as tab:
        assert "Giraffenwort" not in tab.text
        for value in VALUES:
            set_all(tab, value)
            assert [word for word in ANNAS if word.decode() in tab.text] == []
    assert in_file(anna.get("/own/export/everything.zip?person=1").body) == before


def test_no_method_but_our_own_does_anything(locked: Locked, ben: Browser) -> None:
    connection = Connection(locked, ("Cookie", ben.cookie), ("Origin", ben.origin))
    for method in ("PROPFIND", "TRACE", "CONNECT", "DEBUG", *METHODS[2:]):
        if method != "POST":
            assert connection.ask("/api/v1/me", method)[0] in (400, 404), method


@pytest.mark.skipif(not Path("/proc").exists(), reason="what a process wrote is read by its open file")
def test_no_token_is_in_what_the_server_says(locked: Locked, anna: Browser, ben: Browser) -> None:
    made_up = "Geheimwort-im-Pfad"
    for target in (
        f"/first/{made_up}",
        f"/invitation/{made_up}",
        f"/market?token={made_up}",
        f"/p/home/ws?x={made_up}",
    ):
        ben.get(target)
        locked.browser().get(target)
    locked.pages.say(f"GET /{made_up} HTTP/1.1\r\nHost\r\n\r\n".encode())
    ben.visitor.call("/p/things/api/kernel/function_call", made_up, {"x": made_up})
    said = Path(f"/proc/{locked.pages.pid}/fd/2").read_bytes()
    for secret in (made_up, *anna.cookies.values(), *ben.cookies.values()):
        assert secret.encode() not in said


HERS = ("/", "/market", "/account", "/p/home/", "/p/home/health", "/api/v1/me", "/api/v1/alerts", "/api/v1/search?q=a",
        "/own/export/sales.csv", "/own/everything/2.zip")  # fmt: skip


@pytest.mark.parametrize("target", HERS)
def test_what_is_hers_stays_in_no_cache_and_no_foreign_frame(ben: Browser, target: str) -> None:
    kept = (("If-None-Match", "*"), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"), ("Range", "bytes=0-9"))
    for told in ((), *((one,) for one in kept)):
        answer = ben.get(target, *told)
        assert "no-store" in answer.headers["cache-control"], (target, told)
        assert answer.headers["x-frame-options"] in ("SAMEORIGIN", "DENY")
        assert "frame-ancestors" in answer.headers["content-security-policy"] or target.startswith("/own/")
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_program_of_a_browser_keeps_pages_beside_it(ben: Browser) -> None:
    for page in ("/", "/p/home/", "/account"):
        assert b"serviceWorker" not in ben.get(page).body
    for script in ("/sw.js", "/service-worker.js", "/public-files-sw.js", "/p/home/public-files-sw.js"):
        assert ben.get(script).status == 404
