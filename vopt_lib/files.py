"""This is where files become durable and small state files are written: all of it or nothing, also after kill -9.

And where work is locked, so that it is done once at a time. A lock belongs to an open file: it is free at the very
moment when the last process that has this file open has ended, however it ended.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

from vopt_lib.errors import AlreadyRunning, CannotWrite, FileDamaged, VoptError
from vopt_lib.words import N_

KEY_BYTES = 32

MOMENT_S = 1.0
"""How long a lock is tried for: a process that has told its end needs a moment to go, and whoever asks whether a lock
is held holds it for an instant."""

POLL_S = 0.01

_REASONS = {
    errno.EACCES: N_("you have no right to it"),
    errno.EPERM: N_("you have no right to it"),
    errno.EROFS: N_("nothing can be written there"),
    errno.ENOENT: N_("it does not exist"),
    errno.ENOTDIR: N_("its place is not a folder"),
    errno.EEXIST: N_("it is not a folder"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
    errno.ENAMETOOLONG: N_("its name is too long"),
}

_TOLD_NUMBER = re.compile(r"\(os error (\d+)\)")


def sync_file(path: str | Path) -> None:
    """Flush a file to the disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: str | Path) -> None:
    """Flush a folder's list of names to the disk, so that a new or renamed file is found after a power cut."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_files(paths: Iterable[str | Path]) -> None:
    """Flush files, then the folders they lie in."""
    folders = set()
    for path in paths:
        sync_file(path)
        folders.add(Path(path).parent)
    for folder in folders:
        sync_folder(folder)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a small file (0600) in one durable step: a reader sees the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(path) as aside:
        aside.write_bytes(content)


def write_first(path: Path, content: bytes) -> None:
    """The same, only where there is no file yet: where another process was faster, its file stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as aside:
        aside.write_bytes(content)
        sync_file(aside)
        with suppress(FileExistsError):
            os.link(aside, path)
    sync_folder(path.parent)


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """An empty file (0600) to write to: it takes its place at `path`, on the disk, when all goes well, else it goes."""
    with _beside(path) as aside:
        yield aside
        sync_file(aside)
        aside.replace(path)
    sync_folder(path.parent)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """The same for a file that a person wants somewhere. Raises: CannotWrite."""
    try:
        with written_aside(path) as aside:
            yield aside
    except VoptError:
        raise
    except OSError as error:
        why = reason(error) if path.parent.is_dir() else N_("its folder does not exist")
        raise CannotWrite(file=str(path), why=why) from error


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
    finally:
        aside.unlink(missing_ok=True)


def write_json(path: Path, value: object) -> None:
    """Replace a small JSON file in one durable step. Raises: TypeError, for what JSON cannot hold."""
    write_bytes(path, orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def read_json(path: Path) -> dict[str, Any] | None:
    """The object that `write_json` put there, or None where there is no file. Raises: FileDamaged."""
    try:
        return dict(orjson.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise FileDamaged(path=str(path)) from error


def kept_key(path: Path) -> bytes:
    """The secret key (KEY_BYTES, 0600) at path; the first caller makes it, whoever else starts at the same moment.

    Raises: OSError; ValueError when the file holds no key, because a new one would not fit what the old one signed.
    """
    try:
        return _read_key(path)
    except FileNotFoundError:
        write_first(path, secrets.token_bytes(KEY_BYTES).hex().encode())
        return _read_key(path)


def _read_key(path: Path) -> bytes:
    key = bytes.fromhex(path.read_text("ascii"))
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} holds no key")
    return key


def reason(error: OSError) -> str:
    """Why a file could not be read or written, for a person: a marked sentence, else the system's own words."""
    return _REASONS.get(system_number(error) or 0, error.strerror or str(error))


def system_number(error: Exception) -> int | None:
    """The system's number (errno) of what failed, which libraries written in Rust only tell in their words."""
    told = _TOLD_NUMBER.search(str(error))
    return getattr(error, "errno", None) or (int(told[1]) if told else None)


@contextmanager
def only_one(lock: Path, work: str, *, wait_s: float = MOMENT_S) -> Iterator[int]:
    """Hold the lock of this work. Yields its descriptor: a process that gets it (`pass_fds`) holds the lock, too.

    Raises: AlreadyRunning, when another process holds it for longer than `wait_s`.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(handle, wait_s):
            raise AlreadyRunning(work=work, pid=holder(lock))
        note_holder(lock, os.getpid())
        yield handle
    finally:
        os.close(handle)


def note_holder(lock: Path, pid: int) -> None:
    """Remember which process holds the lock now."""
    lock.with_suffix(".pid").write_text(str(pid))


def holder(lock: Path) -> int:
    """The process that held the lock last; 0: not known."""
    try:
        return int(lock.with_suffix(".pid").read_text())
    except (OSError, ValueError):
        return 0


def is_held(lock: Path) -> bool:
    """Whether somebody holds this lock."""
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


def _locked(handle: int, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_S)


def _sync(path: str | Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
