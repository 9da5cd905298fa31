"""This is where the simulator's time is: it stands still until somebody moves it, or lets it run."""

from __future__ import annotations

import http.client
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years in which a virtual clock can stand: each has room for a market and for tokens around it."""


class VirtualClock:
    """The server's own clock. Standing still makes every answer repeatable; a ticking one runs with the machine's."""

    def __init__(self, start: datetime, *, ticking: bool = False) -> None:
        self.is_ticking = ticking
        self.move_to(start)

    def now(self) -> datetime:
        """The virtual moment, in UTC."""
        if not self.is_ticking:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move_to(self, moment: datetime) -> None:
        """Set the clock, forwards or backwards. Raises: ValueError for a moment far outside our time."""
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(f"the virtual clock stands between {FIRST_YEAR} and {LAST_YEAR}")
        self._base = moment.astimezone(UTC)
        self._since = time.monotonic()

    def tick(self) -> None:
        """Run with the machine's clock from here on."""
        self.move_to(self.now())
        self.is_ticking = True

    def advance(self, seconds: float) -> None:
        """Move the clock on by so many seconds."""
        self.move_to(self.now() + timedelta(seconds=seconds))


class SimulatorClock:
    """The simulator's clock, seen from another process: sleeping moves it on and takes no time.

    Raises: OSError when the simulator does not answer.
    """

    def __init__(self, url: str, *, timeout_s: float = 10.0) -> None:
        self._port = urlsplit(url).port or 80
        self._timeout_s = timeout_s
        self._connection: http.client.HTTPConnection | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The virtual moment, in UTC."""
        return self._moment("GET")

    def sleep(self, seconds: float) -> None:
        """Move the virtual clock on by so many seconds."""
        if seconds > 0:
            self._moment("POST", {"advance_s": seconds})

    def move_to(self, moment: datetime) -> None:
        """Set the virtual clock."""
        self._moment("POST", {"now": moment.isoformat()})

    def run_from(self, moment: datetime) -> None:
        """Set the virtual clock, and let it run with the machine's from there."""
        self._moment("POST", {"now": moment.isoformat(), "ticking": True})

    def _moment(self, method: str, body: dict[str, Any] | None = None) -> datetime:
        with self._lock:
            status, answer = self._ask(method, json.dumps(body) if body else None)
        try:
            return datetime.fromisoformat(json.loads(answer)["now"])
        except (ValueError, KeyError, TypeError) as error:
            raise OSError(
                f"Port {self._port} did not tell the simulator's time ({status}): {answer[:200]!r}."
            ) from error

    def _ask(self, method: str, body: str | None) -> tuple[int, bytes]:
        """One request over the kept connection.

        A kept connection may have died while idle. Reading again is harmless; moving again would move twice, so
        each move opens a connection of its own.
        """
        if method == "POST":
            self._close()
        try:
            return self._exchange(method, body)
        except (http.client.HTTPException, OSError):
            self._close()
            if method == "POST":
                raise
            return self._exchange(method, body)

    def _exchange(self, method: str, body: str | None) -> tuple[int, bytes]:
        # *.localhost is loopback by definition, but not every system's resolver knows it.
        self._connection = self._connection or http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=self._timeout_s
        )
        self._connection.request(method, "/__clock__", body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        return response.status, response.read()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
