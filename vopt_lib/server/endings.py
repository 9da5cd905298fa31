"""This is where the kernel of a page that does not come back ends at once.

marimo keeps a kernel for some time after its socket closed: a tab of a phone that slept finds its page as it was. The
frame around the pages ends those that were shown longest ago; their sockets close with a code that says so (page.js).
"""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import HTTPConnection

from vopt_lib.server.answers import Message, Receive, Scope, Send

DOES_NOT_COME_BACK: Final = 4900
"""Codes from 4000 on are an application's own (RFC 6455, 7.4.2)."""


class EndingPages:
    """marimo's app for one notebook, whose sessions end when their page says that it does not come back."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; after such a socket, close its session."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        heard = _Listening(receive)
        await self._app(scope, heard, send)
        if heard.code == DOES_NOT_COME_BACK:
            session = HTTPConnection(dict(scope)).query_params.get("session_id", "")
            self._app.state.session_manager.close_session(session)


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
