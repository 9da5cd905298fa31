"""This is where every request and websocket is let in or refused, before marimo sees it.

It is pure ASGI: HTTP middleware never sees a websocket, and the socket is what reaches the kernel. What is refused, and
why, is measured in the facts on serving marimo: foreign hosts and origins, forwarded requests, browsers without a
cookie of ours, other people's kernel sessions and files, every route that pages do not need, and big bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server import docs, own
from vopt_lib.server.answers import (
    FOREIGN,
    GONE,
    NOT_HERE,
    NOT_YOURS,
    STRANGER,
    TOO_BIG,
    TOO_LONG,
    UNCLEAR,
    Answer,
    App,
    Message,
    Receive,
    Refused,
    Scope,
    Send,
    refuse,
)
from vopt_lib.server.browsers import header, preferred_language
from vopt_lib.server.sessions import Files, Sessions
from vopt_lib.words import Words

Identify = Callable[[Scope], Visitor | None]

MOST_BODY_BYTES = 2**20
"""A call to the kernel is some hundred bytes, a long query some thousand; marimo itself has no limit on the server."""

MOST_QUERY_BYTES = 7_000
"""A websocket's first line may have 8192 bytes (websockets 16), and marimo repeats the page's whole address in it."""

FORWARDED = re.compile(rb"forwarded|via|x-real-ip|x-(forwarded|original)-.*|(cf|ngrok|tailscale)-.*")
"""Headers of proxies and tunnels: whoever comes through one is not on this computer."""

OPEN = ("/assets/",)
RESERVED = {"session_id", "kiosk", "file", "access_token"}
"""Words of an address that mean something to marimo; a page's own filters never carry these names."""

KERNEL_CALLS = ("set_ui_element_value", "function_call")
SESSION_HEADER = b"marimo-session-id"
PRIVATE = {"Cache-Control": "private, no-store"}
LOCKED_UP = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""For a file that a kernel made: opened as a page, it can do nothing in vopt's name."""

_FRAME = re.compile(r"/p/(?P<page>[^/]+)(?P<rest>/.*)", re.DOTALL)
_CALL = re.compile(rf"/api/kernel/(?:{'|'.join(KERNEL_CALLS)})")
_FILE = "/@file/"
_SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)
_NOT_FOR_THE_APP = re.compile(rb"cookie|marimo-.*|x-notebook-id")


@dataclass(frozen=True)
class Rules:
    """Whom the guard lets in, and where.

    `hosts` are the names and ports that vopt answers to ("127.0.0.1:8420"), `pages` the names of the framed pages;
    `identify` says who asks; `headers` go with every answer.
    """

    hosts: frozenset[str]
    pages: frozenset[str]
    identify: Identify
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Framed:
    """Something asked of a framed page: who asks which page, and for what part of it ("/ws")."""

    visitor: Visitor
    page: str
    part: str
    scope: Scope
    receive: Receive


class Guard:
    """Two apps behind the guard: `outside` is what is ours, `frames` has marimo's pages at /p/<page>/.

    It puts the visitor into `scope["user"]` and `scope["meta"]`, from where she reaches a notebook as
    `mo.app_meta().request`, and takes the cookies out.
    """

    def __init__(self, outside: App, frames: App, *, rules: Rules, sessions: Sessions) -> None:
        self._outside = outside
        self._frames = frames
        self._rules = rules
        self._sessions = sessions
        self._files = Files()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        words, answer = Words(preferred_language(scope)), Answer(send, {**self._rules.headers, **_headers_of(scope)})
        try:
            self._check_sender(scope)
            visitor = self._rules.identify(scope)
            words = visitor.words if visitor else words
            await self._let_in(scope, receive, answer, visitor)
            if answer.failure:
                raise Refused.instead_of(answer.failure)
        except Refused as refused:
            await refuse(refused, words, scope, headers=self._rules.headers, send=send)
        except Exception:
            if not answer.has_begun:
                await refuse(Refused.instead_of(500), words, scope, headers=self._rules.headers, send=send)
            raise

    def _check_sender(self, scope: Scope) -> None:
        """Raises: Refused, for a request that did not come from a page of ours on this computer."""
        is_forwarded = any(FORWARDED.fullmatch(name) for name, _ in scope["headers"])
        if is_forwarded or header(scope, b"host") not in self._rules.hosts:
            raise Refused(403, FOREIGN)
        origin = header(scope, b"origin")
        must_tell = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        if (origin or must_tell) and origin != f"http://{header(scope, b'host')}":
            raise Refused(403, FOREIGN)

    async def _let_in(self, scope: Scope, receive: Receive, send: Answer, visitor: Visitor | None) -> None:
        frame = _FRAME.fullmatch(scope["path"])
        if len(scope["query_string"]) > MOST_QUERY_BYTES:
            raise Refused(414, TOO_LONG)
        if frame is None:
            _check_outside(scope, visitor)
            body = receive if own.bounds_itself(scope) else await _bounded(scope, receive)
            await self._outside(_as(visitor, scope), body, send)
        elif visitor is None:
            raise Refused(401, STRANGER)
        elif frame["page"] not in self._rules.pages:
            raise Refused(404, NOT_HERE)
        else:
            await self._let_into_frame(Framed(visitor, frame["page"], frame["rest"], scope, receive), send)

    async def _let_into_frame(self, asked: Framed, send: Answer) -> None:
        method = "socket" if asked.scope["type"] == "websocket" else asked.scope["method"]
        reserved = RESERVED.intersection(name for name, _ in _query(asked.scope))
        if method == "socket" and asked.part == "/ws":
            await self._socket(asked, send)
        elif method == "POST" and _CALL.fullmatch(asked.part):
            await self._call(asked, send)
        elif method in ("GET", "HEAD") and asked.part.startswith(_FILE):
            await self._file(asked, send)
        elif method in ("GET", "HEAD") and asked.part in ("/", "/health") and not reserved:
            await self._frames(_as(asked.visitor, asked.scope), asked.receive, send)
        else:
            raise Refused(404, NOT_HERE)

    async def _file(self, asked: Framed, send: Answer) -> None:
        """Send a file that her kernel made. Raises: Refused, when it is not hers, or went with its kernel."""
        if not self._files.is_hers(asked.part.removeprefix(_FILE), asked.visitor.person):
            raise Refused(403, NOT_YOURS)
        try:
            await self._frames(_as(asked.visitor, asked.scope), asked.receive, send)
        except Exception as error:
            if send.has_begun:
                raise
            raise Refused(410, GONE) from error

    async def _call(self, asked: Framed, send: Send) -> None:
        """Pass a call on to her kernel. Raises: Refused, when it has none, or cannot read it."""
        session = self._named(asked, [value for name, value in asked.scope["headers"] if name == SESSION_HEADER])
        if not self._sessions.is_alive(session):
            raise Refused(410, GONE)
        inner = _as(asked.visitor, asked.scope)
        inner["headers"].append((SESSION_HEADER, session.encode()))
        body = await _bounded(asked.scope, asked.receive)
        try:
            await self._frames(inner, body, send)
        except Exception as error:
            # marimo reads a call when it has let it in, and breaks where it cannot.
            raise Refused(400, UNCLEAR) from error

    async def _socket(self, asked: Framed, send: Send) -> None:
        """Connect her with her kernel."""
        query = _query(asked.scope)
        if (RESERVED - {"session_id"}).intersection(name for name, _ in query):
            raise Refused(404, NOT_HERE)
        session = self._named(asked, [value.encode() for name, value in query if name == "session_id"])
        inner = _as(asked.visitor, asked.scope)
        kept = [(name, value) for name, value in query if name != "session_id"]
        inner["query_string"] = urlencode([*kept, ("session_id", session)]).encode()

        async def listening(message: Message) -> None:
            self._files.told(message.get("text") or "", asked.visitor.person)
            await send(message)

        self._sessions.opened(session)
        try:
            await self._frames(inner, asked.receive, listening)
        finally:
            self._sessions.closed(session)

    def _named(self, asked: Framed, given: list[bytes]) -> str:
        """What marimo calls the session that she names. Raises: Refused, unless she names one."""
        if len(given) != 1 or not _SESSION.fullmatch(given[0].decode("latin-1")):
            raise Refused(404, NOT_HERE)
        return self._sessions.name(given[0].decode("latin-1"), page=asked.page, person=asked.visitor.person)


def _check_outside(scope: Scope, visitor: Visitor | None) -> None:
    """Raises: Refused, for what only a visitor may ask outside the frames. Opening a page makes a browser a visitor."""
    if scope["type"] == "websocket":
        raise Refused(404, NOT_HERE)
    if scope["path"].startswith(own.PREFIX) and header(scope, b"sec-fetch-site") not in ("", "none", "same-origin"):
        raise Refused(403, FOREIGN)
    is_opening = scope["method"] in ("GET", "HEAD") and header(scope, b"sec-fetch-mode") in ("", "navigate")
    if visitor is None and not is_opening and not scope["path"].startswith(OPEN):
        raise Refused(401, STRANGER)


def _as(visitor: Visitor | None, scope: Scope) -> Scope:
    """The scope as the app sees it: who looks, no cookies, and of marimo's own headers none."""
    inner = dict(scope)
    inner["headers"] = [(name, value) for name, value in scope["headers"] if not _NOT_FOR_THE_APP.fullmatch(name)]
    if visitor is not None:
        inner["user"] = {"username": visitor.person, "is_authenticated": True}
        inner["meta"] = visitor.as_json()
    inner["visitor"] = visitor
    return inner


async def _bounded(scope: Scope, receive: Receive) -> Receive:
    """The request's body, read whole. Raises: Refused, when it is longer than MOST_BODY_BYTES or breaks off."""
    if scope["method"] in ("GET", "HEAD"):
        return receive
    told = header(scope, b"content-length")
    if told.isdigit() and int(told) > MOST_BODY_BYTES:
        raise Refused(413, TOO_BIG)
    body, goes_on = bytearray(), True
    while goes_on:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, UNCLEAR)
        body += message.get("body", b"")
        goes_on = message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise Refused(413, TOO_BIG)
    return _replayed(bytes(body), receive)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _headers_of(scope: Scope) -> Mapping[str, str]:
    """The headers of what is one person's, beyond those of every answer."""
    frame = _FRAME.fullmatch(scope["path"])
    if frame is None and scope["path"].startswith(own.PREFIX):
        return own.headers_of(scope["path"])
    if frame is None:
        return PRIVATE | docs.LOCKED if scope["path"].startswith(docs.PREFIX) else {}
    return PRIVATE | LOCKED_UP if frame["rest"].startswith(_FILE) else PRIVATE


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
