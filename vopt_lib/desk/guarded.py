"""This is where a guarded program is held: its output goes to a log line by line, and it is known how it is.

Unlike a service of desk.services it may end and be started again while its starter goes on.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Protocol

import psutil

from vopt_lib.desk.environment import child_environment
from vopt_lib.desk.guard import end_marked, status_of
from vopt_lib.desk.log_file import LogFile
from vopt_lib.desk.services import answers
from vopt_lib.paths import Paths

ASKED_EVERY_S = 10.0
ASKED_FIRST_EVERY_S = 0.2  # until it has answered for the first time


class Held(Protocol):
    """A program that was started, as whoever watches over it sees it."""

    def status(self) -> int | None:
        """Its exit status, negative for the signal that ended it; None while it runs."""
        ...

    def pid(self) -> int:
        """The number of its process; 0: not known yet."""
        ...

    def answered_at(self) -> float | None:
        """When it last answered (monotonic seconds); None: not yet."""
        ...

    def ask_to_end(self) -> None:
        """Let it end in order."""
        ...

    def kill(self) -> None:
        """End it and all that came of it at once."""
        ...


@dataclass(frozen=True)
class Launch:
    """How a program is started. health: the address where it answers; None: nobody asks it."""

    command: Sequence[str]
    environment: Mapping[str, str]
    health: str | None = None
    grace_s: float | None = None
    """How long the program alone, asked to end, may let what it started finish; None: all of them are asked."""


class Guarded:
    """A guarded program under way."""

    def __init__(self, launch: Launch, paths: Paths, log: LogFile) -> None:
        self.mark = secrets.token_hex(8)
        grace = () if launch.grace_s is None else ("--grace-s", str(launch.grace_s))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vopt_lib.desk.guard", *grace, "--mark", self.mark, *launch.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_environment(paths, launch.environment),
            # Not the person's folder: Prefect obeys any .env, prefect.toml and pyproject.toml where it is started.
            cwd=paths.homes,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._answered_at: float | None = None
        self._is_over = threading.Event()
        self._pid = 0
        self._begin(_drain, self._process.stdout, log)
        if launch.health:
            self._begin(self._ask, launch.health)

    def status(self) -> int | None:
        """Its exit status, negative for the signal that ended it; None while it runs."""
        status = self._process.poll()
        if status is None:
            return None
        if not self._is_over.is_set():
            self._is_over.set()
            # A guard that was killed itself has left its program behind.
            self._end_all()
        return status_of(status)

    def pid(self) -> int:
        """The number of the program's process; 0: its guard has not started it yet."""
        if not self._pid:
            with suppress(psutil.Error):
                children = psutil.Process(self._process.pid).children()
                self._pid = children[0].pid if children else 0
        return self._pid

    def answered_at(self) -> float | None:
        """When it last answered (monotonic seconds); None: not yet."""
        return self._answered_at

    def ask_to_end(self) -> None:
        """Let it end in order: closing its standard input is the signal; see guard."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def kill(self) -> None:
        """End it and all that came of it at once."""
        self._process.kill()
        self._process.wait()
        self._end_all()

    def _end_all(self) -> None:
        if self._pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
        end_marked(self.mark)

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _ask(self, address: str) -> None:
        while not self._is_over.wait(ASKED_FIRST_EVERY_S if self._answered_at is None else ASKED_EVERY_S):
            if answers(address):
                self._answered_at = time.monotonic()


def _drain(output: IO[bytes], log: LogFile) -> None:
    with output:
        log.take(output)
