"""This is where a program is run so that it never outlives whoever started it, also after kill -9.

`python -m vopt_lib.desk.guard PROGRAM ARGS…` runs the program in a process group of its own until it ends, until a
signal asks, or until standard input closes: the starter holds the other end of that pipe, so its death closes it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

GRACE_S = 10.0  # a Prefect server needs about 3 s to close its database


def main(command: list[str]) -> int:
    """Run the command to its end; the exit status is its own."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wanted, lambda *_: _stop(child))
    threading.Thread(target=_wait_for_orphanage, args=(child,), daemon=True).start()
    try:
        return child.wait()
    finally:
        _signal_group(child, signal.SIGKILL)


def _wait_for_orphanage(child: subprocess.Popen[bytes]) -> None:
    # os.read, because a thread inside sys.stdin's lock aborts the interpreter when it ends.
    while os.read(0, 1):
        pass
    _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    _signal_group(child, signal.SIGTERM)
    timer = threading.Timer(GRACE_S, _signal_group, (child, signal.SIGKILL))
    timer.daemon = True
    timer.start()


def _signal_group(child: subprocess.Popen[bytes], wanted: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
