"""This is where logs are read again: the newest lines of one program or all, and what is added to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from vopt_lib.desk.log_file import aside
from vopt_lib.paths import Paths

TAIL_BYTES = 2_000_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class LogLine:
    """One line. at: when it was written (UTC); None: the program that wrote it does not say."""

    program: str
    text: str
    level: str = "info"
    at: datetime | None = None


def known_logs(paths: Paths) -> list[str]:
    """The programs that have a log."""
    return sorted(log.stem for log in paths.logs.glob("*.log"))


def newest_lines(paths: Paths, programs: Sequence[str], most: int) -> list[LogLine]:
    """The newest lines of these programs, the oldest of them first."""
    found = [line for program in programs for line in _dated(_tail(paths.logs / f"{program}.log"), program)]
    found.sort(key=lambda pair: pair[0])
    return [line for _, line in found[-most:]]


@dataclass
class Follower:
    """What is added to the logs of these programs from now on; `added` is asked again and again."""

    paths: Paths
    programs: Sequence[str]
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for program in self.programs:
            self._seen[program] = _place(self._log(program))

    def added(self) -> list[LogLine]:
        """Whole lines since the last call, in the order of their times."""
        found = [pair for program in self.programs for pair in _dated(self._new(program), program)]
        found.sort(key=lambda pair: pair[0])
        return [line for _, line in found]

    def _log(self, program: str) -> Path:
        return self.paths.logs / f"{program}.log"

    def _new(self, program: str) -> bytes:
        log, (file, offset) = self._log(program), self._seen[program]
        now, _ = _place(log)
        new = b""
        if now != file:  # put aside meanwhile: its rest, then the new one
            older = aside(log, 1)
            new = _from(older, offset) if _place(older)[0] == file else b""
            offset = 0
        added = _from(log, offset)
        added = added[: added.rfind(b"\n") + 1]
        self._seen[program] = (now, offset + len(added))
        return new + added


def line_of(row: bytes, program: str) -> LogLine:
    """A line as it was written; one that is no JSON of ours is a text like any other."""
    try:
        told = orjson.loads(row)
        at = datetime.fromisoformat(told["time"])
        return LogLine(str(told["program"]), str(told["text"]), str(told["level"]), at)
    except (ValueError, TypeError, KeyError):
        return LogLine(program, row.decode("utf-8", "replace"))


def _dated(content: bytes, program: str) -> Iterator[tuple[datetime, LogLine]]:
    """Each line with a time to sort it by: a line without one belongs to the line before it."""
    at = _LONG_AGO
    for row in content.splitlines():
        line = line_of(row, program)
        at = line.at or at
        yield at, line


def _tail(log: Path) -> bytes:
    """The end of what is there, from the beginning of a line; also of the file before, where the newest is short."""
    newest = _end_of(log, TAIL_BYTES)
    older = _end_of(aside(log, 1), TAIL_BYTES - len(newest)) if len(newest) < TAIL_BYTES else b""
    return older + newest


def _end_of(log: Path, most: int) -> bytes:
    size = _place(log)[1]
    content = _from(log, max(size - most, 0))
    return content if size <= most else content[content.find(b"\n") + 1 :]


def _from(log: Path, offset: int) -> bytes:
    try:
        with log.open("rb") as file:
            file.seek(offset)
            return file.read()
    except FileNotFoundError:
        return b""


def _place(log: Path) -> tuple[int, int]:
    """Which file it is and how long; (0, 0): there is none."""
    try:
        stat = log.stat()
    except FileNotFoundError:
        return 0, 0
    return stat.st_ino, stat.st_size
