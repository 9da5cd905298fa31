"""This is where every request and websocket is let in or refused, before marimo sees it.

It is pure ASGI: HTTP middleware never sees a websocket, and the socket is what reaches the kernel. What is refused, and
why, is measured in the facts on serving marimo: foreign hosts and origins, forwarded requests, browsers without a
cookie of ours, other people's kernel sessions and files, every route that pages do not need, and big bodies.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse

from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.browsers import header, preferred_language
from vopt_lib.server.sessions import Sessions
from vopt_lib.words import N_, Words

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Identify = Callable[[Scope], Visitor | None]

MOST_BODY_BYTES = 2**20
"""A call to the kernel is some hundred bytes, a long query some thousand; marimo itself has no limit on the server."""

FORWARDED = (b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip")
OPEN = ("/assets/",)
RESERVED = {"session_id", "kiosk", "file", "access_token"}
"""Words of an address that mean something to marimo; a page's own filters never carry these names."""

KERNEL_CALLS = ("set_ui_element_value", "function_call", "instantiate")
_FRAME = re.compile(r"/p/(?P<page>[a-z]+)(?P<rest>/.*)")
_CALL = re.compile(rf"/api/kernel/(?:{'|'.join(KERNEL_CALLS)})")

NOT_HERE = N_("There is nothing here. Your pages begin at /.")
STRANGER = N_("vopt does not know this browser. Open the first page again.")
FOREIGN = N_(
    "This address is not one of vopt's own. Open the pages on this computer, at the address vopt serve printed."
)
NOT_YOURS = N_("This belongs to another visitor.")
TOO_BIG = N_("That is too much at once for a page.")


class Refused(Exception):
    """What is answered instead: an HTTP status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status, self.sentence = status, sentence
        super().__init__(sentence)


class Guard:
    """The app behind the guard. `hosts` are the names and ports it answers to ("127.0.0.1:8420").

    It puts the visitor into `scope["user"]` and `scope["meta"]`, from where she reaches a notebook as
    `mo.app_meta().request`, and takes the cookies out.
    """

    def __init__(self, app: App, *, identify: Identify, hosts: frozenset[str], sessions: Sessions) -> None:
        self._app = app
        self._identify = identify
        self._hosts = hosts
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            self._check_origin(scope)
            visitor = self._identify(scope)
            inner = _as(scope, visitor)
            frame = _FRAME.fullmatch(scope["path"])
            if frame is None:
                _check_outside(scope, visitor)
                await self._app(inner, await _bounded(scope, receive), send)
            elif visitor is None:
                raise Refused(401, STRANGER)
            elif scope["type"] == "websocket":
                await self._socket(inner, receive, send, visitor)
            else:
                self._check_frame(scope, frame["rest"], visitor)
                await self._app(inner, await _bounded(scope, receive), _kept_private(send))
        except Refused as refused:
            await _refuse(refused, scope, receive, send)

    def _check_origin(self, scope: Scope) -> None:
        """Raises: Refused, for a request that did not come from a page of ours on this computer."""
        names = {name for name, _ in scope["headers"]}
        if names.intersection(FORWARDED) or header(scope, b"host") not in self._hosts:
            raise Refused(403, FOREIGN)
        origin = header(scope, b"origin")
        must_tell = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        if (origin or must_tell) and origin != f"http://{header(scope, b'host')}":
            raise Refused(403, FOREIGN)

    def _check_frame(self, scope: Scope, rest: str, visitor: Visitor) -> None:
        """Raises: Refused, unless a page needs this and it is hers."""
        is_get = scope["method"] in ("GET", "HEAD")
        if is_get and rest in ("/", "/health"):
            if RESERVED & set(_query(scope)):
                raise Refused(404, NOT_HERE)
        elif is_get and rest.startswith("/@file/"):
            if not self._sessions.may_fetch(rest.removeprefix("/@file/"), visitor.person):
                raise Refused(403, NOT_YOURS)
        elif scope["method"] == "POST" and _CALL.fullmatch(rest):
            if not self._sessions.is_hers(header(scope, b"marimo-session-id"), visitor.person):
                raise Refused(403, NOT_YOURS)
        else:
            raise Refused(404, NOT_HERE)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        query = _query(scope)
        named = query.get("session_id", [])
        if not scope["path"].endswith("/ws") or len(named) != 1 or (RESERVED - {"session_id"}) & set(query):
            raise Refused(404, NOT_HERE)
        if not self._sessions.open(named[0], visitor.person):
            raise Refused(403, NOT_YOURS)

        async def listening(message: Message) -> None:
            if message["type"] == "websocket.send" and message.get("text"):
                self._sessions.told(message["text"], visitor.person)
            await send(message)

        try:
            await self._app(scope, receive, listening)
        finally:
            self._sessions.closed(named[0])


def _check_outside(scope: Scope, visitor: Visitor | None) -> None:
    """Raises: Refused, for what only a visitor may ask outside the frames. Opening a page makes a browser a visitor."""
    if scope["type"] == "websocket":
        raise Refused(404, NOT_HERE)
    is_opening = scope["method"] == "GET" and header(scope, b"sec-fetch-mode") in ("", "navigate")
    if visitor is None and not is_opening and not scope["path"].startswith(OPEN):
        raise Refused(401, STRANGER)


def _as(scope: Scope, visitor: Visitor | None) -> Scope:
    """The scope as the app sees it: who looks, and no cookies."""
    inner = dict(scope)
    inner["headers"] = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    if visitor is not None:
        inner["user"] = {"username": visitor.person, "is_authenticated": True}
        inner["meta"] = visitor.as_json()
    inner["visitor"] = visitor
    return inner


async def _bounded(scope: Scope, receive: Receive) -> Receive:
    """The request's body, read whole. Raises: Refused, when it is longer than MOST_BODY_BYTES."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return receive
    told = header(scope, b"content-length")
    if told.isdigit() and int(told) > MOST_BODY_BYTES:
        raise Refused(413, TOO_BIG)
    body, goes_on = bytearray(), True
    while goes_on:
        message = await receive()
        body += message.get("body", b"")
        goes_on = message["type"] == "http.request" and message.get("more_body", False)
        if len(body) > MOST_BODY_BYTES:
            raise Refused(413, TOO_BIG)
    return _replayed(bytes(body), receive)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _kept_private(send: Send) -> Send:
    """Send answers so that no cache keeps them: they are one person's."""

    async def private(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if name.lower() != b"cache-control"]
            message["headers"] = [*kept, (b"cache-control", b"private, no-store")]
        await send(message)

    return private


async def _refuse(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Closed before it is accepted: the browser sees a 403.
        await send({"type": "websocket.close", "code": 4000 + refused.status, "reason": refused.sentence})
        return
    sentence = Words(preferred_language(scope)).say(refused.sentence)
    await PlainTextResponse(sentence, refused.status)(scope, receive, send)


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
