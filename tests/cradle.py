"""This is where processes are born that tests kill or let end: forked from one that has loaded their libraries.

Loading vopt takes each longer than what most of them do in their life. The cradle only loads and forks, before any
library has started its threads, and it ends with the process of the tests. What is born is a process like any other:
of its own memory, killed by a signal, gone without a farewell.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

REPOSITORY = Path(__file__).parent.parent
LOADED_ONCE = ("alembic.command", "curl_cffi", "usearch.index")
"""What vopt loads where it needs it, and most of them do."""


class Born:
    """A process as `subprocess.Popen` would hold it: it does what `main` of a module does, and what it says is read."""

    def __init__(self, stdout: IO[str], ending: IO[str]) -> None:
        self.stdout, self._ending = stdout, ending
        self.pid = int(ending.readline())
        self.returncode: int | None = None

    def kill(self) -> None:
        """End it, wherever it is."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def communicate(self, timeout: float = 60) -> tuple[str, None]:
        """What it says until it ends. Raises: TimeoutError."""
        with self._killed_after(timeout), self.stdout, self._ending:
            said = self.stdout.read()
            self.returncode = os.waitstatus_to_exitcode(int(self._ending.readline()))
        return said, None

    @contextmanager
    def _killed_after(self, seconds: float) -> Iterator[None]:
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            self.kill()

        deadline = threading.Timer(seconds, end)
        deadline.start()
        try:
            yield
        finally:
            deadline.cancel()
            deadline.join()
        if is_late.is_set():
            raise TimeoutError(f"it did not end within {seconds} s")


def born(module: str, *arguments: str) -> Born:
    """A process that does `module.main(*arguments)`."""
    said, saying = os.pipe()
    ended, ending = os.pipe()
    order = {"module": module, "arguments": arguments, "environ": dict(os.environ)}
    try:
        socket.send_fds(_cradle(), [json.dumps(order).encode() + b"\n"], [saying, ending])
    finally:
        os.close(saying)
        os.close(ending)
    return Born(os.fdopen(said), os.fdopen(ended))


def lived(module: str, *arguments: str) -> int:
    """How a process ended that did `module.main(*arguments)`: its status, or the signal that killed it, below zero."""
    one = born(module, *arguments)
    one.communicate()
    assert one.returncode is not None
    return one.returncode


@cache
def _cradle() -> socket.socket:
    """The way to the cradle of this process."""
    ours, its = socket.socketpair()
    command = [sys.executable, "-m", "tests.cradle", str(its.fileno())]
    # A thread of OpenBLAS's would not live on in what is born.
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with its:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=alone, pass_fds=[its.fileno()])

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _rock(orders: socket.socket) -> None:
    """Let a process be born for each order, until nobody can order any more, and wait for all to end."""
    for name in LOADED_ONCE:
        importlib.import_module(name)
    while True:
        line, fds, _, _ = socket.recv_fds(orders, 2**20, 2)
        while line and not line.endswith(b"\n"):
            line += orders.recv(2**20)
        if not line:
            break
        order = json.loads(line)
        importlib.import_module(order["module"])
        if os.fork() == 0:
            orders.close()
            _watch_over(order, *fds)
        for fd in fds:
            os.close(fd)
        _bury(os.WNOHANG)
    _bury(0)


def _bury(how: int) -> None:
    """Take leave of those whose watch is over; their time counts as the cradle's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, how)[0]:
            pass


def _watch_over(order: dict[str, Any], saying: int, ending: int) -> NoReturn:
    """Give birth, and tell which it is and how it ended."""
    if (pid := os.fork()) == 0:
        os.close(ending)
        _live(order, saying)
    os.close(saying)
    os.write(ending, b"%d\n" % pid)
    os.write(ending, b"%d\n" % os.waitpid(pid, 0)[1])
    os._exit(0)


def _live(order: dict[str, Any], saying: int) -> NoReturn:
    os.dup2(saying, 1)
    os.environ.clear()
    os.environ.update(order["environ"])
    status = 1
    try:
        sys.modules[order["module"]].main(*order["arguments"])
        sys.stdout.flush()
        status = 0
    except BaseException:
        traceback.print_exc()
    os._exit(status)


if __name__ == "__main__":
    _rock(socket.socket(fileno=int(sys.argv[1])))
