"""This is where one program is kept running: started when what it needs is there, again when it ends or hangs.

Nothing here waits: whoever supervises says what time it is, and each step does what is due. The times are seconds of a
clock that never jumps and stands still while the computer sleeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from vopt_lib.desk.guarded import Held, Launch

State = Literal["waiting", "starting", "up", "ending", "ended"]

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
STEADY_AFTER_S = 600.0
"""After so long a good run, an end is the first one again."""

SILENT_FOR_S = 60.0
"""A program that lives and does not answer for so long is started anew."""

READY_WITHIN_S = 240.0
"""A Prefect server takes 10 s on two quiet cores; several times that on a busy old machine, and with a new database."""

LETS_FIRST_S = 15.0
"""So long a program holds back for another one, which somebody waits for."""

KILLED_AFTER_S = 5.0
"""A program that hangs gets so long to end in order."""


@dataclass
class BackOff:
    """How long to wait before a program is started again: 1 s, doubled each time, at most 5 minutes."""

    failures: int = 0
    """Ends in a row that nobody asked for."""

    def pause_after(self, ran_s: float) -> float:
        """Seconds until the next start, after a run of this length."""
        self.failed(ran_s)
        return float(min(FIRST_PAUSE_S * 2 ** min(self.failures - 1, 16), LONGEST_PAUSE_S))

    def failed(self, ran_s: float) -> None:
        """Count one more."""
        self.failures = 1 if ran_s >= STEADY_AFTER_S else self.failures + 1


@dataclass(frozen=True)
class Program:
    """Something that `vopt up` keeps running.

    launch: how it is started, asked each time. port: where it answers (0: nowhere). needs: the name of what must be up
    for it to start and to be well. lets_first: the name of what is given the whole computer at first. end_within_s: how
    long its end in order may take.
    """

    name: str
    launch: Callable[[], Launch]
    port: int = 0
    needs: str = ""
    lets_first: str = ""
    end_within_s: float = KILLED_AFTER_S


@dataclass(frozen=True)
class Change:
    """What became of a program. status: how it ended; pause_s: in how long it is started again."""

    name: str
    kind: Literal["started", "up", "steady", "ended", "silent", "not_started", "port_taken"]
    status: int = 0
    pause_s: float = 0.0


@dataclass
class Supervised:
    """One program and how it fares. begin: starts it; tell: is told what changes; is_up: whether another one is up.

    is_taken: whether somebody listens at a port already, who would answer in the place of this program.
    """

    program: Program
    begin: Callable[[Program], Held]
    tell: Callable[[Change], None]
    is_up: Callable[[str], bool]
    is_taken: Callable[[int], bool] = lambda port: False
    state: State = "waiting"
    restarts: int = 0
    last_exit: int | None = None
    held: Held | None = None
    back_off: BackOff = field(default_factory=BackOff)
    since: float = 0.0
    _not_before: float = 0.0
    _first_step: float | None = None
    _excused_at: float = 0.0
    _killed_at: float = 0.0
    _is_wanted: bool = True

    @property
    def failures(self) -> int:
        """Ends in a row that nobody asked for."""
        return self.back_off.failures

    def step(self, now: float) -> None:
        """Do what is due."""
        if self._first_step is None:
            self._first_step = now
        if self.state == "waiting":
            self._wait(now)
        elif self.held and (status := self.held.status()) is not None:
            self._ended(now, status)
        elif self.state == "starting":
            self._look_whether_ready(now)
        elif self.state == "up":
            self._look_whether_well(now)
        elif self.state == "ending" and self.held and now >= self._killed_at:
            self.held.kill()

    def end(self, now: float) -> None:
        """Let it end, for good."""
        self._is_wanted = False
        if self.held is None:
            self.state = "ended"
        elif self.state in ("starting", "up", "ending"):
            self._let_end(now, self.program.end_within_s)

    def kill(self) -> None:
        """End it at once, for good."""
        self._is_wanted = False
        if self.held is not None:
            self.held.kill()

    def _wait(self, now: float) -> None:
        if now < self._not_before or self._lacks_what_it_needs() or self._holds_back(now):
            return
        if self.program.port and self.is_taken(self.program.port):
            self._failed(now, 0.0, Change(self.program.name, "port_taken"))
            return
        try:
            self.held = self.begin(self.program)
        except OSError:  # no process or no file to be had: as good as ended
            self._failed(now, 0.0, Change(self.program.name, "not_started"))
            return
        self.state, self.since = "starting", now
        self.tell(Change(self.program.name, "started"))

    def _lacks_what_it_needs(self) -> bool:
        return bool(self.program.needs) and not self.is_up(self.program.needs)

    def _holds_back(self, now: float) -> bool:
        other, first = self.program.lets_first, self._first_step or now
        return bool(other) and not self.is_up(other) and now < first + LETS_FIRST_S

    def _look_whether_ready(self, now: float) -> None:
        assert self.held is not None
        if not self.program.port or self.held.answered_at() is not None:
            self.state = "up"
            self.tell(Change(self.program.name, "up"))
        elif now - self.since > READY_WITHIN_S:
            self._is_silent(now)

    def _look_whether_well(self, now: float) -> None:
        assert self.held is not None
        if self._lacks_what_it_needs():
            self._excused_at = now
        heard_at = max(self.held.answered_at() or self.since, self._excused_at)
        if self.program.port and now - heard_at > SILENT_FOR_S:
            self._is_silent(now)
        elif self.failures and now - self.since >= STEADY_AFTER_S:
            self.back_off = BackOff()
            self.tell(Change(self.program.name, "steady"))

    def _is_silent(self, now: float) -> None:
        self.tell(Change(self.program.name, "silent"))
        self._let_end(now, KILLED_AFTER_S)

    def _let_end(self, now: float, within_s: float) -> None:
        assert self.held is not None
        if self.state != "ending":
            self.state, self._killed_at = "ending", now + within_s
            self.held.ask_to_end()

    def _ended(self, now: float, status: int) -> None:
        self.held, self.last_exit = None, status
        if self._is_wanted:
            self._failed(now, now - self.since, Change(self.program.name, "ended", status))
        else:
            self.state = "ended"

    def _failed(self, now: float, ran_s: float, change: Change) -> None:
        pause_s = self.back_off.pause_after(ran_s)
        self.state, self._not_before, self.since = "waiting", now + pause_s, now
        self.restarts += 1
        self.tell(Change(change.name, change.kind, change.status, pause_s))
