"""This is where memory goes back to the computer once pages are closed.

A kernel that ended is garbage in circles. Python's collector finds it only when enough new things are made: a server
that nobody looks at any more would keep a hundred pages for ever. And what is freed, glibc keeps for itself, in up to
eight heaps for each core; each thread (a kernel is one) prefers its own.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Callable
from typing import Final

LOOKS_EVERY_S: Final = 20.0
HEAPS: Final = 2
_M_ARENA_MAX: Final = -8
"""mallopt's name for how many heaps there may be (glibc, malloc.h)."""


def keep_small() -> None:
    """Let this process give back, from now until it ends, what closed pages leave. Call it before kernels start.

    What has been imported until now is not looked through for garbage any more: it stays as long as the process.
    """
    if (limit := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        limit(_M_ARENA_MAX, HEAPS)
    gc.freeze()
    threading.Thread(target=_look_for_ever, args=(Closed(),), name="memory", daemon=True).start()


class Closed:
    """Notices that pages were closed: there are fewer threads than at an earlier look."""

    def __init__(self, count: Callable[[], int] = threading.active_count) -> None:
        self._count = count
        self._most = 0

    def look(self) -> bool:
        """Whether pages were closed since this last said so."""
        now = self._count()
        were_closed = now < self._most
        self._most = now if were_closed else max(now, self._most)
        return were_closed


def give_back() -> None:
    """Free what nobody holds any more, and return to the system what is free, where its C library can (glibc)."""
    gc.collect()
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)


def _look_for_ever(closed: Closed) -> None:
    pause = threading.Event()
    while not pause.wait(LOOKS_EVERY_S):
        if closed.look():
            give_back()
