"""What the facts on serving marimo call an attack, tried on a running server by a second person: each is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.servers import HttpAnswer, RunningPages
from tests.visitors import Tab, Visitor, new_session
from vopt_lib.server.guard import MOST_BODY_BYTES

ROOT = Path(__file__).parent.parent.parent
MOVE = "/p/things/api/kernel/set_ui_element_value"
Given = list[tuple[str, str]]


def assert_refused(answer: HttpAnswer, *statuses: int) -> None:
    """It is a sentence, and tells nothing of the program or this computer."""
    assert answer.status in (statuses or range(400, 500)), answer
    told = answer.body.decode()
    assert re.fullmatch(r"[A-Z][^{}<>\n]+\.|vopt [^{}<>\n]+\.", told), told
    assert "Traceback" not in told
    assert str(ROOT) not in told


def socket_status(pages: RunningPages, address: str, headers: Mapping[str, str], origin: str | None) -> int:
    """How a websocket there is answered."""
    target = f"ws://127.0.0.1:{pages.port}{address}"
    try:
        with connect(target, additional_headers=headers, origin=origin, proxy=None, open_timeout=20):  # type: ignore[arg-type]
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


@pytest.fixture
def moved(things: Tab) -> Callable[[], str]:
    """What Anna's page says of its slider, when it has followed a move of her own."""

    def read() -> str:
        things.set("slider", 500)
        things.set("slider", 501)
        return next(text for _, text in things.shown.values() if "moved to" in text)

    return read


def test_anna_herself_may(things: Tab, anna: Visitor) -> None:
    things.set("slider", 7)
    assert f"moved to 7 by {anna.cookie.partition('=')[2].partition('.')[0]}" in things.text
    assert anna.get(file_of(things)).body.startswith(b"the secret of ")


def file_of(tab: Tab) -> str:
    """The address of the file that a page made."""
    found = re.search(r"\./(@file/[\w.-]+)", tab.text)
    assert found
    return f"/p/{tab.page}/{found[1]}"


def test_ben_cannot_read_her_file(things: Tab, ben: Visitor) -> None:
    name = file_of(things)
    assert_refused(ben.get(name), 403)
    assert_refused(ben.get(name.replace("/things/", "/home/")), 403)
    assert_refused(ben.pages.ask(name), 401)


def test_ben_cannot_read_her_file_by_naming_it(things: Tab, ben: Visitor, anna: Visitor) -> None:
    with ben.opens("things") as his:
        his.call(
            "function_call", {"functionCallId": "1", "namespace": file_of(things), "functionName": "x", "args": {}}
        )
        his.set("slider", 3)
        assert_refused(ben.get(file_of(things)), 403)
    assert anna.get(file_of(things)).status == 200


@pytest.mark.parametrize(
    "name",
    ["1-a.csv", "", "..%2f..%2fpyproject.toml", "46-..%2f..", "%00", "0-empty.txt", "-1-x", "x" * 3000, "%c2%b2-a.csv"],
)
def test_a_file_that_nobody_made_is_refused(anna: Visitor, name: str) -> None:
    assert_refused(anna.get(f"/p/things/@file/{name}"), 403)


@pytest.mark.parametrize("name", ["set_ui_element_value", "function_call", "instantiate"])
def test_ben_cannot_call_her_kernel(things: Tab, ben: Visitor, name: str, moved: Callable[[], str]) -> None:
    body = {"objectIds": [things.id_of("slider")], "values": [999], "functionCallId": "1", "namespace": "x",
            "functionName": "y", "args": {}, "codes": {"Hbol": "open('/tmp/owned', 'w')"}}  # fmt: skip
    assert_refused(ben.call(f"/p/things/api/kernel/{name}", things.session, body), 404, 410)
    assert "moved to 501" in moved()


@pytest.mark.parametrize("headers", [("his", "hers"), ("hers", "his"), ("hers", "hers")])
def test_ben_cannot_call_her_kernel_by_naming_two(things: Tab, ben: Visitor, headers: tuple[str, str]) -> None:
    with ben.opens("things") as his:
        ids = {"his": his.session, "hers": things.session}
        given: Given = [("Cookie", ben.cookie), ("Origin", ben.origin)]
        twice: Given = [*given, *(("Marimo-Session-Id", ids[name]) for name in headers)]
        joined: Given = [*given, ("Marimo-Session-Id", ", ".join(ids[name] for name in headers))]
        for one in (twice, joined):
            assert_refused(ben.pages.ask(MOVE, method="POST", headers=one, body=b"{}"), 404)


def test_ben_cannot_take_over_her_socket(things: Tab, ben: Visitor, moved: Callable[[], str]) -> None:
    with ben.opens("things", session=things.session) as his:
        assert things.visitor.cookie.partition("=")[2].partition(".")[0] not in his.text
    assert "moved to 501" in moved()


def test_ben_who_was_first_with_her_id_gets_nothing_of_hers(anna: Visitor, ben: Visitor) -> None:
    session = new_session()
    with ben.opens("things", session=session) as his, anna.opens("things", session=session) as hers:
        hers.set("slider", 8)
        his.set("slider", 9)
        assert ("moved to 8" in hers.text, "moved to 9" in his.text) == (True, True)


def test_her_sql_page_is_not_reached_with_a_session_of_another_page(things: Tab, anna: Visitor) -> None:
    assert_refused(anna.call("/p/sql/api/kernel/function_call", things.session, {}), 410)


def test_a_session_that_nobody_has_is_told_so(anna: Visitor) -> None:
    assert_refused(anna.call(MOVE, "s_nobody", {"objectIds": [], "values": []}), 410)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"objectIds": ["a"], "values": []}', b'{"objectIds": 1}', b"\xff\xfe", b"{" * 100_000,
     b'{"objectIds": ["a"], "values": [NaN]}', b'{"unknown": 1}'],
)  # fmt: skip
def test_a_call_that_is_no_call_is_refused(things: Tab, anna: Visitor, body: bytes, moved: Callable[[], str]) -> None:
    given = [("Cookie", anna.cookie), ("Origin", anna.origin), ("Marimo-Session-Id", things.session)]
    assert_refused(anna.pages.ask(MOVE, method="POST", headers=given, body=body), 400)
    assert "moved to 501" in moved()


def forged(cookie: str) -> list[str]:
    """Cookies that are nearly hers."""
    name, _, value = cookie.partition("=")
    person, _, signature = value.partition(".")
    return [
        "", name, f"{name}=", f"{name}={person}", f"{name}={person}.", f"{name}={person}.{'0' * 64}",
        f"{name}={'0' * 32}.{signature}", f"{name}={person[:-1]}.{signature}", f"{name}={value}0", f"{name}x={value}",
        f"{name}={value.upper()}", f"{name}=owner.{signature}", f'{name}="{value}"',
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(13))
def test_without_a_cookie_of_ours_nothing_is_reached(things: Tab, anna: Visitor, number: int) -> None:
    cookie = forged(anna.cookie)[number]
    given = [("Cookie", cookie), ("Origin", anna.origin), ("Marimo-Session-Id", things.session)]
    for target in ("/p/things/", "/p/home/", "/p/things/health", file_of(things)):
        assert_refused(anna.pages.ask(target, headers=[("Cookie", cookie)]), 401)
    assert_refused(anna.pages.ask(MOVE, method="POST", headers=given, body=b"{}"), 401)
    assert_refused(anna.pages.ask("/preferences", method="POST", headers=given, body=b"theme=dark"), 401)
    address = f"/p/things/ws?session_id={things.session}"
    assert socket_status(anna.pages, address, {"Cookie": cookie}, anna.origin) == 403


ORIGINS = ["http://evil.example", "null", "http://localhost:{port}", "https://127.0.0.1:{port}", "http://127.0.0.1",
           "http://127.0.0.1:{port}.evil.example", "file://", None]  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_foreign_page_cannot_act_in_her_name(things: Tab, anna: Visitor, origin: str | None) -> None:
    told = origin and origin.format(port=anna.pages.port)
    given = [("Cookie", anna.cookie), ("Marimo-Session-Id", things.session), *([("Origin", told)] if told else [])]
    for target in (MOVE, "/preferences"):
        assert_refused(anna.pages.ask(target, method="POST", headers=given, body=b"{}"), 403)
    address = f"/p/things/ws?session_id={new_session()}"
    assert socket_status(anna.pages, address, {"Cookie": anna.cookie}, told) == 403
    preflight = [*given, ("Access-Control-Request-Method", "POST")]
    answer = anna.pages.ask(MOVE, method="OPTIONS", headers=preflight)
    assert_refused(answer, 403)
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}",
                                  "localhost.:{port}", "0.0.0.0:{port}", "127.1:{port}", ""])  # fmt: skip
def test_another_name_for_this_computer_is_refused(anna: Visitor, host: str) -> None:
    told = host.format(port=anna.pages.port)
    for target in ("/", "/p/things/", "/assets/1/vopt/page.js"):
        assert_refused(anna.pages.ask(target, headers=[("Host", told), ("Cookie", anna.cookie)]), 403)
    if told:
        headers = {"Cookie": anna.cookie, "Host": told}
        given = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())
        said = anna.pages.say(
            b"GET /p/things/ws?session_id=s_1 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + f"Origin: http://{told}\r\n".encode() + given + b"\r\n"
        )  # fmt: skip
        assert said.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : {host}\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-A: b\r\n Host: {host}\r\n\r\n",
        b"GET http://evil.example/p/things/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        b"GET http://{host}/p/things/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET p/things/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        b"GET * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        b"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
        b"POST /preferences HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        b"POST /preferences HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: 5\r\n"
        b"Content-Length: 6\r\n\r\n12345",
        b"POST /preferences HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nforWARDED: for=1.2.3.4\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    ],
    ids=["no host, 1.0", "no host, 1.1", "host twice", "two hosts", "host with a blank", "folded host",
         "another host in the target", "another host in the header", "no slash", "star", "connect", "two lengths",
         "length twice", "negative length", "forwarded", "forwarded in capitals", "tls", "nul"],
)  # fmt: skip
def test_a_request_that_is_none_is_refused(pages: RunningPages, request_: bytes) -> None:
    said = pages.say(request_.replace(b"{host}", pages.host.encode()))
    assert re.match(rb"HTTP/1\.1 4\d\d ", said), said[:200]
    assert b"Traceback" not in said
    assert b"set-cookie" not in said.lower()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: {host}\r\nX-Huge: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\n" + b"X-Many: a\r\n" * 20_000 + b"\r\n",
    ],
    ids=["a huge header", "a huge target", "many headers"],
)
def test_a_request_without_end_is_cut_off(pages: RunningPages, anna: Visitor, request_: bytes) -> None:
    said = pages.say(request_.replace(b"{host}", pages.host.encode()))
    assert re.match(rb"HTTP/1\.1 4\d\d |$", said), said[:200]
    assert anna.get("/").status == 200


@pytest.mark.parametrize(
    "path",
    ["/api/export/html", "/api/export/script", "/api/export/markdown", "/api/home/workspace_files",
     "/api/home/running_notebooks", "/api/files/list_files", "/sse?session_id={id}", "/ws_sync", "/terminal/ws",
     "/api/kernel/read_code", "/api/kernel/run", "/api/kernel/execute", "/api/kernel/scratchpad/run",
     "/api/kernel/instantiate", "/api/kernel/save", "/api/kernel/takeover", "/api/status", "/api/version", "/api/usage",
     "/auth/login", "/og/thumbnail", "/public/things.py", "/public-files-sw.js", "/assets/../../../pyproject.toml",
     "/favicon.ico", "/?file=/etc/passwd", "/?file=..%2fhome.py", "/?kiosk=true", "/?session_id={id}",
     "/?access_token=x", "/?a=1&%66ile=x", "/../home/", "/%2e%2e/home/", "/..%2fhome/", "//", "/%2f", "/./",
     "/%00", "/%0a", "/ws%3fsession_id={id}", "/index.html", "/health/", "/health%0a", "/@file/", "/@file%2f1-a.csv",
     "/API/STATUS", "/lsp/pylsp", "/mpl/1/", "/mcp/server", "/docs", "/openapi.json"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "DELETE"])
def test_nothing_of_marimo_is_open_but_what_pages_need(things: Tab, anna: Visitor, method: str, path: str) -> None:
    given = [("Cookie", anna.cookie), ("Origin", anna.origin), ("Marimo-Session-Id", things.session)]
    target = f"/p/things{path.format(id=things.session)}"
    answer = anna.pages.ask(target, method=method, headers=given, body=None if method in ("GET", "HEAD") else b"{}")
    if method == "HEAD":
        assert answer.status in (403, 404)
    else:
        assert_refused(answer, 403, 404)


@pytest.mark.parametrize(
    "path",
    ["//p/things/", "/P/things/", "/p/THINGS/", "/p/things", "/p/things./", "/p//things/", "/p/nowhere/",
     "/p/%2e%2e/p/things/", "/x/../p/things/", "/p/things;a/", "/p/", "/p", "/things/", "/.", "/%2e%2e",
     "/\\p\\things\\", "/p/things%00/", "/%70/things/x", "/assets", "/assets/", "/assets/x/vopt/..%2f..%2ferrors.py",
     "/assets/x/vopt/../../errors.py", "/assets/x/marimo/%2e%2e/_server/main.py", "/assets/x/etc/passwd",
     "/assets/x/vopt/%00", "/assets/x/vopt/" + "a" * 5000, "/assets/x/vopt//etc/passwd"],
)  # fmt: skip
def test_a_path_with_a_trick_leads_nowhere(anna: Visitor, path: str) -> None:
    assert_refused(anna.get(path), 404)


@pytest.mark.parametrize(
    "address",
    ["/p/things/ws", "/p/things/ws?session_id=", "/p/things/ws?session_id=s_1&session_id=s_2",
     "/p/things/ws?session_id=s_1&kiosk=true", "/p/things/ws?session_id=s_1&file=home.py",
     "/p/things/ws?session_id=s_1&%66ile=/etc/passwd", "/p/things/ws?session_id=s_1,s_2",
     "/p/things/ws/?session_id=s_1",
     "/p/things/ws_sync?session_id=s_1", "/p/things/terminal/ws?session_id=s_1", "/p/things/sse?session_id=s_1",
     "//p/things/ws?session_id=s_1", "/p/nowhere/ws?session_id=s_1", "/ws?session_id=s_1", "/?session_id=s_1",
     "/p/things/../sql/ws?session_id=s_1", "/p/things/x/ws?session_id=s_1", "/p/THINGS/ws?session_id=s_1"],
)  # fmt: skip
def test_there_is_no_other_socket(anna: Visitor, address: str) -> None:
    assert socket_status(anna.pages, address, {"Cookie": anna.cookie}, anna.origin) == 403


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP", "CF-Ray"])
def test_whoever_comes_through_a_tunnel_is_refused(anna: Visitor, name: str) -> None:
    assert_refused(anna.pages.ask("/", headers=[("Cookie", anna.cookie), (name, "127.0.0.1")]), 403)
    address = f"/p/things/ws?session_id={new_session()}"
    assert socket_status(anna.pages, address, {"Cookie": anna.cookie, name: "127.0.0.1"}, anna.origin) == 403


def test_a_big_body_is_refused_before_it_is_read(anna: Visitor, things: Tab) -> None:
    head = (
        f"POST {MOVE} HTTP/1.1\r\nHost: {anna.pages.host}\r\nOrigin: {anna.origin}\r\nCookie: {anna.cookie}\r\n"
        f"Marimo-Session-Id: {things.session}\r\nConnection: close\r\n"
    ).encode()
    told = anna.pages.say(head + f"Content-Length: {MOST_BODY_BYTES + 1}\r\n\r\n".encode())
    assert told.startswith(b"HTTP/1.1 413 ")
    piece = b"10000\r\n" + b"x" * 2**16 + b"\r\n"
    in_pieces = anna.pages.say(head + b"Transfer-Encoding: chunked\r\n\r\n" + piece * 17)
    assert in_pieces.startswith(b"HTTP/1.1 413 ")


def test_a_big_message_ends_its_socket_and_no_other(anna: Visitor, moved: Callable[[], str]) -> None:
    with anna.opens("things") as tab:
        tab.socket.send("x" * (MOST_BODY_BYTES + 1))
        with pytest.raises(ConnectionClosed) as closed:
            tab.read_until("never")
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1009
    assert "moved to 501" in moved()


@pytest.mark.parametrize("target", ["/p/things/", "/p/home/", "/p/sql/", "/", "/market"])
def test_a_page_tells_nothing_of_this_computer(anna: Visitor, target: str) -> None:
    answer = anna.get(target)
    html = answer.body.decode()
    assert answer.status == 200
    for secret in (str(ROOT), str(Path.home()), "things.py", "api_key", "package_management", "file://", anna.cookie):
        assert secret not in html
    assert "server" not in answer.headers


def test_what_a_page_is_told_over_its_socket_tells_nothing_of_this_computer(anna: Visitor) -> None:
    address = f"ws://{anna.pages.host}/p/things/ws?session_id={new_session()}"
    with connect(address, additional_headers={"Cookie": anna.cookie}, origin=anna.origin, proxy=None) as socket:  # type: ignore[arg-type]
        heard = ""
        while "completed-run" not in heard:
            heard += str(socket.recv(20))
    for secret in (str(ROOT), str(Path.home()), "things.py", "import marimo", anna.cookie):
        assert secret not in heard


def test_a_file_she_opens_as_a_page_can_do_nothing(things: Tab, anna: Visitor) -> None:
    headers = anna.get(file_of(things)).headers
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cache-control"] == "private, no-store"


def test_a_name_for_her_file_cannot_bring_a_header(things: Tab, anna: Visitor) -> None:
    answer = anna.get(f"{file_of(things)}?download=1&filename=a%0d%0aSet-Cookie:%20x=y")
    assert answer.cookies == ()
