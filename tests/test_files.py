"""Small state files: whole or not at all, and one worker at a time."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vopt_lib.errors import AlreadyRunning
from vopt_lib.files import only_one, read_json, reason, write_json


def test_what_was_written_is_read_and_a_missing_file_is_none(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    assert read_json(file) is None
    write_json(file, {"a": [1, None, "è"]})
    assert read_json(file) == {"a": [1, None, "è"]}
    assert [path.name for path in file.parent.iterdir()] == ["state.json"]


def test_a_value_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    write_json(file, {"a": 1})
    with pytest.raises(TypeError):
        write_json(file, {"a": object()})
    assert read_json(file) == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_a_second_worker_is_told_who_is_at_work(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "work.lock"
    code = "import sys; from pathlib import Path; from vopt_lib.files import only_one\n"
    code += "with only_one(Path(sys.argv[1]), 'vopt work'):\n  print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen([sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning) as refused, only_one(lock, "vopt work"):
            pass
        assert refused.value.facts == {"work": "vopt work", "pid": holder.pid}
    finally:
        holder.kill()
        holder.communicate()
    with only_one(lock, "vopt work", wait_s=10):
        pass


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOENT, "it does not exist"),
        (errno.EACCES, "you have no right to it"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EDOM, os.strerror(errno.EDOM)),
    ],
)
def test_a_system_error_has_a_reason_for_people(number: int, why: str) -> None:
    assert reason(OSError(number, os.strerror(number))) == why
