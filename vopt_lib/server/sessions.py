"""This is where kernel sessions and the files they make get an owner.

marimo lets whoever knows a session's id use it, and serves every session's files to anybody. Here an id belongs to the
visitor whose socket named it first, and a file to whoever was told of it.
"""

from __future__ import annotations

import re
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

_FILE = re.compile(r"@file/([\w.%-]+)")
MOST_FILES = 50_000
"""Files remembered; the oldest are forgotten, and with them the right to fetch them."""


class Sessions:
    """Who owns which kernel session and which file.

    A session is forgotten `kept_s` after its last socket closed: by then marimo has ended it.
    """

    def __init__(self, kept_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept_s = kept_s
        self._clock = clock
        self._owners: dict[str, str] = {}
        self._open: Counter[str] = Counter()
        self._closed_at: dict[str, float] = {}
        self._files: OrderedDict[str, str] = OrderedDict()

    def open(self, session: str, person: str) -> bool:
        """Note a socket of a session. Returns whether it is hers (now, if it was nobody's)."""
        self._forget()
        if self._owners.setdefault(session, person) != person:
            return False
        self._closed_at.pop(session, None)
        self._open[session] += 1
        return True

    def closed(self, session: str) -> None:
        """Note that a socket of it closed."""
        self._open[session] -= 1
        if self._open[session] <= 0:
            del self._open[session]
            self._closed_at[session] = self._clock()

    def is_hers(self, session: str, person: str) -> bool:
        """Whether this session is known, and this person's."""
        return self._owners.get(session) == person

    def told(self, message: str, person: str) -> None:
        """Note the files that a kernel names to her: they are hers."""
        for name in _FILE.findall(message):
            self._files[name] = person
            self._files.move_to_end(name)
        while len(self._files) > MOST_FILES:
            self._files.popitem(last=False)

    def may_fetch(self, file: str, person: str) -> bool:
        """Whether this file was named to this person."""
        return self._files.get(file) == person

    def _forget(self) -> None:
        before = self._clock() - self._kept_s
        for session in [name for name, at in self._closed_at.items() if at < before]:
            del self._closed_at[session]
            del self._owners[session]
