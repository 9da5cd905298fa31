"""A kernel ends with its page when the page says that it does not come back, and only then."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from tests.server.asgi import ask, http, websocket
from vopt_lib.server.answers import Receive, Scope, Send
from vopt_lib.server.endings import DOES_NOT_COME_BACK, EndingPages, Waiting


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


def leave(waiting: Waiting, ended: list[str], *sessions: str, person: str = "anna") -> None:
    """Somebody opens these pages one after the other, and leaves them without a word."""
    for session in sessions:
        waiting.opened(session)
        waiting.closed(session, person, partial(ended.append, session))


def test_of_too_many_kernels_that_wait_the_oldest_ends() -> None:
    ended: list[str] = []
    waiting = Waiting(most=2, most_of_all=3)
    leave(waiting, ended, "a", "b", "c", "d")
    assert ended == ["a", "b"]
    leave(waiting, ended, "e", person="ben")
    assert ended == ["a", "b"]
    leave(waiting, ended, "f", person="carla")
    assert ended == ["a", "b", "c"]


def test_a_kernel_whose_page_came_back_waits_no_more() -> None:
    ended: list[str] = []
    waiting = Waiting(most=1)
    leave(waiting, ended, "a")
    waiting.opened("a")
    leave(waiting, ended, "b", "c")
    assert ended == ["b"]
    waiting.closed("a", "anna", partial(ended.append, "a"))
    assert ended == ["b", "c"]


def test_a_kernel_with_a_second_socket_does_not_wait() -> None:
    ended: list[str] = []
    waiting = Waiting(most=1)
    waiting.opened("a")
    leave(waiting, ended, "a", "b", "c")
    assert ended == ["b"]


def test_pages_of_one_notebook_after_the_other_are_counted_together() -> None:
    waiting, kernels = Waiting(most=1), [Kernels(), Kernels()]
    for session, one in zip(("s_1", "s_2"), kernels, strict=True):
        ask(EndingPages(one, waiting), websocket("/ws", query=f"session_id={session}"))
    assert [one.ended for one in kernels] == [["s_1"], []]
