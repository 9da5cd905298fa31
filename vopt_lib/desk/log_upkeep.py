"""This is where the folder of logs is kept small: what other programs write there, and old reports of crashes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from vopt_lib.desk.log_file import MOST_BYTES, rotate
from vopt_lib.files import write_bytes
from vopt_lib.paths import Paths

KEPT_FOR = timedelta(days=90)
CRASHES = "crash.log"
_REPORT = b"--- "  # how a report of a crash begins, with its time after it (cli/crash.py)


def tidy_logs(paths: Paths, *, now: datetime) -> None:
    """Put logs aside that have grown too large, and remove what is older than 90 days. A full disk stops nothing."""
    for log in paths.logs.glob("*.log"):
        with suppress(OSError):
            if log.stat().st_size > MOST_BYTES:
                rotate(log)
    for old in paths.logs.glob("*.log.*"):
        with suppress(OSError):
            if old.stat().st_mtime < (now - KEPT_FOR).timestamp():
                old.unlink()
    with suppress(OSError):
        forget_crashes(paths.logs / CRASHES, before=now - KEPT_FOR)


def forget_crashes(log: Path, *, before: datetime) -> None:
    """Remove the reports of crashes before this moment. Raises: OSError."""
    if not log.exists():
        return
    content = log.read_bytes()
    kept = b"".join(report for report in _reports(content) if not _is_before(report, before))
    if kept != content:
        write_bytes(log, kept)


def _reports(content: bytes) -> Iterable[bytes]:
    begun: list[bytes] = []
    for line in content.splitlines(keepends=True):
        if line.startswith(_REPORT) and begun:
            yield b"".join(begun)
            begun = []
        begun.append(line)
    if begun:
        yield b"".join(begun)


def _is_before(report: bytes, moment: datetime) -> bool:
    try:
        at = report.partition(b"\n")[0].removeprefix(_REPORT).strip().decode("ascii")
        return datetime.fromisoformat(at) < moment
    except (ValueError, TypeError):
        return False
