"""This is where the lock of a job passes from whoever starts it to the process that does it.

The lock belongs to an open file. The starter opens and locks it and leaves it open to the process it starts: so nobody
gets in between, and the lock is free at the very moment when that process has ended, however it ended.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vopt_lib.errors import AlreadyRunning

PATIENCE_S = 1.0
"""How long a lock is tried for: a process that has told its end needs a moment to go, and whoever asks whether a lock
is held holds it for an instant."""

POLL_S = 0.01


@contextmanager
def baton(lock: Path, work: str) -> Iterator[int]:
    """Hold the lock of this work, as a descriptor to leave open to a process (`pass_fds`), which then holds it too.

    Raises: AlreadyRunning, with the process that `note_holder` named.
    """
    handle = os.open(_made(lock), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(handle):
            raise AlreadyRunning(work=work, pid=_holder(lock))
        yield handle
    finally:
        os.close(handle)


def note_holder(lock: Path, pid: int) -> None:
    """Remember which process has the baton now."""
    lock.with_suffix(".pid").write_text(str(pid))


def is_held(lock: Path) -> bool:
    """Whether somebody holds this lock (a baton, or that of `files.only_one`)."""
    try:
        handle = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _locked(handle: int) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(POLL_S)
    return False


def _holder(lock: Path) -> int:
    try:
        return int(lock.with_suffix(".pid").read_text())
    except (OSError, ValueError):
        return 0


def _made(lock: Path) -> Path:
    lock.parent.mkdir(parents=True, exist_ok=True)
    return lock
