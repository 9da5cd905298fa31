"""Who is let in, and what reaches the apps behind the guard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.server.asgi import Headers, ask, http, websocket
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import FOREIGN, GONE, NOT_HERE, NOT_YOURS, STRANGER, TOO_BIG, TOO_LONG, UNCLEAR, Message
from vopt_lib.server.door import known_by
from vopt_lib.server.guard import MOST_BODY_BYTES, MOST_FORMS_OF_STRANGERS, MOST_QUERY_BYTES, Guard, Rules
from vopt_lib.server.reach import Reach
from vopt_lib.server.sessions import Sessions
from vopt_lib.words import Words

ORIGIN = ("origin", "http://127.0.0.1:8420")
ANNA, BEN = ("cookie", "anna"), ("cookie", "ben")
CALL = "/p/home/api/kernel/set_ui_element_value"


class Behind:
    """An app behind the guard: it notes what reaches it, and answers as it is told."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.status = 200
        self.answer = "good"
        self.error: Exception | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": self.answer})
            return
        if scope["method"] == "POST":
            self.bodies.append((await receive())["body"])
        headers = [(b"x-of-the-app", b"1"), (b"cache-control", b"max-age=5"), (b"content-security-policy", b"none")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if self.error:
            raise self.error
        await send({"type": "http.response.body", "body": self.answer.encode()})


class Guarded:
    """A guard before two such apps; a cookie is a person's name."""

    def __init__(self, body_within_s: float = 30) -> None:
        self.outside, self.frames, self.sessions = Behind(), Behind(), Sessions(120)
        rules = Rules(
            reach=Reach(frozenset({"127.0.0.1:8420", "localhost:8420"})),
            pages=frozenset({"home", "sql"}),
            know=known_by(_person),
            headers={"Content-Security-Policy": "default-src 'self'", "X-Frame-Options": "SAMEORIGIN"},
            body_within_s=body_within_s,
        )
        self.app = Guard(self.outside, self.frames, rules=rules, sessions=self.sessions)

    @property
    def reached(self) -> int:
        """How often one of the apps was reached."""
        return len(self.outside.scopes) + len(self.frames.scopes)

    def open(self, session: str, cookie: tuple[str, str], page: str = "home") -> str:
        """Open a session's socket, which stays; returns what marimo calls it."""
        came = ask(self.app, websocket(f"/p/{page}/ws", query=f"session_id={session}", headers=[cookie, ORIGIN]))
        assert came.messages[0] == {"type": "websocket.accept"}
        return parse_qs(self.frames.scopes[-1]["query_string"].decode())["session_id"][0]


def _person(scope: Any) -> Visitor | None:
    known = [value.decode() for name, value in scope["headers"] if name == b"cookie"]
    name, _, role = known[0].partition(" ") if known else ("", "", "")
    return Visitor(name, "it", role="admin" if role == "admin" else "member") if name else None


@pytest.fixture
def guarded() -> Guarded:
    return Guarded()


def test_a_page_reaches_marimo_with_the_visitor_and_without_her_cookies(guarded: Guarded) -> None:
    headers = [ANNA, ("marimo-session-id", "s_1"), ("marimo-stable-session-id", "x"), ("x-notebook-id", "/etc/passwd")]
    assert ask(guarded.app, http("/p/home/", query="catalog=4", headers=headers)).text == "good"
    (scope,) = guarded.frames.scopes
    assert scope["headers"] == [(b"host", b"127.0.0.1:8420")]
    assert scope["user"] == {"username": "anna", "is_authenticated": True}
    assert scope["meta"] == {"person": "anna", "language": "it", "theme": "system", "role": "member"}
    assert scope["query_string"] == b"catalog=4"


@pytest.mark.parametrize(
    "host",
    ["evil.example:8420", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:84200", "localhost.:8420", "[::1]:8420", "",
     "127.0.0.1:8420.evil.example", "LOCALHOST:8420", "evil@127.0.0.1:8420", "127.0.0.1:8420 "],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/assets/1/vopt/page.css", "/p/home/"])
def test_a_foreign_host_is_refused(guarded: Guarded, host: str, path: str) -> None:
    came = ask(guarded.app, http(path, host=host, headers=[ANNA]))
    assert (came.status, guarded.reached) == (403, 0)


def test_two_hosts_are_refused(guarded: Guarded) -> None:
    came = ask(guarded.app, http("/", headers=[ANNA, ("host", "127.0.0.1:8420")]))
    assert (came.status, guarded.reached) == (403, 0)


def test_no_host_is_refused(guarded: Guarded) -> None:
    scope = http("/", headers=[ANNA])
    scope["headers"] = scope["headers"][1:]
    assert (ask(guarded.app, scope).status, guarded.reached) == (403, 0)


@pytest.mark.parametrize(
    "header",
    ["forwarded", "via", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port",
     "x-original-url", "cf-connecting-ip", "ngrok-skip-browser-warning", "tailscale-user-login"],
)  # fmt: skip
@pytest.mark.parametrize("scope", [http, websocket], ids=["http", "websocket"])
def test_what_came_through_a_proxy_is_refused(guarded: Guarded, header: str, scope: Callable[..., Any]) -> None:
    asked = scope("/p/home/ws", query="session_id=s_1", headers=[ANNA, ORIGIN, (header, "127.0.0.1")])
    assert ask(guarded.app, asked).status in (403, 4403)
    assert guarded.reached == 0


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "https://127.0.0.1:8420", "http://127.0.0.1", "http://localhost:8420", "null", "",
     "http://127.0.0.1:8420/", "http://127.0.0.1:8420,http://127.0.0.1:8420"],
)  # fmt: skip
@pytest.mark.parametrize(
    "scope",
    [http(CALL, method="POST"), http("/preferences", method="POST"), websocket("/p/home/ws", query="session_id=s_1"),
     http(CALL, method="OPTIONS")],
    ids=["call", "preferences", "websocket", "preflight"],
)  # fmt: skip
def test_a_foreign_origin_or_none_may_change_nothing(guarded: Guarded, origin: str, scope: dict[str, Any]) -> None:
    asked = scope | {"headers": [*scope["headers"], (b"cookie", b"anna"), (b"origin", origin.encode())]}
    assert ask(guarded.app, asked).status in (403, 4403)
    assert ask(guarded.app, scope | {"headers": asked["headers"][:-1]}).status in (403, 4403)
    assert guarded.reached == 0


def test_a_foreign_origin_may_not_even_read(guarded: Guarded) -> None:
    assert ask(guarded.app, http("/", headers=[ANNA, ("origin", "http://evil.example")])).status == 403
    assert ask(guarded.app, http("/", headers=[ANNA, ORIGIN])).status == 200


@pytest.mark.parametrize("path", ["/", "/home", "/market"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_stranger_may_open_a_page(guarded: Guarded, path: str, method: str) -> None:
    assert ask(guarded.app, http(path, method=method, headers=[("sec-fetch-mode", "navigate")])).status == 200
    assert guarded.outside.scopes[0]["visitor"] is None


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/p/home/", ()),
        ("GET", "/p/nowhere/", ()),
        ("GET", "/p/home/@file/1-a.csv", ()),
        ("POST", CALL, (ORIGIN,)),
        ("POST", "/preferences", (ORIGIN,)),
        ("POST", "/", (ORIGIN,)),
        ("GET", "/home", (("sec-fetch-mode", "cors"),)),
        ("GET", "/home", (("sec-fetch-mode", "no-cors"),)),
    ],
)
def test_a_stranger_may_nothing_else(guarded: Guarded, method: str, path: str, headers: Headers) -> None:
    came = ask(guarded.app, http(path, method=method, headers=headers))
    assert (came.status, came.text, guarded.reached) == (401, STRANGER, 0)


def test_a_stranger_gets_no_socket(guarded: Guarded) -> None:
    came = ask(guarded.app, websocket("/p/home/ws", query="session_id=s_1", headers=[ORIGIN]))
    assert (came.status, guarded.reached) == (4401, 0)


@pytest.mark.parametrize(
    "part",
    ["/api/export/html", "/api/home/workspace_files", "/sse", "/ws_sync", "/ws", "/terminal/ws", "/api/usage",
     "/api/kernel/read_code", "/api/status", "/api/version", "/public/x", "/public-files-sw.js", "/og/thumbnail",
     "/favicon.ico", "/assets/index.js", "/auth/login", "/custom.css", "/mcp/server", "/../sql/",
     "/api/kernel/set_ui_element_value", "/%2e%2e/", "//", "/./", "/health/", "/health\n", "/@file", "/@FILE/1-a.csv"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_can_be_read_but_a_page_its_health_and_ones_files(guarded: Guarded, part: str, method: str) -> None:
    came = ask(guarded.app, http(f"/p/home{part}", method=method, headers=[ANNA]))
    assert (came.status, guarded.reached) == (404, 0)


@pytest.mark.parametrize(
    "part",
    ["/api/kernel/instantiate", "/api/kernel/run", "/api/kernel/execute", "/api/kernel/scratchpad/run",
     "/api/kernel/save", "/api/kernel/rename", "/api/kernel/interrupt", "/api/kernel/takeover",
     "/api/kernel/set_model_value", "/api/kernel/restart_session", "/api/kernel/shutdown", "/api/kernel/read_code",
     "/api/kernel/set_ui_element_value/", "/api/kernel/set_ui_element_value\n", "/api/kernel//function_call",
     "/API/kernel/function_call", "/api/export/html", "/api/home/workspace_files", "/api/files/list_files",
     "/api/terminal/start", "/", "/health", "/ws", "/sse"],
)  # fmt: skip
def test_nothing_can_be_called_but_what_controls_need(guarded: Guarded, part: str) -> None:
    guarded.open("s_1", ANNA)
    headers = [ANNA, ORIGIN, ("marimo-session-id", "s_1")]
    assert ask(guarded.app, http(f"/p/home{part}", method="POST", headers=headers)).status == 404
    assert guarded.reached == 1


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND"])
@pytest.mark.parametrize("path", ["/p/home/", CALL, "/p/home/@file/1-a.csv"])
def test_no_other_method_reaches_a_page(guarded: Guarded, method: str, path: str) -> None:
    headers = [ANNA, ORIGIN, ("marimo-session-id", "s_1")]
    assert ask(guarded.app, http(path, method=method, headers=headers)).status == 404
    assert guarded.reached == 0


@pytest.mark.parametrize("path", ["/p/nowhere/", "/p/HOME/", "/p/home%2f/", "/p/ho\nme/", "/p/../"])
def test_a_page_that_does_not_exist_is_not_asked(guarded: Guarded, path: str) -> None:
    came = ask(guarded.app, http(path, headers=[ANNA]))
    assert (came.status, came.text, guarded.reached) == (404, "Qui non c'è niente. Le tue pagine cominciano da /.", 0)


@pytest.mark.parametrize("path", ["/p/home", "//p/home/ws", "/P/home/", "/p//home/", "/x/p/home/", "p/home/", ""])
def test_what_does_not_begin_as_a_page_never_reaches_marimo(guarded: Guarded, path: str) -> None:
    ask(guarded.app, http(path, headers=[ANNA]))
    ask(guarded.app, websocket(path, query="session_id=s_1", headers=[ANNA, ORIGIN]))
    assert guarded.frames.scopes == []


@pytest.mark.parametrize(
    "query", ["file=/etc/passwd", "kiosk=true", "session_id=s_1", "access_token=", "%66ile=x", "a=1&file"]
)
def test_words_of_marimo_have_no_place_in_a_pages_address(guarded: Guarded, query: str) -> None:
    assert ask(guarded.app, http("/p/home/", query=query, headers=[ANNA])).status == 404
    asked = websocket("/p/home/ws", query=f"session_id=s_2&{query}", headers=[ANNA, ORIGIN])
    assert ask(guarded.app, asked).status == 4404
    assert guarded.reached == 0


@pytest.mark.parametrize(
    "query",
    ["", "session_id=", "session_id=a,b", "session_id=s_1%0d%0a", "session_id=" + "a" * 65, "session_id=../x",
     "session_id=\u00e8", "SESSION_ID=s_1", "session_id=s_1&session_id=s_2", "session_id=s_1&session%5fid=s_1"],
)  # fmt: skip
def test_a_socket_names_one_session(guarded: Guarded, query: str) -> None:
    assert ask(guarded.app, websocket("/p/home/ws", query=query, headers=[ANNA, ORIGIN])).status == 4404
    assert guarded.reached == 0


@pytest.mark.parametrize(
    "path", ["/p/home/ws/", "/p/home/terminal/ws", "/p/home/ws_sync", "/p/home/", "/p/nowhere/ws", "/ws", "/"]
)
def test_there_is_one_socket_a_page(guarded: Guarded, path: str) -> None:
    assert ask(guarded.app, websocket(path, query="session_id=s_1", headers=[ANNA, ORIGIN])).status == 4404
    assert guarded.reached == 0


def test_a_socket_keeps_the_pages_own_words(guarded: Guarded) -> None:
    asked = websocket("/p/home/ws", query="catalog=4&session_id=s_1&brand=A%26B&size=", headers=[ANNA, ORIGIN])
    ask(guarded.app, asked)
    told = parse_qs(guarded.frames.scopes[0]["query_string"].decode(), keep_blank_values=True)
    name = guarded.sessions.name("s_1", page="home", person="anna member")
    assert told == {"catalog": ["4"], "brand": ["A&B"], "size": [""], "session_id": [name]}


def test_the_same_id_in_other_hands_is_another_session(guarded: Guarded) -> None:
    assert guarded.open("s_1", ANNA) == guarded.open("s_1", ANNA)
    assert guarded.open("s_1", ANNA) != guarded.open("s_1", BEN)
    assert guarded.open("s_1", ANNA) != guarded.open("s_1", ANNA, page="sql")


def test_with_another_role_she_does_not_come_back_to_the_kernel_of_before(guarded: Guarded) -> None:
    assert guarded.open("s_1", ANNA) != guarded.open("s_1", ("cookie", "anna admin"))


def test_a_call_reaches_her_own_kernel(guarded: Guarded) -> None:
    name = guarded.open("s_1", ANNA)
    headers = [ANNA, ORIGIN, ("marimo-session-id", "s_1"), ("marimo-server-token", "t")]
    assert ask(guarded.app, http(CALL, method="POST", headers=headers), b'{"a"', b": 1}").status == 200
    scope = guarded.frames.scopes[-1]
    assert [value for key, value in scope["headers"] if key.startswith(b"marimo")] == [name.encode()]
    assert guarded.frames.bodies == [b'{"a": 1}']


@pytest.mark.parametrize(
    ("cookie", "page", "session"),
    [(BEN, "home", "s_1"), (ANNA, "sql", "s_1"), (ANNA, "home", "s_2")],
    ids=["another visitor", "another page", "another session"],
)
def test_a_call_of_a_session_that_is_not_hers_is_refused(
    guarded: Guarded, cookie: tuple[str, str], page: str, session: str
) -> None:
    name = guarded.open("s_1", ANNA)
    for given in (session, name):
        headers = [cookie, ORIGIN, ("marimo-session-id", given)]
        asked = http(f"/p/{page}/api/kernel/function_call", method="POST", headers=headers)
        assert ask(guarded.app, asked).status == 410
    assert guarded.reached == 1


@pytest.mark.parametrize("given", [[], [""], ["s_1", "s_1"], ["s_1", "s_2"], ["s_1,s_2"], ["s_1 "], ["\xe9"]])
def test_a_call_names_one_session(guarded: Guarded, given: list[str]) -> None:
    guarded.open("s_1", ANNA)
    headers = [ANNA, ORIGIN, *(("marimo-session-id", one) for one in given)]
    assert ask(guarded.app, http(CALL, method="POST", headers=headers)).status == 404
    assert guarded.reached == 1


def test_a_call_that_marimo_cannot_read_is_her_mistake(guarded: Guarded) -> None:
    guarded.open("s_1", ANNA)
    guarded.frames.status, guarded.frames.error = 500, AssertionError("Mismatched object_ids and values")
    came = ask(guarded.app, http(CALL, method="POST", headers=[ANNA, ORIGIN, ("marimo-session-id", "s_1")]))
    assert (came.status, came.text) == (400, Words("it").say(UNCLEAR))


def test_a_file_is_given_to_whom_a_kernel_told_of_it(guarded: Guarded) -> None:
    guarded.frames.answer = '{"data": "<a href=\\"./@file/5-7-abc.csv\\">"}'
    guarded.open("s_1", ANNA)
    came = ask(guarded.app, http("/p/home/@file/5-7-abc.csv", headers=[ANNA]))
    assert came.status == 200
    assert came.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert came.headers["cache-control"] == "private, no-store"
    for cookie, name in ((BEN, "5-7-abc.csv"), (ANNA, "6-7-abc.csv"), (ANNA, "5-7-abc.csv/../5-7-abc.csv")):
        assert ask(guarded.app, http(f"/p/home/@file/{name}", headers=[cookie])).status == 403
    assert guarded.reached == 2


def test_a_file_that_went_with_its_kernel_is_gone(guarded: Guarded) -> None:
    guarded.frames.answer = '"./@file/5-7-abc.csv"'
    guarded.open("s_1", ANNA)
    guarded.frames.error = RuntimeError("Caught handled exception, but response already started.")
    came = ask(guarded.app, http("/p/home/@file/5-7-abc.csv", headers=[ANNA]))
    assert (came.status, came.text) == (410, Words("it").say(GONE))


@pytest.mark.parametrize("told", [str(MOST_BODY_BYTES + 1), None], ids=["told", "in pieces"])
@pytest.mark.parametrize("path", [CALL, "/preferences"])
def test_a_body_that_is_too_big_is_refused(guarded: Guarded, told: str | None, path: str) -> None:
    guarded.open("s_1", ANNA)
    headers = [ANNA, ORIGIN, ("marimo-session-id", "s_1"), *([("content-length", told)] if told else [])]
    pieces = [b"x" * 2**19, b"x" * 2**19, b"x"]
    assert ask(guarded.app, http(path, method="POST", headers=headers), *pieces).status == 413
    assert guarded.reached == 1


@pytest.mark.parametrize("path", ["/home", "/p/home/"])
def test_an_address_that_no_websocket_could_repeat_is_refused(guarded: Guarded, path: str) -> None:
    came = ask(guarded.app, http(path, query="size=" + "x" * MOST_QUERY_BYTES, headers=[ANNA]))
    assert (came.status, came.text) == (414, Words("it").say(TOO_LONG))
    assert ask(guarded.app, http(path, query="size=" + "x" * (MOST_QUERY_BYTES - 5), headers=[ANNA])).status == 200


def test_a_body_of_just_that_size_is_read(guarded: Guarded) -> None:
    came = ask(guarded.app, http("/preferences", method="POST", headers=[ANNA, ORIGIN]), b"x" * MOST_BODY_BYTES)
    assert (came.status, len(guarded.outside.bodies[0])) == (200, MOST_BODY_BYTES)


def test_a_body_that_breaks_off_is_not_taken_for_a_whole_one(guarded: Guarded) -> None:
    arriving: list[Message] = [{"type": "http.request", "body": b"theme=", "more_body": True}]
    sent: list[Message] = []

    async def receive() -> Message:
        return arriving.pop() if arriving else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(guarded.app(http("/preferences", method="POST", headers=[ANNA, ORIGIN]), receive, send))
    assert (sent[0]["status"], guarded.reached) == (400, 0)


@pytest.mark.parametrize("path", [CALL, "/preferences"])
def test_a_body_that_takes_too_long_is_refused(path: str) -> None:
    guarded = Guarded(body_within_s=0.01)
    guarded.open("s_1", ANNA)
    sent: list[Message] = []

    async def receive() -> Message:
        return await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [ANNA, ORIGIN, ("marimo-session-id", "s_1")]
    asyncio.run(guarded.app(http(path, method="POST", headers=headers), receive, send))
    assert (sent[0]["status"], guarded.reached) == (408, 1)


def test_strangers_forms_that_do_not_end_are_bounded_and_nobody_else_waits_for_them() -> None:
    async def statuses() -> list[int]:
        guarded, sent = Guarded(body_within_s=20), list[Message]()

        async def never() -> Message:
            return await asyncio.Event().wait()  # type: ignore[return-value]

        async def at_once() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        def asked(receive: Any, method: str, *headers: tuple[str, str]) -> Any:
            return guarded.app(http("/login", method=method, headers=[*headers, ORIGIN]), receive, send)

        slow = [asyncio.create_task(asked(never, "POST")) for _ in range(MOST_FORMS_OF_STRANGERS)]
        while guarded.app._strangers < MOST_FORMS_OF_STRANGERS:
            await asyncio.sleep(0)
        for one in (asked(at_once, "POST"), asked(at_once, "GET"), asked(at_once, "POST", ANNA)):
            await one
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        await asked(at_once, "POST")
        return [message["status"] for message in sent if "status" in message]

    assert asyncio.run(statuses()) == [429, 200, 200, 200]


@pytest.mark.parametrize(
    ("status", "told", "sentence"),
    [(404, 404, NOT_HERE), (405, 404, NOT_HERE), (401, 401, UNCLEAR), (416, 416, UNCLEAR)],
)
def test_a_failure_of_an_app_is_told_in_a_sentence(guarded: Guarded, status: int, told: int, sentence: str) -> None:
    guarded.outside.status, guarded.outside.answer = status, "/home/anna/vopt: Traceback"
    came = ask(guarded.app, http("/x"))
    assert (came.status, came.text) == (told, sentence)
    assert "x-of-the-app" not in came.headers


@pytest.mark.parametrize("status", [200, 500], ids=["before its first word", "after it said so"])
def test_an_app_that_breaks_is_told_in_a_sentence_and_in_the_log(guarded: Guarded, status: int) -> None:
    guarded.outside.status, guarded.outside.error = status, ZeroDivisionError("/home/anna/vopt/page.py")
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(guarded.app(http("/"), None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 500
    assert sent[1]["body"].startswith(b"Something went wrong in vopt.")


def test_every_answer_has_the_fixed_headers(guarded: Guarded) -> None:
    good = ask(guarded.app, http("/", headers=[ANNA])).headers
    framed = ask(guarded.app, http("/p/home/", headers=[ANNA])).headers
    refused = ask(guarded.app, http("/", host="evil")).headers
    for headers in (good, framed, refused):
        assert headers["content-security-policy"] == "default-src 'self'"
        assert headers["x-frame-options"] == "SAMEORIGIN"
    assert [headers["cache-control"] for headers in (good, framed, refused)] == [
        "max-age=5", "private, no-store", "no-store",
    ]  # fmt: skip


@pytest.mark.parametrize("sentence", [FOREIGN, GONE, NOT_HERE, NOT_YOURS, STRANGER, TOO_BIG, TOO_LONG, UNCLEAR])
def test_a_refusal_is_a_sentence_with_an_end(sentence: str) -> None:
    assert sentence[-1] == "."


def test_a_refused_head_has_no_body(guarded: Guarded) -> None:
    came = ask(guarded.app, http("/p/home/x", method="HEAD", headers=[ANNA]))
    assert (came.status, came.text) == (404, "")
    assert int(came.headers["content-length"]) > 0
