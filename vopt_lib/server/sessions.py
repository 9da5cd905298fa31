"""This is where kernel sessions and the files they make get an owner.

marimo lets whoever knows a session's id use it, and serves every session's files to anybody. Behind the guard an id
means nothing by itself: marimo is told a name that is computed from the id, the page and the person, so that an id in
somebody else's hands names another session. A file belongs to whom a kernel told of it first.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

MOST_FILES = 50_000
"""Files remembered; the oldest are forgotten, and with them the right to fetch them."""

_KEY_BYTES = 32
_FILE = re.compile(r"@file/([\w.%-]+)")


class Sessions:
    """The kernel sessions of one server process, by the names that marimo knows them by.

    A session can be called while a socket of it is open, and `kept_s` longer: so long marimo lets it live.
    """

    def __init__(self, kept_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._kept_s = kept_s
        self._clock = clock
        self._open: Counter[str] = Counter()
        self._closed_at: dict[str, float] = {}

    def name(self, session: str, *, page: str, person: str) -> str:
        """The name of the session that this person's browser calls so, on this page."""
        return hmac.digest(self._key, repr((session, page, person)).encode(), "sha256").hex()

    def opened(self, name: str) -> None:
        """Note that a socket of it opened."""
        self._forget()
        self._closed_at.pop(name, None)
        self._open[name] += 1

    def closed(self, name: str) -> None:
        """Note that a socket of it closed."""
        self._open[name] -= 1
        if self._open[name] <= 0:
            del self._open[name]
            self._closed_at[name] = self._clock()

    def is_alive(self, name: str) -> bool:
        """Whether this session can be called."""
        self._forget()
        return name in self._open or name in self._closed_at

    def _forget(self) -> None:
        before = self._clock() - self._kept_s
        for name in [name for name, at in self._closed_at.items() if at < before]:
            del self._closed_at[name]


class Files:
    """The files that kernels made for people to fetch."""

    def __init__(self, most: int = MOST_FILES) -> None:
        self._most = most
        self._owners: OrderedDict[str, str] = OrderedDict()

    def told(self, message: str, person: str) -> None:
        """Note the files that a kernel names to her: those that are nobody's yet are hers."""
        for name in _FILE.findall(message):
            self._owners.setdefault(name, person)
        while len(self._owners) > self._most:
            self._owners.popitem(last=False)

    def is_hers(self, name: str, person: str) -> bool:
        """Whether this file was made for this person."""
        return self._owners.get(name) == person
