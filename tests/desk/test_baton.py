"""A lock that passes to a process: held without a gap, and free when that process ends, however it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vopt_lib.desk.baton import baton, is_held, note_holder
from vopt_lib.errors import AlreadyRunning
from vopt_lib.files import only_one

WAITS = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def test_the_lock_is_held_until_the_process_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "work.lock"
    with baton(lock, "Collecting") as handle:
        process = subprocess.Popen(WAITS, stdin=subprocess.PIPE, pass_fds=[handle])
        note_holder(lock, process.pid)

    with process:
        assert is_held(lock)
        with pytest.raises(AlreadyRunning) as refused, baton(lock, "Collecting"):
            raise AssertionError("two at once")
        assert refused.value.facts == {"work": "Collecting", "pid": process.pid}
        process.kill()
        process.wait()
    assert not is_held(lock)


def test_a_lock_that_nobody_ever_held_is_free(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "work.lock")


def test_asking_leaves_the_lock_free(tmp_path: Path) -> None:
    lock = tmp_path / "work.lock"
    with only_one(lock, "collecting"):
        assert is_held(lock)
    assert not is_held(lock)
    with baton(lock, "collecting"):
        assert is_held(lock)
