"""This is where what programs say is kept: one JSON object a line, in files that do not grow without end."""

from __future__ import annotations

import errno
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import orjson

from vopt_lib.desk.masking import masked

Level = Literal["debug", "info", "warning", "error"]

MOST_BYTES = 10_000_000
"""Size at which a file is put aside and the next one begun."""

FILES = 5
"""How many of them there are of one program, the one that is written to included."""

LONGEST_LINE = 16 * 1024
_READ_AT_ONCE = 64 * 1024
_MARGIN = 1024  # a secret that begins within the line is seen whole before the line is cut

_LEVELS: Sequence[tuple[str, Level]] = (
    (r"\b(CRITICAL|FATAL|ERROR|Traceback)\b|Error:|Exception:", "error"),
    (r"\bWARN(ING)?\b|Warning:", "warning"),
    (r"\bDEBUG\b", "debug"),
)


@dataclass
class LogFile:
    """The log of one program. What cannot be written, because the disk is full, is lost and nothing else happens."""

    path: Path
    now: Callable[[], datetime]
    secrets: Sequence[str] = ()
    most_bytes: int = MOST_BYTES
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _lost: int = 0

    def write(self, text: str, level: Level | None = None) -> None:
        """Add a line: masked, cut, with its time. level: None: as the text itself says."""
        told = masked(text, self.secrets)[:LONGEST_LINE]
        line = self._line(told, level or level_of(told))
        with self._lock:
            self._add(line)

    def take(self, stream: IO[bytes]) -> None:
        """Add every line of a stream that says something, until it ends."""
        for line in lines(stream.fileno()):
            if line.strip():
                self.write(line)

    def _line(self, text: str, level: Level) -> bytes:
        row = {"time": self.now(), "program": self.path.stem, "level": level, "text": text}
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)

    def _add(self, line: bytes) -> None:
        try:
            with suppress(FileNotFoundError):
                if self.path.stat().st_size + len(line) > self.most_bytes:
                    rotate(self.path)
            lost = self._line(f"{self._lost} lines could not be written", "warning") if self._lost else b""
            _append(self.path, lost + line)
            self._lost = 0
        except OSError:
            self._lost += 1


def _append(path: Path, content: bytes) -> None:
    # Opened each time: a file that somebody removed is made again.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        before = os.fstat(handle).st_size
        if os.write(handle, content) < len(content):
            os.ftruncate(handle, before)  # half a line would spoil the next one
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(handle)


def rotate(path: Path, files: int = FILES) -> None:
    """Put the file aside as NAME.1, the one before as NAME.2 and so on; the oldest goes. Raises: OSError."""
    for n in range(files - 1, 0, -1):
        older = aside(path, n - 1)
        with suppress(FileNotFoundError):
            older.replace(aside(path, n))


def aside(path: Path, n: int) -> Path:
    """The file that was put aside n times; 0: the one that is written to."""
    return path.with_name(f"{path.name}.{n}") if n else path


def lines(handle: int) -> Iterator[str]:
    """Every line of what can be read there, without its end; of one that is too long, its beginning."""
    kept = b""
    is_cut = False
    while chunk := os.read(handle, _READ_AT_ONCE):
        *ended, rest = (kept + chunk).split(b"\n")
        for line in ended:
            if not is_cut:
                yield _text(line)
            is_cut = False
        if not is_cut and len(rest) >= LONGEST_LINE + _MARGIN:
            yield _text(rest)
            is_cut = True
        kept = b"" if is_cut else rest
    if kept and not is_cut:
        yield _text(kept)


def _text(line: bytes) -> str:
    return line[: LONGEST_LINE + _MARGIN].decode("utf-8", "replace").rstrip("\r")


def level_of(text: str) -> Level:
    """How bad it is, by the words that Python's programs use."""
    return next((level for pattern, level in _LEVELS if re.search(pattern, text[:200])), "info")
