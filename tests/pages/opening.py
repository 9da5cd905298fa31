"""This is where tests open a page of the web app in their own process: over its websocket, as a browser does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.server.asgi import HOST, http, websocket
from tests.visitors import new_session
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import App, Message
from vopt_lib.server.browsers import Browsers
from vopt_lib.words import Language

OPENS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Output:
    """What one cell shows."""

    mimetype: str
    data: str


@dataclass(frozen=True)
class Opened:
    """A page when it has run: {name of the cell: what it shows}."""

    outputs: Mapping[str, Output]

    @property
    def errors(self) -> dict[str, str]:
        """What went wrong, by cell; not a cell that waits behind one which stopped on purpose."""
        bad = ("error", "traceback")
        return {
            name: output.data
            for name, output in self.outputs.items()
            if output.mimetype.endswith(bad) and '"type": "ancestor-stopped"' not in output.data
        }

    @property
    def html(self) -> str:
        """All that it shows."""
        return "\n".join(output.data for output in self.outputs.values())


def new_browser(browsers: Browsers, language: Language) -> str:
    """The Cookie header of a browser that is known, and reads in this language."""
    _, known = browsers.welcome(http("/"))
    return "; ".join(one.partition(";")[0] for one in (known, browsers.remember(Visitor("", language))))


GOING_AWAY = 1001
"""The code with which a socket closes whose tab was closed (RFC 6455, 7.4.1)."""


def open_page(app: App, cookies: str, address: str, *, code: int = GOING_AWAY) -> Opened:
    """A page ("market?catalog=19") as this browser sees it when all its cells ran; then its socket closes."""
    return asyncio.run(_open(app, cookies, address, code))


async def _open(app: App, cookies: str, address: str, code: int) -> Opened:
    page, _, query = address.partition("?")
    scope = websocket(
        f"/p/{page}/ws",
        query=f"session_id={new_session()}{query and '&' + query}",
        headers=[("cookie", cookies), ("origin", f"http://{HOST}")],
    )
    arriving: asyncio.Queue[Message] = asyncio.Queue()
    heard: list[dict[str, Any]] = []
    arriving.put_nowait({"type": "websocket.connect"})

    async def send(message: Message) -> None:
        if "text" in message:
            heard.append(json.loads(message["text"])["data"])
        if heard and heard[-1]["op"] == "completed-run":
            arriving.put_nowait({"type": "websocket.disconnect", "code": code})

    async with asyncio.timeout(OPENS_WITHIN_S):
        await app(scope, arriving.get, send)
    return Opened(_outputs(heard))


def _outputs(heard: list[dict[str, Any]]) -> dict[str, Output]:
    """What the cells showed last, in the page's order."""
    ready = next(told for told in heard if told["op"] == "kernel-ready")
    last = {
        told["cell_id"]: Output(told["output"]["mimetype"], _text(told["output"]["data"]))
        for told in heard
        if told["op"] == "cell-op" and told["output"]
    }
    return {name: last[cell] for cell, name in zip(ready["cell_ids"], ready["names"], strict=True) if cell in last}


def _text(data: Any) -> str:
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
