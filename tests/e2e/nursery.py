"""This is where processes are born that tests kill: each lives through one virtual day of a follow, and may not finish.

The nursery imports everything once and forks a child per order, before any library has started its threads. An order is
one JSON line on its standard input (the fields of `Order`); the answer is the child's wait status, one per line.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from vopt_lib.commit_points import observe
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.recheck import recheck
from vopt_lib.desk.runs import Run
from vopt_lib.desk.upkeep import keep_tidy
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term

REPOSITORY = Path(__file__).parents[2]
FOLLOW = Follow(
    "vestiti", "Vestiti", CatalogueQuery("it", Term(4, "Donna > Vestiti")), datetime(2026, 11, 1, tzinfo=UTC)
)
MISSES_UNTIL_GONE = 1
ENDS_WITHIN_S = 60
LOADED_ONCE = ("alembic.command", "curl_cffi", "great_expectations.expectations", "scipy.special")
"""What vopt loads where it needs it: most of what a child would do in its life."""


@dataclass(frozen=True)
class Order:
    """What a child shall do in which VOPT_DATA, and when it shall be killed: at the n-th commit point, or a moment."""

    data: str
    www: str
    api: str
    jobs: tuple[str, ...] = ("collect", "refine", "publish", "tidy")
    die_at: int | None = None
    killed_after_s: float | None = None


@dataclass(frozen=True)
class Lived:
    """How a child ended, the commit points it passed, and the runs it reported before it ended."""

    status: int
    passed: list[str]
    reported: list[dict[str, Any]]

    @property
    def was_killed(self) -> bool:
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    @property
    def has_finished(self) -> bool:
        return os.WIFEXITED(self.status) and os.WEXITSTATUS(self.status) == 0


class Nursery:
    """A running nursery."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def live(self, order: Order) -> Lived:
        """Let a child live through its order."""
        diary = Path(order.data).with_suffix(".diary")
        diary.unlink(missing_ok=True)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        lines = [json.loads(line) for line in diary.read_text().splitlines()] if diary.exists() else []
        return Lived(
            status,
            [line["passed"] for line in lines if "passed" in line],
            [line["run"] for line in lines if "run" in line],
        )


@contextmanager
def running_nursery() -> Iterator[Nursery]:
    """A nursery, until the end of the block."""
    command = [sys.executable, "-m", "tests.e2e.nursery"]
    # A thread of OpenBLAS's would not live on in a child.
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=REPOSITORY, env=alone, start_new_session=True, **pipes)
    try:
        yield Nursery(process)
    finally:
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(ENDS_WITHIN_S)
        finally:
            process.kill()
            process.wait()


def is_collected(desk: Desk) -> bool:
    """Whether the follow's run of the (virtual) day is done."""
    done = (pl.col("kind") == "collect") & (pl.col("outcome") == "done")
    today = pl.col("started_at").dt.date() == desk.clock.now().date()
    return desk.lake.scan("run", version="newest").filter(done & today).collect().height > 0


def live_through(order: Order, write: Callable[[dict[str, Any]], None]) -> None:
    """Do the jobs of a day, writing every commit point and everything reported into the diary."""
    passed = 0

    def note(point: str) -> None:
        nonlocal passed
        passed += 1
        write({"passed": point})
        if passed == order.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def report(run: Run) -> None:
        row = run.row().select("run_id", "kind", "outcome", "pages", "rows").row(0, named=True)
        write({"run": row | {"rejected": run.rejected}})

    observe(note)
    desk = open_desk(data=order.data, vinted_www=order.www, vinted_api=order.api, misses_until_gone=MISSES_UNTIL_GONE)
    for job in order.jobs:
        if job == "collect":
            desk.lake.recover()
            if not is_collected(desk):
                report(collect(desk, FOLLOW, on_progress=report))
        else:
            done = {
                "recheck": lambda desk: recheck(desk, "it"),
                "refine": refine_day,
                "publish": publish_day,
                "tidy": keep_tidy,
            }[job](desk)
            if done is not None:
                report(done)


def _child(order: Order) -> int:
    diary = os.open(Path(order.data).with_suffix(".diary"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        live_through(order, lambda line: void(os.write(diary, json.dumps(line).encode() + b"\n")))
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def void(_: object) -> None:
    """Forget a value."""


def _birth(order: Order) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(_child(order))
    deadline = threading.Timer(order.killed_after_s or ENDS_WITHIN_S, os.kill, (pid, signal.SIGKILL))
    deadline.start()
    _, status = os.waitpid(pid, 0)
    deadline.cancel()
    deadline.join()
    return status


if __name__ == "__main__":
    for name in LOADED_ONCE:
        importlib.import_module(name)
    for line in sys.stdin:
        plain = json.loads(line)
        sys.stdout.write(f"{_birth(Order(**{**plain, 'jobs': tuple(plain['jobs'])}))}\n")
        sys.stdout.flush()
