"""This is where heavy work takes its turn: one thing at a time on a small computer, whoever started it.

Flows, commands and pages share one lock, because each of them alone knows nothing of the others: Prefect's own limits
hold only for what Prefect starts. What is light needs no turn: collecting waits most of its time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Final

from vopt_lib.desk.computer import Computer, this_computer
from vopt_lib.desk.instance import Desk
from vopt_lib.errors import AlreadyRunning, ComputerBusy
from vopt_lib.files import holder, only_one, read_json, write_json

PATIENCE_S: Final = 60.0
"""How long heavy work waits for its turn while a person waits for it."""

FLOW_PATIENCE_S: Final = 300.0
"""How long it waits in a flow: the worker of a small computer does two at a time, and a flow comes again by itself."""

_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)
_patience: ContextVar[float] = ContextVar("patience", default=PATIENCE_S)


@contextmanager
def heavy(desk: Desk, work: str, *, computer: Computer | None = None) -> Iterator[None]:
    """Do heavy work in the block, when its turn has come; what belongs to a heavy work needs no turn of its own.

    work: the command that does it ("vopt refine"): those who wait are told.
    Raises: ComputerBusy, with who is at it, after PATIENCE_S or as long as `patient` says.
    """
    if _has_turn.get() or not (computer or this_computer()).is_small:
        yield
        return
    with ExitStack() as turn:
        _wait(desk, work, turn)
        token = _has_turn.set(True)
        try:
            yield
        finally:
            _has_turn.reset(token)


@contextmanager
def patient(seconds: float) -> Iterator[None]:
    """Let heavy work in the block wait so long for its turn."""
    token = _patience.set(seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def _wait(desk: Desk, work: str, turn: ExitStack) -> None:
    lock = desk.paths.heavy_lock
    told = lock.with_suffix(".json")
    try:
        turn.enter_context(only_one(lock, work, wait_s=_patience.get()))
    except AlreadyRunning as running:
        at_it = (read_json(told) or {}).get("work", "vopt")
        raise ComputerBusy(work=str(at_it), pid=holder(lock)) from running
    write_json(told, {"work": work})
