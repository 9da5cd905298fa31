"""Others learn what `vopt up` runs, and only while it runs."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vopt_lib.desk.up_state import Up, UpProgram, last_noted, note, running, wait_until_down
from vopt_lib.files import only_one
from vopt_lib.paths import Paths

UP = Up(
    os.getpid(),
    datetime(2026, 11, 20, 7, tzinfo=UTC),
    [UpProgram("pages", "up", pid=4712, port=8420, restarts=2, failures=1, last_exit=-9, mark="ab")],
)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, "")


def test_it_is_read_as_it_was_written_while_somebody_holds_the_lock(paths: Paths) -> None:
    with only_one(paths.up_lock, "vopt up"):
        note(paths, UP)
        assert running(paths) == UP
    assert running(paths) is None
    assert last_noted(paths) == UP
    assert wait_until_down(paths, within_s=1)


def test_the_note_of_one_that_was_killed_is_not_that_of_the_next_one(paths: Paths) -> None:
    note(paths, replace(UP, pid=UP.pid + 1))
    with only_one(paths.up_lock, "vopt up"):
        assert running(paths) is None


def test_while_it_runs_one_waits_in_vain_for_its_end(paths: Paths) -> None:
    with only_one(paths.up_lock, "vopt up"):
        assert not wait_until_down(paths, within_s=0)


@pytest.mark.parametrize("text", ["", "{}", '{"pid": 1, "since": "x", "programs": []}', "[1]"])
def test_a_note_that_cannot_be_read_is_none(paths: Paths, text: str) -> None:
    paths.state.mkdir()
    paths.up.write_text(text)
    assert last_noted(paths) is None


def test_a_program_is_found_by_its_name() -> None:
    assert UP.program("pages") == UP.programs[0]
    assert UP.program("prefect") is None
