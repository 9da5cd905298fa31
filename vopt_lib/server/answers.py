"""This is where an answer gets its headers, and a failure becomes a sentence instead of a program's own words."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, Self

from vopt_lib.words import N_, Words

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NOT_HERE = N_("There is nothing here. Your pages begin at /.")
STRANGER = N_("vopt does not know this browser. Open the first page again.")
FOREIGN = N_(
    "This address is not one of vopt's own. Open the pages on this computer, at the address vopt serve printed."
)
SIGN_IN = N_("Sign in first: open the first page again.")
NOT_FOR_MEMBERS = N_("Only an admin of your household can open this.")
TOO_SLOW = N_("That took too long to arrive. Try again.")
TOO_MANY = N_("Too much is asked of vopt just now. Wait a minute, then try again.")
NOT_YOURS = N_("This belongs to another visitor.")
GONE = N_("This page is no longer open here. Load it again.")
TOO_BIG = N_("That is too much at once for a page.")
TOO_LONG = N_("This address is too long. Open the page again, without what stands behind the question mark.")
UNCLEAR = N_("vopt does not understand this.")
BROKEN = N_("Something went wrong in vopt. Load the page again; what happened is written in its log.")


NOTHING: Mapping[str, str] = MappingProxyType({})
PRIVATE = {"Cache-Control": "private, no-store"}
"""The headers of what is hers alone: no proxy and no browser keeps it."""


class Refused(Exception):
    """What is answered instead: an HTTP status and a sentence with its facts.

    `headers` go with it; `page` is the HTML that people see instead of the sentence: a form that says it.
    """

    headers: Mapping[str, str] = NOTHING
    page: str | None = None

    def __init__(self, status: int, sentence: str, **facts: object) -> None:
        self.status, self.sentence, self.facts = status, sentence, facts
        super().__init__(sentence)

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """The same, with these headers, too."""
        self.headers = {**self.headers, **headers}
        return self

    def on(self, page: str) -> Self:
        """The same, said on this page."""
        self.page = page
        return self

    @classmethod
    def elsewhere(cls, address: str) -> Self:
        """What was asked for is at another address of ours, for the browser to get."""
        return cls(303, SIGN_IN).with_headers({"Location": address})

    @classmethod
    def instead_of(cls, status: int) -> Refused:
        """What people are told where the app answers with this status of failure."""
        if status in (404, 405):
            return cls(404, NOT_HERE)
        return cls(status, UNCLEAR) if status < 500 else cls(500, BROKEN)


class Answer:
    """`send` for an app: a good answer passes, with these headers instead of its own; of a failure only the status is
    kept, for whoever called the app.

    The start waits for the first piece of the body: until then an app can still fail.
    """

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = headers
        self._start: Message | None = None
        self.has_begun = False

    @property
    def failure(self) -> int | None:
        """The status of an answer that says it failed."""
        return self._start["status"] if self._start and self._start["status"] >= 400 else None

    async def __call__(self, message: Message) -> None:
        """Take one message of the app."""
        if message["type"] == "http.response.start":
            self._start = message
        elif self.failure is None:
            if self._start and not self.has_begun:
                await self._send({**self._start, "headers": with_headers(self._start["headers"], self._headers)})
            self.has_begun = True
            await self._send(message)


def with_headers(written: Iterable[tuple[bytes, bytes]], fixed: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, where the fixed ones win."""
    ours = [(name.lower().encode(), value.encode()) for name, value in fixed.items()]
    names = {name for name, _ in ours}
    return [*((name, value) for name, value in written if name.lower() not in names), *ours]


async def refuse(refused: Refused, words: Words, scope: Scope, *, headers: Mapping[str, str], send: Send) -> None:
    """Say no, in her language. A websocket is closed before it is accepted: its browser sees a 403."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4000 + refused.status, "reason": refused.sentence})
        return
    kind, text = _told(refused, words.say(refused.sentence, **refused.facts), scope)
    body = text.encode()
    told = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body)), "Cache-Control": "no-store"}
    written = with_headers((), {**headers, **told, **refused.headers})
    await send({"type": "http.response.start", "status": refused.status, "headers": written})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def prefers_json(scope: Scope) -> bool:
    """Whether a program asks: at an address for programs, or by wanting JSON rather than a page."""
    if scope["type"] == "http" and scope["path"].startswith(("/api/", "/health")):
        return True
    accepted = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"accept").lower()
    first = next((kind for kind in accepted.replace(" ", "").split(",") if kind), "")
    return first.partition(";")[0] == "application/json"


def _told(refused: Refused, sentence: str, scope: Scope) -> tuple[str, str]:
    """The kind and the text of a refusal: a page, a sentence, or JSON for programs."""
    if prefers_json(scope):
        return "application/json", json.dumps({"error": sentence}, ensure_ascii=False)
    return ("text/html", refused.page) if refused.page is not None else ("text/plain", sentence)
