"""This is where it is written down what `vopt up` keeps running, for whoever else wants to know."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from vopt_lib.errors import FileDamaged
from vopt_lib.files import POLL_S, holder, is_held, read_json, write_json
from vopt_lib.paths import Paths


@dataclass(frozen=True)
class UpProgram:
    """One program. state: waiting (for its next start), starting, up, ending or ended; pid, port: 0 where none is.

    restarts: since `vopt up` began; failures: ends in a row that nobody asked for, 0 after ten good minutes.
    last_exit: its last exit status, negative for the signal that ended it; None: it has not ended yet.
    mark: by which everything that comes of it can be found (see guard).
    """

    name: str
    state: str
    pid: int = 0
    port: int = 0
    restarts: int = 0
    failures: int = 0
    last_exit: int | None = None
    mark: str = ""


@dataclass(frozen=True)
class Up:
    """A `vopt up` under way. pid: its process; since: when it began (UTC)."""

    pid: int
    since: datetime
    programs: Sequence[UpProgram]

    def program(self, name: str) -> UpProgram | None:
        """The program of this name ("pages", "prefect", "worker"); None: there is none."""
        return next((program for program in self.programs if program.name == name), None)


def running(paths: Paths) -> Up | None:
    """The `vopt up` that runs this vopt; None: none does."""
    if not is_held(paths.up_lock):
        return None
    up = last_noted(paths)
    # One that was killed has left its note, and the next one has the lock before it writes its own.
    return up if up and up.pid == holder(paths.up_lock) else None


def last_noted(paths: Paths) -> Up | None:
    """What was noted last, by a `vopt up` that may have been killed since; None: nothing that can be read."""
    try:
        noted = read_json(paths.up)
        return _up(noted) if noted else None
    except (FileDamaged, OSError, KeyError, TypeError, ValueError):
        return None


def wait_until_down(paths: Paths, within_s: float) -> bool:
    """Return when no `vopt up` runs this vopt any more: True; False: it still does after so long."""
    deadline = time.monotonic() + within_s
    while is_held(paths.up_lock):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def note(paths: Paths, up: Up) -> None:
    """Write it down. Raises: OSError."""
    write_json(paths.up, {"pid": up.pid, "since": up.since.isoformat(), "programs": [*map(asdict, up.programs)]})


def _up(noted: dict[str, Any]) -> Up:
    programs = [UpProgram(**row) for row in noted["programs"]]
    return Up(int(noted["pid"]), datetime.fromisoformat(noted["since"]), programs)
