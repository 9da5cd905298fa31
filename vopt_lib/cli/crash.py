"""This is where an unexpected failure leaves its details, out of the person's sight."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path


def write_crash_report(error: BaseException) -> Path:
    """Append the traceback to VOPT_DATA/logs/crash.log; returns that file."""
    log = Path(os.environ.get("VOPT_DATA", "data")).expanduser() / "logs" / "crash.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"--- {datetime.now(UTC).isoformat()}\n")
        traceback.print_exception(error, file=file)
    return log
