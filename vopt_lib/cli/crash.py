"""This is where an unexpected failure leaves its details, out of the person's sight."""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path


def write_crash_report(error: BaseException) -> Path:
    """Append the traceback to VOPT_DATA/logs/crash.log, or where that cannot be written, to a temporary file."""
    log = Path(os.environ.get("VOPT_DATA") or "data").expanduser().absolute() / "logs" / "crash.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        return _append(log, error)
    except OSError:
        handle, name = tempfile.mkstemp(prefix="vopt-crash-", suffix=".log")
        os.close(handle)
        return _append(Path(name), error)


def _append(log: Path, error: BaseException) -> Path:
    with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"--- {datetime.now(UTC).isoformat()}\n")
        traceback.print_exception(error, file=file)
    return log
