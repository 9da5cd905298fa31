"""A kernel ends with its page when the page says that it does not come back, and only then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.server.asgi import ask, http, websocket
from vopt_lib.server.answers import Receive, Scope, Send
from vopt_lib.server.endings import DOES_NOT_COME_BACK, EndingPages


class Kernels:
    """Stands for marimo's app: listens until the socket closes, and notes the sessions that are ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.state = SimpleNamespace(session_manager=SimpleNamespace(close_session=self.ended.append))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while scope["type"] == "websocket" and (await receive())["type"] != "websocket.disconnect":
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})


def closing(code: int | None) -> Any:
    """The app, whose browser closes its socket with this code."""
    kernels = Kernels()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        async def closed() -> dict[str, Any]:
            return {"type": "websocket.disconnect", **({"code": code} if code else {})}

        await EndingPages(kernels)(scope, closed if scope["type"] == "websocket" else receive, send)

    return kernels, app


@pytest.mark.parametrize(
    ("code", "ended"), [(DOES_NOT_COME_BACK, ["s_1"]), (1000, []), (1001, []), (1006, []), (None, [])]
)
def test_only_the_code_ends_a_kernel(code: int | None, ended: list[str]) -> None:
    kernels, app = closing(code)
    ask(app, websocket("/ws", query="session_id=s_1"))
    assert kernels.ended == ended


def test_what_is_no_socket_passes() -> None:
    kernels, app = closing(None)
    assert ask(app, http("/")).status == 200
    assert kernels.ended == []
