"""This is where small state files are written: all of it or nothing, also after kill -9."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from vopt_lib.errors import AlreadyRunning


def write_json(path: Path, value: object) -> None:
    """Replace the file by this value in one step that survives a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps(value, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, object] | None:
    """The value of the file, or None where there is no file."""
    try:
        value = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return dict(value)


@contextmanager
def only_one(path: Path, work: str, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock of this work. The lock dies with its process.

    Raises: AlreadyRunning, when another process holds it for longer than `wait_s`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        raise AlreadyRunning(work=work, pid=_holder(path)) from None
    try:
        path.with_suffix(".pid").write_text(str(os.getpid()))
        yield
    finally:
        lock.release()


def _holder(lock: Path) -> int:
    try:
        return int(lock.with_suffix(".pid").read_text())
    except (OSError, ValueError):
        return 0
