"""This is where time comes from: read once at the edge, an argument everywhere else."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Somebody who knows the time and can wait."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed on this clock."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)
