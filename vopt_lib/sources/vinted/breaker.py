"""This is where collecting stops by itself when a site shows that it does not want us, and stays stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from vopt_lib.errors import CollectingPaused
from vopt_lib.files import write_json
from vopt_lib.sources.vinted.state import moment, read_moment, remembered

FIRST_REST = timedelta(hours=6)
NEXT_REST = timedelta(hours=24)
"""How long collecting rests after the first challenge, and after any further one (facts §4, design §3)."""

FORGOTTEN_AFTER = timedelta(days=7)
"""A rest that began longer ago no longer makes the next one long."""

REFUSAL_WINDOW = timedelta(hours=1)
"""A second refusal (403) within this time is a second one of the same kind; after it, it is a first one again."""


@dataclass(frozen=True)
class Rest:
    """A rest under way: until when, and what the site showed."""

    until: datetime
    why: str


class Breaker:
    """The circuit breaker of one marketplace, shared by every process and kept across restarts.

    Open for 6 h after the first challenge, 24 h after each further one within 7 days. Once a rest is over, requests
    go out again; the first that succeeds closes it, and a challenge opens it for the long rest.
    """

    def __init__(self, state: Path) -> None:
        self._file = state / "breaker.json"

    def rest(self, now: datetime) -> Rest | None:
        """The rest under way, if any."""
        with remembered(self._file) as kept:
            until = read_moment(kept, "until")
            return Rest(until, str(kept["why"])) if until is not None and now < until else None

    def require_closed(self, host: str, now: datetime) -> None:
        """Nothing, when the host may be asked. Raises: CollectingPaused while it rests."""
        if rest := self.rest(now):
            raise CollectingPaused(host=host, until=rest.until, why=rest.why)

    def open(self, why: str, now: datetime) -> datetime:
        """Stop collecting. Returns until when."""
        with remembered(self._file) as kept:
            earlier = [at for at in map(moment, kept.get("opened_at", ())) if now - at < FORGOTTEN_AFTER]
        until = now + (NEXT_REST if earlier else FIRST_REST)
        openings = [at.isoformat() for at in (*earlier, now)]
        write_json(self._file, {"until": until.isoformat(), "why": why, "opened_at": openings})
        return until

    def refused(self, now: datetime) -> bool:
        """Count one refusal (403 in JSON). Returns whether it is the second, which is one too many."""
        with remembered(self._file) as kept:
            last = read_moment(kept, "refused_at")
            write_json(self._file, {**kept, "refused_at": now.isoformat()})
        return last is not None and now - last < REFUSAL_WINDOW

    def succeeded(self) -> None:
        """Close it: the site answers again. Earlier openings still count for a week."""
        with remembered(self._file) as kept:
            if "until" in kept:
                write_json(self._file, {name: value for name, value in kept.items() if name not in ("until", "why")})
