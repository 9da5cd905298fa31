"""This is where connections are bounded before anything is asked: how many, from whom, and how slowly.

uvicorn limits a head's size and an idle connection; it waits for ever for a head that does not end, and lets one
address take every connection there is.
"""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from ipaddress import ip_address
from typing import Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN_S: Final = 10.0
"""How long the head of a request may take: it is one packet or two."""

MOST_HEAD_BYTES: Final = 2**15
"""Of a head that is not complete: an address with a page's filters has 7,000 at most, cookies of other programs on this
computer the most of the rest."""

MOST_CONNECTIONS: Final = 400
"""Open at once, websockets too: twenty people with five pages each need 100 sockets, and six connections a browser."""

MOST_OF_ONE_ADDRESS: Final = 60
"""Of one computer in the house. A browser opens six, and a socket for each page. Not counted on this computer itself,
where the tunnel's are, too."""

MOST_FILES: Final = 4096
"""Files and connections that the process may have open. launchd gives 256: too few for so many connections."""


class BoundedProtocol(H11Protocol):
    """uvicorn's own, for a server of one process."""

    by_address: ClassVar[Counter[str]] = Counter()
    head_within_s = HEAD_WITHIN_S
    most_of_one = MOST_OF_ONE_ADDRESS

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head_late: asyncio.TimerHandle | None = None
        self._counted: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let a connection in, unless its address has too many."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if not _is_loopback(address):
            if self.by_address[address] >= self.most_of_one:
                self.connections.discard(self)
                transport.abort()
                return
            self._counted = address
            self.by_address[address] += 1
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Read on; whoever began a request ends its head in time."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._head_late is None and self.conn.trailing_data[0]:
            self._expect_head()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection to the protocol of websockets."""
        self._stop_waiting()
        transport, counted = self.transport, self._counted
        super().handle_websocket_upgrade(event)
        if counted is not None:
            _tell_when_lost(transport.get_protocol(), self._forget)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._stop_waiting()
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        if self._counted is None:
            return
        self.by_address[self._counted] -= 1
        if self.by_address[self._counted] <= 0:
            del self.by_address[self._counted]
        self._counted = None

    def _expect_head(self) -> None:
        self._head_late = self.loop.call_later(self.head_within_s, self._too_late)

    def _stop_waiting(self) -> None:
        if self._head_late is not None:
            self._head_late.cancel()
            self._head_late = None

    def _too_late(self) -> None:
        self._head_late = None
        self.transport.abort()


def allow_many_files(most: int = MOST_FILES) -> None:
    """Let this process have as many files open as so many connections need, where the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _tell_when_lost(protocol: Any, forget: Any) -> None:
    """Let this be called when the connection of a websocket ends."""
    lost = protocol.connection_lost

    def both(exc: Exception | None) -> None:
        forget()
        lost(exc)

    protocol.connection_lost = both


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
