"""This is where an answer gets its headers, and a failure becomes a sentence instead of a program's own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

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
NOT_YOURS = N_("This belongs to another visitor.")
GONE = N_("This page is no longer open here. Load it again.")
TOO_BIG = N_("That is too much at once for a page.")
TOO_LONG = N_("This address is too long. Open the page again, without what stands behind the question mark.")
UNCLEAR = N_("vopt does not understand this.")
BROKEN = N_("Something went wrong in vopt. Load the page again; what happened is written in its log.")


class Refused(Exception):
    """What is answered instead: an HTTP status and a sentence with its facts."""

    def __init__(self, status: int, sentence: str, **facts: object) -> None:
        self.status, self.sentence, self.facts = status, sentence, facts
        super().__init__(sentence)

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
    body = words.say(refused.sentence, **refused.facts).encode()
    told = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), "Cache-Control": "no-store"}
    written = with_headers((), {**headers, **told})
    await send({"type": "http.response.start", "status": refused.status, "headers": written})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
