"""This is where tests get a clock that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass(frozen=True)
class StillClock:
    """It is always this moment."""

    moment: datetime

    def now(self) -> datetime:
        """The moment."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Nobody waits for it."""


def at(later: timedelta = timedelta()) -> StillClock:
    """The clock of NOW, or so much later."""
    return StillClock(NOW + later)


class MovingClock:
    """It stands still until it is moved."""

    def __init__(self, moment: datetime = NOW) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The moment."""
        return self._moment

    def move(self, **time: float) -> None:
        """So much later: move(days=1). Less than nothing: somebody set the clock back."""
        self._moment += timedelta(**time)

    def sleep(self, seconds: float) -> None:
        """Nobody waits for it."""
