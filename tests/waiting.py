"""This is where tests wait: for a condition, with a limit, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

POLL_S = 0.02

PATIENT = {"VOPT_SQL_SECONDS": "30"}
"""Settings of tests: on a machine that has other things to do, the seconds of a question prove nothing."""


def until(is_so: Callable[[], bool], *, within_s: float = 60) -> None:
    """Wait until something is so. Fails the test after `within_s`."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(POLL_S)
