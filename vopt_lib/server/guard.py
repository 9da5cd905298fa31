"""This is where every request and websocket is let in or refused, before marimo sees it.

It is pure ASGI: HTTP middleware never sees a websocket, and the socket is what reaches the kernel. What is refused, and
why, is measured in the facts on serving marimo: foreign hosts and origins (`reach`), whoever is not signed in (`door`)
or a member where admins only may (`roles`), other people's kernel sessions and files, every route that pages do not
need, and bodies that are big or slow. docs/security.md lists what was tried.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from vopt_lib.errors import ShopError
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server import docs, entrance, own
from vopt_lib.server.answers import (
    FOREIGN,
    GONE,
    NOT_HERE,
    NOT_YOURS,
    PRIVATE,
    SIGN_IN,
    STRANGER,
    TOO_BIG,
    TOO_LONG,
    TOO_MANY,
    TOO_SLOW,
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
from vopt_lib.server.door import Know, Known
from vopt_lib.server.forms import ACCOUNT, MOST_FORM, login_address
from vopt_lib.server.health import HEALTH
from vopt_lib.server.reach import Reach
from vopt_lib.server.roles import check_role
from vopt_lib.server.sessions import Files, Sessions
from vopt_lib.server.sockets import Sockets
from vopt_lib.words import Words

Identify = Callable[[Scope], Visitor | None]

MOST_BODY_BYTES = 2**20
"""A call to the kernel is some hundred bytes, a long query some thousand; marimo itself has no limit on the server."""

MOST_QUERY_BYTES = 7_000
"""A websocket's first line may have 8192 bytes (websockets 16), and marimo repeats the page's whole address in it."""

BODY_WITHIN_S = 30
"""How long a body, or the next piece of an upload, may be on its way: a call over a bad telephone line takes two."""

MOST_FORMS_OF_STRANGERS = 40
"""Forms of whoever is not signed in that may be on their way at once: each holds a connection for BODY_WITHIN_S, and
through a tunnel no address tells strangers apart.
"""

ASSETS = "/assets/"
RESERVED = {"session_id", "kiosk", "file", "access_token"}
"""Words of an address that mean something to marimo; a page's own filters never carry these names."""

KERNEL_CALLS = ("set_ui_element_value", "function_call")
SESSION_HEADER = b"marimo-session-id"
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

    `reach` are the addresses that vopt answers at, `pages` the names of the framed pages; `know` says who asks;
    `headers` go with every answer.
    """

    reach: Reach
    pages: frozenset[str]
    know: Know
    headers: Mapping[str, str]
    body_within_s: float = BODY_WITHIN_S


@dataclass(frozen=True)
class Framed:
    """Something asked of a framed page: who asks which page, and for what part of it ("/ws")."""

    visitor: Visitor
    page: str
    part: str
    scope: Scope
    receive: Receive
    known: Known = field(default_factory=lambda: Known(None))


class Guard:
    """Two apps behind the guard: `outside` is what is ours, `frames` has marimo's pages at /p/<page>/.

    It puts the visitor into `scope["user"]` and `scope["meta"]`, from where she reaches a notebook as
    `mo.app_meta().request`, and takes the cookies out.
    """

    def __init__(
        self, outside: App, frames: App, *, rules: Rules, sessions: Sessions, sockets: Sockets | None = None
    ) -> None:
        self._outside = outside
        self._frames = frames
        self._rules = rules
        self._sessions = sessions
        self._sockets = Sockets() if sockets is None else sockets
        self._files = Files()
        self._strangers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        rules, words = self._rules, Words(preferred_language(scope))
        headers = {**rules.headers, **rules.reach.headers(scope)}
        answer = Answer(send, {**headers, **_headers_of(scope)})
        try:
            _check_end(scope)
            rules.reach.check(scope)
            known = Known(None) if _is_for_everybody(scope) else await rules.know(scope)
            words = known.visitor.words if known.visitor else words
            await self._let_in(scope, receive, answer, known)
            if answer.failure:
                raise Refused.instead_of(answer.failure)
        except Refused as refused:
            own_headers = headers if refused.page is None else {**headers, **entrance.HEADERS}
            await refuse(refused, words, scope, headers=own_headers, send=send)
        except ShopError as error:
            if answer.has_begun:
                raise
            await refuse(Refused(503, error.message, **error.facts), words, scope, headers=headers, send=send)
        except Exception:
            if not answer.has_begun:
                await refuse(Refused.instead_of(500), words, scope, headers=headers, send=send)
            raise

    async def _let_in(self, scope: Scope, receive: Receive, send: Answer, known: Known) -> None:
        frame, visitor = _FRAME.fullmatch(scope["path"]), known.visitor
        if len(scope["query_string"]) > MOST_QUERY_BYTES:
            raise Refused(414, TOO_LONG)
        if frame is None:
            self._check_outside(scope, known)
            await self._outside(_outside(known, scope), await self._body(scope, receive, known), send)
        elif visitor is None:
            raise Refused(401, SIGN_IN if known.is_locked else STRANGER)
        else:
            check_role(scope["path"], visitor)
            if frame["page"] not in self._rules.pages:
                raise Refused(404, NOT_HERE)
            await self._let_into_frame(Framed(visitor, frame["page"], frame["rest"], scope, receive, known), send)

    def _check_outside(self, scope: Scope, known: Known) -> None:
        """Raises: Refused, for what is not for whoever asks outside the frames. While nobody has a password, opening a
        page makes a browser a visitor; then it leads to where one signs in.
        """
        path, visitor = scope["path"], known.visitor
        if scope["type"] == "websocket":
            raise Refused(401, SIGN_IN) if known.is_locked and visitor is None else Refused(404, NOT_HERE)
        if path.startswith(own.PREFIX) and header(scope, b"sec-fetch-site") not in ("", "none", "same-origin"):
            raise Refused(403, FOREIGN)
        if visitor is not None:
            check_role(path, visitor)
        elif known.is_locked and not entrance.is_open(path):
            is_page = path in ("/", ACCOUNT) or path[1:] in self._rules.pages
            raise Refused.elsewhere(login_address(scope)) if is_page and _is_opening(scope) else Refused(401, SIGN_IN)
        elif not (known.is_locked or _is_opening(scope) or _is_for_everybody(scope) or entrance.is_open(path)):
            raise Refused(401, STRANGER)

    async def _body(self, scope: Scope, receive: Receive, known: Known) -> Receive:
        """The body of what is asked outside the frames, in time and within bounds. Raises: Refused."""
        if own.bounds_itself(scope):
            return _patient(receive, self._rules.body_within_s)
        most = MOST_FORM if entrance.is_of_entrance(scope["path"]) else MOST_BODY_BYTES
        is_stranger = known.visitor is None and scope["method"] not in ("GET", "HEAD")
        if is_stranger and self._strangers >= MOST_FORMS_OF_STRANGERS:
            raise Refused(429, TOO_MANY).with_headers({"Retry-After": "60", "Connection": "close"})
        self._strangers += is_stranger
        try:
            return await _bounded(scope, receive, most=most, within_s=self._rules.body_within_s)
        finally:
            self._strangers -= is_stranger

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
        body = await _bounded(asked.scope, asked.receive, within_s=self._rules.body_within_s)
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
            await self._sockets.serve(self._frames, asked.known, (inner, asked.receive, listening))
        finally:
            self._sessions.closed(session)

    def _named(self, asked: Framed, given: list[bytes]) -> str:
        """What marimo calls the session that she names. Raises: Refused, unless she names one."""
        if len(given) != 1 or not _SESSION.fullmatch(given[0].decode("latin-1")):
            raise Refused(404, NOT_HERE)
        # A kernel remembers who opened it: with another role she gets another one, too.
        who = f"{asked.visitor.person} {asked.visitor.role}"
        return self._sessions.name(given[0].decode("latin-1"), page=asked.page, person=who)


def _check_end(scope: Scope) -> None:
    """Raises: Refused, for a request that tells its end in two ways: a proxy that believes the other one would take
    what follows for somebody else's request (RFC 9112, section 6.1).
    """
    names = {name for name, _ in scope["headers"]}
    if {b"content-length", b"transfer-encoding"} <= names:
        raise Refused(400, UNCLEAR).with_headers({"Connection": "close"})


def _is_for_everybody(scope: Scope) -> bool:
    """Whether it does not matter who asks: files that are the same for all, and whether vopt answers."""
    path = str(scope["path"])
    return scope["type"] == "http" and (path.startswith(ASSETS) or path == HEALTH)


def _is_opening(scope: Scope) -> bool:
    """Whether a browser opens this as a page, or a program gets it."""
    return scope["method"] in ("GET", "HEAD") and header(scope, b"sec-fetch-mode") in ("", "navigate")


def _outside(known: Known, scope: Scope) -> Scope:
    """The scope as our own pages see it: also what came, cookies and all, and the session."""
    return {**_as(known.visitor, scope), "known": known, "asked": scope}


def _as(visitor: Visitor | None, scope: Scope) -> Scope:
    """The scope as the app sees it: who looks, no cookies, and of marimo's own headers none."""
    inner = dict(scope)
    inner["headers"] = [(name, value) for name, value in scope["headers"] if not _NOT_FOR_THE_APP.fullmatch(name)]
    if visitor is not None:
        inner["user"] = {"username": visitor.person, "is_authenticated": True}
        inner["meta"] = visitor.as_json()
    inner["visitor"] = visitor
    return inner


async def _bounded(
    scope: Scope, receive: Receive, *, most: int = MOST_BODY_BYTES, within_s: float = BODY_WITHIN_S
) -> Receive:
    """The request's body, read whole. Raises: Refused, when it is longer, takes longer, or breaks off."""
    if scope["method"] in ("GET", "HEAD"):
        return receive
    told = header(scope, b"content-length")
    if told.isdigit() and int(told) > most:
        raise Refused(413, TOO_BIG)
    body, goes_on = bytearray(), True
    try:
        async with asyncio.timeout(within_s):
            while goes_on:
                message = await receive()
                if message["type"] != "http.request":
                    raise Refused(400, UNCLEAR)
                body += message.get("body", b"")
                goes_on = message.get("more_body", False)
                if len(body) > most:
                    raise Refused(413, TOO_BIG)
    except TimeoutError as error:
        raise Refused(408, TOO_SLOW).with_headers({"Connection": "close"}) from error
    return _replayed(bytes(body), receive)


def _patient(receive: Receive, within_s: float) -> Receive:
    """A body that comes in pieces. Raises: Refused, when the next one does not come."""

    async def next_piece() -> Message:
        try:
            async with asyncio.timeout(within_s):
                return await receive()
        except TimeoutError as error:
            raise Refused(408, TOO_SLOW).with_headers({"Connection": "close"}) from error

    return next_piece


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _headers_of(scope: Scope) -> Mapping[str, str]:
    """The headers of what is one person's, beyond those of every answer."""
    if scope["type"] == "http" and entrance.is_of_entrance(scope["path"]):
        return entrance.HEADERS
    frame = _FRAME.fullmatch(scope["path"])
    if frame is None and scope["path"].startswith(own.PREFIX):
        return own.headers_of(scope["path"])
    if frame is None:
        return PRIVATE | docs.LOCKED if scope["path"].startswith(docs.PREFIX) else {}
    return PRIVATE | LOCKED_UP if frame["rest"].startswith(_FILE) else PRIVATE


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
