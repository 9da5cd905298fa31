"""This is where tests visit the pages as a browser does: a cookie, a page's websocket, and calls to its kernel."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.servers import HttpAnswer, RunningPages

ANSWERS_WITHIN_S = 60.0
ERROR = "application/vnd.marimo+error"


@dataclass(frozen=True)
class Visitor:
    """One person's browser."""

    pages: RunningPages
    cookie: str

    @classmethod
    def new(cls, pages: RunningPages) -> Visitor:
        """A browser that comes for the first time."""
        return cls(pages, pages.ask("/").cookies[0].partition(";")[0])

    @property
    def origin(self) -> str:
        """What her browser sends as the Origin of a page of ours."""
        return f"http://{self.pages.host}"

    def get(self, target: str) -> HttpAnswer:
        """What she gets there."""
        return self.pages.ask(target, headers=[("Cookie", self.cookie)])

    def call(self, target: str, session: str, body: Mapping[str, object]) -> HttpAnswer:
        """A call to the kernel of one of her pages."""
        headers = [("Cookie", self.cookie), ("Origin", self.origin), ("Marimo-Session-Id", session)]
        return self.pages.ask(target, method="POST", headers=headers, body=json.dumps(body).encode())

    @contextmanager
    def opens(self, page: str, query: str = "", *, session: str | None = None) -> Iterator[Tab]:
        """A page of hers, in English, from its first output on."""
        session = session or new_session()
        address = f"ws://{self.pages.host}/p/{page}/ws?session_id={session}{query and '&' + query}"
        headers = {"Cookie": self.cookie, "Accept-Language": "en"}
        with connect(address, additional_headers=headers, origin=self.origin, max_size=None, proxy=None) as socket:
            tab = Tab(self, page, session, socket)
            tab.read_until("completed-run")
            yield tab


@dataclass
class Tab:
    """An open page, and what it shows: {cell: (mimetype, output)}."""

    visitor: Visitor
    page: str
    session: str
    socket: ClientConnection
    shown: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that it shows."""
        return "\n".join(output for _, output in self.shown.values())

    def read_until(self, wanted: str) -> list[dict[str, Any]]:
        """What the kernel says until it has said this ("completed-run"). Fails when a cell failed."""
        heard: list[dict[str, Any]] = []
        before = time.monotonic() + ANSWERS_WITHIN_S
        while not heard or heard[-1]["op"] != wanted:
            heard.append(self.read_one(before - time.monotonic()))
        return heard

    def read_one(self, within_s: float) -> dict[str, Any]:
        """What the kernel says next. Fails when a cell failed. Raises: TimeoutError."""
        told: dict[str, Any] = json.loads(self.socket.recv(within_s))["data"]
        self._note(told)
        return told

    def set(self, control: str, value: object) -> None:
        """Move the control whose HTML holds this text, as she would, until the page has followed."""
        answer = self.call("set_ui_element_value", {"objectIds": [self.id_of(control)], "values": [value]})
        assert answer.status == 200, answer.body
        self.read_until("completed-run")

    def call(self, name: str, body: Mapping[str, object]) -> HttpAnswer:
        """A call to its kernel."""
        return self.visitor.call(f"/p/{self.page}/api/kernel/{name}", self.session, body)

    def id_of(self, control: str) -> str:
        """The id of the control whose HTML holds this text."""
        found = re.search(rf"object-id='([\w-]+)'(?:(?!object-id).)*{re.escape(control)}", self.text, re.DOTALL)
        assert found, f"no control {control!r} in {self.text[:2000]}"
        return found[1]

    def _note(self, told: Mapping[str, Any]) -> None:
        output = told.get("output") if told["op"] == "cell-op" else None
        if output:
            assert output["mimetype"] != ERROR, output
            self.shown[told["cell_id"]] = (output["mimetype"], str(output["data"]))


def new_session() -> str:
    """A session's id, as marimo's front end makes it."""
    return f"s_{secrets.token_hex(3)}"
