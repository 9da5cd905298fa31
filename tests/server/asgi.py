"""This is where tests speak ASGI by hand: one request in, what came back out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vopt_lib.server.answers import App, Message

Headers = Iterable[tuple[str, str]]
HOST = "127.0.0.1:8420"


@dataclass(frozen=True)
class Came:
    """What an app sent."""

    messages: Sequence[Message]

    @property
    def status(self) -> int:
        """The status of the answer; a refused websocket's close code."""
        first = self.messages[0]
        return int(first["status"] if "status" in first else first["code"])

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {name.decode(): value.decode("latin-1") for name, value in self.messages[0]["headers"]}

    @property
    def text(self) -> str:
        """The body of the answer."""
        return b"".join(message.get("body", b"") for message in self.messages[1:]).decode()


def http(path: str, *, method: str = "GET", query: str = "", headers: Headers = (), host: str = HOST) -> dict[str, Any]:
    """The scope of a request; a query stands apart from its path."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("latin-1", "replace"),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", host.encode()), *((name.encode(), value.encode("latin-1")) for name, value in headers)],
        "server": ("127.0.0.1", 8420),
        "client": ("127.0.0.1", 50000),
    }


def websocket(path: str, *, query: str = "", headers: Headers = (), host: str = HOST) -> dict[str, Any]:
    """The scope of a websocket."""
    scope = http(path, query=query, headers=headers, host=host)
    del scope["method"]
    return scope | {"type": "websocket", "scheme": "ws", "subprotocols": []}


def ask(app: App, scope: dict[str, Any], *pieces: bytes) -> Came:
    """What the app answers; the body arrives in these pieces."""
    return Came(asyncio.run(_conversation(app, scope, [*pieces] or [b""])))


async def _conversation(app: App, scope: dict[str, Any], pieces: list[bytes]) -> list[Message]:
    waiting: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]
    if scope["type"] == "websocket":
        waiting = [{"type": "websocket.connect"}]
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting and scope["type"] == "http":
            await asyncio.Event().wait()  # the browser stays until it has its answer
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
