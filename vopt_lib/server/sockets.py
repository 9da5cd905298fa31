"""This is where open pages are watched: the socket of a page is closed as soon as whoever opened it is signed out.

All open sockets are looked at together, with one question to the shop, every few seconds; what is done in this process
itself (signing out, ending sessions, the first password) asks at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.living_sessions import living_sessions
from vopt_lib.desk.shop.signing_in import is_login_required
from vopt_lib.schema.visitor import Role
from vopt_lib.server.answers import SIGN_IN, TOO_MANY, App, Message, Receive, Refused, Scope, Send
from vopt_lib.server.door import Known

LOOKED_AT_EVERY_S: Final = 5.0
CLOSED: Final = 4401
"""The close code of a socket whose session ended (4000 and more are an application's own, RFC 6455)."""

MOST_OF_ONE: Final = 40
"""Sockets of one person at once: a browser that keeps every page alive in two windows needs as many; each is a kernel
with 6 MB and three threads (facts on serving marimo).
"""

_LOG = logging.getLogger("vopt.server")


@dataclass(frozen=True)
class Living:
    """Whom open pages may stay open for. roles: {session: the role of whose it is}; is_locked: whether one must be
    signed in at all.
    """

    is_locked: bool
    roles: dict[int, Role]

    def lets(self, known: Known) -> bool:
        """Whether a page of theirs may stay open: a role that changed opens other pages."""
        if known.signed_in is None:
            return not self.is_locked
        return self.roles.get(known.signed_in.session) == known.signed_in.role


Look = Callable[[], Awaitable[Living]]


def look(desk: Desk) -> Look:
    """Asks the shop of this vopt, in a thread."""

    def asked() -> Living:
        return Living(is_login_required(desk), living_sessions(desk))

    return partial(run_in_threadpool, asked)


@dataclass(eq=False)
class Socket:
    """One open page, and the sign that it must end."""

    known: Known
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Sockets:
    """The open sockets of one server process. look: asks who is still signed in."""

    def __init__(self, look: Look | None = None, *, every_s: float = LOOKED_AT_EVERY_S) -> None:
        self._look, self._every_s = look, every_s
        self._open: set[Socket] = set()
        self._watching: asyncio.Task[None] | None = None

    async def serve(self, app: App, known: Known, asked: tuple[Scope, Receive, Send]) -> None:
        """Let the app have this socket until one of the three ends it: she, the app, or the end of her session.

        Raises: Refused, for somebody who has too many.
        """
        scope, receive, send = asked
        with self._opened(known) as socket:
            await app(scope, _until_ended(receive, socket, send), _unless_ended(send, socket))

    async def look_now(self) -> None:
        """Close what must be closed, at once."""
        if self._look is None or not self._open:
            return
        living = await self._look()
        for socket in [socket for socket in self._open if not living.lets(socket.known)]:
            socket.ended.set()

    @contextmanager
    def _opened(self, known: Known) -> Iterator[Socket]:
        person = known.visitor and known.visitor.person
        hers = [one for one in self._open if one.known.visitor and one.known.visitor.person == person]
        if len(hers) >= MOST_OF_ONE:
            raise Refused(429, TOO_MANY)
        socket = Socket(known)
        self._open.add(socket)
        if self._look is not None and (self._watching is None or self._watching.done()):
            self._watching = asyncio.get_running_loop().create_task(self._watch())
        try:
            yield socket
        finally:
            self._open.discard(socket)

    async def _watch(self) -> None:
        while self._open:
            await asyncio.sleep(self._every_s)
            try:
                await self.look_now()
            except Exception:  # a shop that is busy for a moment is asked again
                _LOG.exception("open pages could not be looked at")


def _until_ended(receive: Receive, socket: Socket, send: Send) -> Receive:
    """What her browser says; when her session ended, the socket is closed and the app told that she left."""

    async def receiving() -> Message:
        if socket.ended.is_set():
            return {"type": "websocket.disconnect", "code": CLOSED}
        saying, ending = asyncio.ensure_future(receive()), asyncio.ensure_future(socket.ended.wait())
        try:
            done, _ = await asyncio.wait({saying, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
            if not saying.done():
                saying.cancel()
        if saying in done:
            return saying.result()
        await send({"type": "websocket.close", "code": CLOSED, "reason": SIGN_IN})
        return {"type": "websocket.disconnect", "code": CLOSED}

    return receiving


def _unless_ended(send: Send, socket: Socket) -> Send:
    async def sending(message: Message) -> None:
        if not socket.ended.is_set():
            await send(message)

    return sending
