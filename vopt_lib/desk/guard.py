"""This is where a program is run so that it never outlives whoever started it, also after kill -9.

`python -m vopt_lib.desk.guard PROGRAM ARGS…` runs the program in a process group of its own until it ends, until a
signal asks, or until standard input closes: the starter holds the other end of that pipe, so its death closes it.

Before it may stand `--grace-s N` (the program alone is asked to end, and has so long to let what it started finish) and
`--mark TEXT` (by which the starter can find everything that comes of it).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

GRACE_S = 10.0  # a Prefect server needs about 3 s to close its database

MARK = "VOPT_GUARD"
"""In the environment of a guarded program and of all that it starts, in whatever session: by this they are found."""

GONE_WITHIN_S = 2.0  # its ports are free then

SWEEPS = 3  # what is killed may have started something a moment before


@dataclass(frozen=True)
class _Guarded:
    child: subprocess.Popen[bytes]
    mark: str
    grace_s: float
    is_asked_alone: bool

    def ask_to_end(self) -> None:
        if self.is_asked_alone:
            self.child.terminate()
        else:
            _signal_group(self.child.pid, signal.SIGTERM)
        timer = threading.Timer(self.grace_s, self.kill)
        timer.daemon = True
        timer.start()

    def kill(self) -> None:
        _signal_group(self.child.pid, signal.SIGKILL)
        end_marked(self.mark)


def main(arguments: Sequence[str]) -> int:
    """Run the command to its end; the exit status is its own."""
    options, command = _parted(arguments)
    mark = options.get("--mark") or secrets.token_hex(8)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, env={**os.environ, MARK: mark})
    guarded = _Guarded(child, mark, float(options.get("--grace-s", GRACE_S)), "--grace-s" in options)
    for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wanted, lambda *_: guarded.ask_to_end())
    threading.Thread(target=_wait_for_orphanage, args=(guarded,), daemon=True).start()
    try:
        return child.wait()
    finally:
        guarded.kill()


def _parted(arguments: Sequence[str]) -> tuple[dict[str, str], Sequence[str]]:
    options = {}
    while arguments[0] in ("--grace-s", "--mark"):
        options[arguments[0]], arguments = arguments[1], arguments[2:]
    return options, arguments


def status_of(guard: int) -> int:
    """How a guarded program ended, by its guard's exit status: negative for the signal that ended it.

    A guard's own status is the low byte of what it passes on.
    """
    return guard - 0x100 if guard > 0xFF - signal.NSIG else guard


def end_marked(mark: str) -> None:
    """Kill whatever carries this mark, but the process that asks: Prefect gives each flow run a session of its own."""
    import psutil

    for _ in range(SWEEPS):
        found = [process for process in psutil.process_iter() if _carries(process, mark)]
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        if not found:
            return
        psutil.wait_procs(found, timeout=GONE_WITHIN_S)


def _carries(process: psutil.Process, mark: str) -> bool:
    import psutil

    if process.pid == os.getpid():
        return False
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark)
    except (psutil.Error, OSError):
        return False


def _wait_for_orphanage(guarded: _Guarded) -> None:
    # os.read, because a thread inside sys.stdin's lock aborts the interpreter when it ends.
    while os.read(0, 1):
        pass
    guarded.ask_to_end()


def _signal_group(pid: int, wanted: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
