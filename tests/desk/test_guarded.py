"""A guarded program leaves nothing behind, whoever is killed, and says how it ended."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import psutil
import pytest

from tests.waiting import until
from vopt_lib.desk.guarded import Guarded, Launch
from vopt_lib.desk.log_file import LogFile
from vopt_lib.paths import Paths

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
SLEEPER = "import time; print('ready', flush=True); time.sleep(600)"
# As Prefect starts a flow run: in a session of its own.
WITH_A_CHILD_IN_ANOTHER_SESSION = """
import subprocess, sys, time
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(inner.pid, flush=True)
time.sleep(600)
"""
PATIENT = """
import signal, subprocess, sys
inner = subprocess.Popen([sys.executable, "-c", "input(); print('finished', flush=True)"], stdin=subprocess.PIPE)
signal.signal(signal.SIGTERM, lambda *_: inner.stdin.close())
print("ready", flush=True)
sys.exit(3 if inner.wait() == 1 else 4)
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path, str(tmp_path / "lake"))
    for folder in (paths.logs, paths.homes):
        folder.mkdir()
    return paths


@pytest.fixture
def started(paths: Paths) -> Iterator[list[Guarded]]:
    found: list[Guarded] = []
    yield found
    for held in found:
        held.kill()


def start(started: list[Guarded], paths: Paths, program: str, **more: float) -> Guarded:
    """A program under its guard that has said something."""
    log = LogFile(paths.logs / "x.log", lambda: NOW)
    held = Guarded(Launch([sys.executable, "-c", program], {}, **more), paths, log)  # type: ignore[arg-type]
    started.append(held)
    until(lambda: bool(said(paths)))
    return held


def said(paths: Paths) -> list[str]:
    log = paths.logs / "x.log"
    return [orjson.loads(line)["text"] for line in log.read_bytes().splitlines()] if log.exists() else []


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def has_ended(held: Guarded) -> bool:
    return held.status() is not None


def test_what_it_says_on_both_streams_goes_to_its_log(paths: Paths, started: list[Guarded]) -> None:
    start(started, paths, "import sys; print('one'); print('Error: two', file=sys.stderr)")
    until(lambda: set(said(paths)) == {"one", "Error: two"})


def test_its_status_is_that_of_the_program(paths: Paths, started: list[Guarded]) -> None:
    held = start(started, paths, "print('bye'); raise SystemExit(3)")
    until(lambda: has_ended(held))
    assert held.status() == 3


def test_a_killed_program_is_told_by_its_signal(paths: Paths, started: list[Guarded]) -> None:
    held = start(started, paths, SLEEPER)
    os.kill(held.pid(), signal.SIGKILL)
    until(lambda: has_ended(held))
    assert held.status() == -signal.SIGKILL


def test_a_killed_guard_leaves_neither_program_nor_what_that_started(paths: Paths, started: list[Guarded]) -> None:
    held = start(started, paths, WITH_A_CHILD_IN_ANOTHER_SESSION)
    inner, program = int(said(paths)[0]), held.pid()
    psutil.Process(program).parent().kill()
    until(lambda: has_ended(held))
    until(lambda: is_gone(inner) and is_gone(program))


def test_what_a_killed_program_started_in_another_session_ends_with_it(paths: Paths, started: list[Guarded]) -> None:
    held = start(started, paths, WITH_A_CHILD_IN_ANOTHER_SESSION)
    os.kill(held.pid(), signal.SIGKILL)
    until(lambda: is_gone(int(said(paths)[0])))


def test_a_program_with_a_grace_lets_what_it_started_finish(paths: Paths, started: list[Guarded]) -> None:
    held = start(started, paths, PATIENT, grace_s=30)
    held.ask_to_end()
    until(lambda: has_ended(held))
    assert held.status() == 3  # its child met the end of its input, not a signal


def test_a_grace_has_an_end(paths: Paths, started: list[Guarded]) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    held = start(started, paths, deaf, grace_s=0.1)
    held.ask_to_end()
    until(lambda: has_ended(held))
    assert held.status() == -signal.SIGKILL
