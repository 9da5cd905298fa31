"""This is where `vopt up` keeps everything running: pages first, then Prefect and its worker, until told to end.

Nothing heavy is imported here: this process lives for months, and whatever could fail in it lives in a child.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from vopt_lib.desk.folders import make_folders
from vopt_lib.desk.guard import end_marked
from vopt_lib.desk.guarded import Guarded, Held
from vopt_lib.desk.log_file import LogFile
from vopt_lib.desk.masking import secrets_of
from vopt_lib.desk.ports import is_listening, noted_ports
from vopt_lib.desk.supervised import Change, Program, Supervised
from vopt_lib.desk.up_chores import Chores
from vopt_lib.desk.up_programs import pages_address, prefect_auth, programs
from vopt_lib.desk.up_state import Up, UpProgram, last_noted, note, running
from vopt_lib.errors import AlreadyRunning, DataFolderUnusable, UpRunning
from vopt_lib.files import only_one, reason
from vopt_lib.paths import Paths
from vopt_lib.schema.clock import Clock, SystemClock
from vopt_lib.settings import Settings

TICK_S = 0.1
NOTED_AGAIN_S = 10.0
_TROUBLES = ("ended", "silent", "not_started", "port_taken")
END_ORDER = ("worker", "pages", "prefect")
"""The worker first, so that a flow under way can tell Prefect how it ended."""


@dataclass
class Supervisor:
    """Whoever keeps the programs of one vopt running. tell: is told, in this thread, of every change."""

    paths: Paths
    programs: tuple[Program, ...]
    log: LogFile
    tell: Callable[[Change], None]
    chores: Chores
    clock: Clock = field(default_factory=SystemClock)
    noted_again_s: float = NOTED_AGAIN_S
    _noted: Up | None = None
    _note_at: float = 0.0

    @cached_property
    def _since(self) -> datetime:
        return self.clock.now()

    @cached_property
    def _supervised(self) -> dict[str, Supervised]:
        told = (self._begin, self._changed, self._is_up, is_listening)
        return {program.name: Supervised(program, *told) for program in self.programs}

    def run(self, stop: threading.Event, hurry: threading.Event) -> None:
        """Keep them running until `stop`, then end them in order; at once when `hurry` is set, too."""
        try:
            while not stop.wait(TICK_S):
                now = time.monotonic()
                for one in self._supervised.values():
                    one.step(now)
                self.chores.step(now)
                self._note()
        finally:
            self._end(hurry)

    def _end(self, hurry: threading.Event) -> None:
        self.log.write("ending")
        self.chores.end()
        for name in END_ORDER:
            one = self._supervised[name]
            one.end(time.monotonic())
            while one.state != "ended":
                if hurry.is_set():
                    one.kill()
                one.step(time.monotonic())
                time.sleep(TICK_S / 2)
            self._note()
        self.log.write("ended")
        with suppress(OSError):
            self.paths.up.unlink(missing_ok=True)

    def _begin(self, program: Program) -> Held:
        log = LogFile(self.paths.logs / f"{program.name}.log", self.clock.now, self.log.secrets)
        return Guarded(program.launch(), self.paths, log)

    def _is_up(self, name: str) -> bool:
        return self._supervised[name].state == "up"

    def _changed(self, change: Change) -> None:
        told = f"{change.name}: {change.kind}"
        if change.pause_s:
            told += f" (status {change.status}), started again in {change.pause_s:g} s"
        self.log.write(told, "warning" if change.kind in _TROUBLES else "info")
        if change.kind != "started":
            self.chores.hasten()
        self.tell(change)

    def _note(self) -> None:
        up = Up(os.getpid(), self._since, [_noted(one) for one in self._supervised.values()])
        if up == self._noted or time.monotonic() < self._note_at:
            return
        try:
            note(self.paths, up)
            self._noted = up
        except OSError:  # a full disk: others read what was, until there is room again
            self._note_at = time.monotonic() + self.noted_again_s


def _noted(one: Supervised) -> UpProgram:
    return UpProgram(
        one.program.name,
        one.state,
        pid=one.held.pid() if one.held else 0,
        port=one.program.port,
        restarts=one.restarts,
        failures=one.failures,
        last_exit=one.last_exit,
        mark=one.held.mark if isinstance(one.held, Guarded) else "",
    )


@contextmanager
def supervisor(settings: Settings, tell: Callable[[Change], None]) -> Iterator[Supervisor]:
    """The supervisor of this vopt, ready to run. What an earlier one left behind when it was killed is ended first.

    Raises: UpRunning; DataFolderUnusable; ServiceError, when no port is free.
    """
    paths, clock = Paths.of(settings), SystemClock()
    make_folders(paths, (paths.locks, paths.logs, paths.homes))
    with ExitStack() as held:
        try:
            held.enter_context(only_one(paths.up_lock, "vopt up"))
            secrets = secrets_of(settings, prefect_auth(paths))
        except AlreadyRunning as error:
            raise _already(settings, error) from error
        except OSError as error:
            raise DataFolderUnusable(folder=str(paths.data), why=reason(error)) from error
        end_leftovers(paths)
        chosen = programs(settings, paths)
        held.enter_context(noted_ports(paths, {program.name: program.port for program in chosen}))
        log = LogFile(paths.logs / "up.log", clock.now, secrets)
        yield Supervisor(paths, chosen, log, tell, Chores(paths, settings, log, clock), clock)


def end_leftovers(paths: Paths) -> None:
    """End what is left of a `vopt up` that was killed, and of whatever its programs had started."""
    before = last_noted(paths)
    for program in before.programs if before else ():
        if program.mark:
            end_marked(program.mark)


def _already(settings: Settings, error: AlreadyRunning) -> UpRunning:
    up = running(Paths.of(settings))
    pages = up.program("pages") if up else None
    return UpRunning(pid=error.facts["pid"], address=f"{pages_address(settings, pages.port)}/" if pages else "…")
