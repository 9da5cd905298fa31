"""This is where we decide how slowly a marketplace is asked, and keep to it across processes."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vopt_lib.files import write_json
from vopt_lib.sources.vinted.state import read_moment, remembered

if TYPE_CHECKING:
    from vopt_lib.settings import Settings
    from vopt_lib.sources.vinted.site import Site

PAUSE_FLOOR_S = 3.0
"""Shortest pause between two requests to a real host, whatever the settings say (design §3)."""

HOUR_CEILING = 100
ITEM_PAGES_CEILING = 20
"""Most requests and item pages of a real host in any hour (facts §4: 60–100 and 10–20 were never blocked)."""

RUN_CEILING = 5_000
"""Most requests of one run at a real host, when the caller names none."""


@dataclass(frozen=True)
class Pacing:
    """How slowly to ask. `None` means no limit, which only loopback hosts get."""

    pause_min_s: float
    pause_max_s: float
    requests_per_hour: int | None
    item_pages_per_hour: int | None
    requests_per_run: int | None
    retries: int = 3
    backoff_s: float = 30.0
    longest_wait_s: float = 900.0

    @classmethod
    def polite(cls, settings: Settings) -> Pacing:
        """What real hosts get: the pauses and budgets of the settings."""
        return cls(
            pause_min_s=settings.pause_min_s,
            pause_max_s=max(settings.pause_min_s, settings.pause_max_s),
            requests_per_hour=settings.requests_per_hour,
            item_pages_per_hour=settings.item_pages_per_hour,
            requests_per_run=settings.requests_per_run,
        )

    @classmethod
    def none(cls) -> Pacing:
        """What loopback hosts get: no pause, no budget. A `Retry-After` is obeyed all the same."""
        return cls(0.0, 0.0, requests_per_hour=None, item_pages_per_hour=None, requests_per_run=None, backoff_s=0.0)

    def for_real_host(self) -> Pacing:
        """This pacing, but never faster than what a real host gets at the very least."""
        return replace(
            self,
            pause_min_s=max(self.pause_min_s, PAUSE_FLOOR_S),
            pause_max_s=max(self.pause_max_s, self.pause_min_s, PAUSE_FLOOR_S),
            requests_per_hour=min(self.requests_per_hour or HOUR_CEILING, HOUR_CEILING),
            item_pages_per_hour=_at_most(self.item_pages_per_hour, ITEM_PAGES_CEILING),
            requests_per_run=min(self.requests_per_run or RUN_CEILING, RUN_CEILING),
            backoff_s=max(self.backoff_s, PAUSE_FLOOR_S),
        )

    def backoff(self, attempt: int, random_: random.Random) -> float:
        """Seconds to wait after a passing fault: doubling with each attempt (from 0), half to one and a half times."""
        return self.backoff_s * 2.0**attempt * random_.uniform(0.5, 1.5)


def pacing_for(site: Site, settings: Settings) -> Pacing:
    """The pacing a site gets: polite for a real one, none for this machine."""
    return Pacing.polite(settings) if site.is_real else Pacing.none()


class Pace:
    """When a host was last busy with a request and before when it must not be asked, for every process alike.

    Used only under the host's lock.
    """

    def __init__(self, state: Path, pacing: Pacing, random_: random.Random) -> None:
        self._file = state / "pace.json"
        self._pacing = pacing
        self._random = random_

    def seconds_to_wait(self, now: datetime) -> float:
        """How long until the next request may be sent: a pause after the last one, and any wait the host asked for."""
        with remembered(self._file) as kept:
            last, not_before = read_moment(kept, "last_at"), read_moment(kept, "not_before")
        pause = self._random.uniform(self._pacing.pause_min_s, self._pacing.pause_max_s)
        # Never more than the pause itself: a machine whose clock was set back must not wait for hours.
        wait = min(pause, (last + timedelta(seconds=pause) - now).total_seconds()) if last else 0.0
        asked = (not_before - now).total_seconds() if not_before else 0.0
        return max(0.0, wait, asked)

    def note(self, now: datetime) -> None:
        """Remember that a request goes out now or has just ended; a process killed in between has noted the first."""
        if self._pacing.pause_max_s > 0:
            self._remember("last_at", now)

    def ask_not_before(self, moment: datetime) -> None:
        """Remember that the host asked not to be visited before this moment."""
        self._remember("not_before", moment)

    def _remember(self, name: str, moment: datetime) -> None:
        with remembered(self._file) as kept:
            write_json(self._file, {**kept, name: moment.isoformat()})


def _at_most(wanted: int | None, ceiling: int) -> int:
    return ceiling if wanted is None else min(wanted, ceiling)
