"""Small state files: whole or not at all, and one worker at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from vopt_lib.errors import AlreadyRunning
from vopt_lib.files import is_held, note_holder, only_one, read_json, reason, system_number, write_json

WAITS = [sys.executable, "-c", "import sys; sys.stdin.read()"]


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


def test_a_lock_passes_to_a_process_without_a_gap_and_is_free_when_that_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "work.lock"
    with only_one(lock, "Collecting") as handle:
        process = subprocess.Popen(WAITS, stdin=subprocess.PIPE, pass_fds=[handle])
        note_holder(lock, process.pid)

    with process:
        assert is_held(lock)
        with pytest.raises(AlreadyRunning) as refused, only_one(lock, "Collecting", wait_s=0):
            raise AssertionError("two at once")
        assert refused.value.facts == {"work": "Collecting", "pid": process.pid}
        process.kill()
        process.wait()
    assert not is_held(lock)


def test_whoever_asks_whether_a_lock_is_held_stops_nobody(tmp_path: Path) -> None:
    lock = tmp_path / "work.lock"
    assert not is_held(lock)
    with only_one(lock, "collecting"):
        assert is_held(lock)
    asking = os.open(lock, os.O_RDONLY)
    fcntl.flock(asking, fcntl.LOCK_SH)
    threading.Timer(0.05, os.close, [asking]).start()
    with only_one(lock, "collecting"):
        assert is_held(lock)
    assert not is_held(lock)


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


def test_a_library_that_tells_the_number_in_words_alone_is_understood() -> None:
    told = OSError("Generic LocalFileSystem error: No space left on device (os error 28)")
    assert (told.errno, system_number(told), reason(told)) == (None, errno.ENOSPC, "the disk is full")
    assert (system_number(ValueError("no number")), reason(OSError("no number"))) == (None, "no number")
