"""This is where the kernel of a page that does not come back ends at once, and of those that may, not too many wait.

marimo keeps a kernel for some time after its socket closed: a tab of a phone that slept finds its page as it was. The
frame around the pages ends those that were shown longest ago; their sockets close with a code that says so (page.js).
Whoever opens pages and leaves them without a word would fill the memory within minutes.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from starlette.requests import HTTPConnection

from vopt_lib.server.answers import Message, Receive, Scope, Send

DOES_NOT_COME_BACK: Final = 4900
"""Codes from 4000 on are an application's own (RFC 6455, 7.4.2)."""

MOST_WAITING: Final = 16
MOST_WAITING_OF_ALL: Final = 160
"""Kernels whose socket closed, of one person and together: a telephone that sleeps has five (shell.js), and each takes
6 MB and three threads (facts on serving marimo).
"""


class Waiting:
    """The kernels that wait for their page, of all notebooks; of too many, the one that waits longest ends."""

    def __init__(self, most: int = MOST_WAITING, most_of_all: int = MOST_WAITING_OF_ALL) -> None:
        self._most, self._most_of_all = most, most_of_all
        self._open: Counter[str] = Counter()
        self._waiting: OrderedDict[str, tuple[str, Callable[[], object]]] = OrderedDict()

    def opened(self, session: str) -> None:
        """Note that this session has a socket (again)."""
        self._waiting.pop(session, None)
        self._open[session] += 1

    def closed(self, session: str, person: str, end: Callable[[], object] | None) -> None:
        """Note that a socket of this person's session closed; `end` ends it later, None: it has ended."""
        self._open[session] -= 1
        if self._open[session] > 0:
            return
        del self._open[session]
        if end is not None:
            self._waiting[session] = person, end
        hers = [one for one, (whose, _) in self._waiting.items() if whose == person]
        too_many = [*hers[: -self._most], *list(self._waiting)[: -self._most_of_all]]
        for old in dict.fromkeys(too_many):
            self._waiting.pop(old)[1]()


class EndingPages:
    """marimo's app for one notebook, whose sessions end when their page says that it does not come back, or when too
    many wait.
    """

    def __init__(self, app: Any, waiting: Waiting | None = None) -> None:
        self._app = app
        self._waiting = waiting or Waiting()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; after such a socket, close its session."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        heard, end = _Listening(receive), self._app.state.session_manager.close_session
        session, visitor = HTTPConnection(dict(scope)).query_params.get("session_id", ""), scope.get("visitor")
        self._waiting.opened(session)
        try:
            await self._app(scope, heard, send)
        finally:
            is_over = heard.code == DOES_NOT_COME_BACK
            if is_over:
                end(session)
            later = None if is_over else partial(end, session)
            self._waiting.closed(session, visitor.person if visitor else "", later)


class _Listening:
    """What comes from a socket, and the code with which it closed."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.code: int | None = None

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.code = message.get("code")
        return message
