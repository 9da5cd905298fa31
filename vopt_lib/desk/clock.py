"""This is where a vopt on a made-up market gets its time: the simulator's while it runs, else the machine's."""

from __future__ import annotations

from datetime import datetime
from http.client import HTTPException

from vopt_lib.schema.clock import Clock, SystemClock
from vopt_lib.simulator.clock import SimulatorClock


class MarketClock:
    """The time of the simulator at this address.

    Whoever holds it outlives the simulator: pages stay open when it ends, and when it starts again. So it is asked each
    time, and whenever nobody answers, the machine's clock goes on.
    """

    def __init__(self, url: str, otherwise: Clock | None = None) -> None:
        self._simulated = SimulatorClock(url)
        self._otherwise = otherwise or SystemClock()

    def now(self) -> datetime:
        """The moment, in UTC."""
        try:
            return self._simulated.now()
        except (OSError, HTTPException):
            return self._otherwise.now()

    def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed on this clock."""
        try:
            self._simulated.sleep(seconds)
        except (OSError, HTTPException):
            self._otherwise.sleep(seconds)


def real_clock(clock: Clock) -> Clock:
    """The time that people live in: the machine's where this clock is the simulator's, whose days last a second."""
    return SystemClock() if isinstance(clock, MarketClock) else clock
