"""Logs are read again as one, whoever wrote them, also while they are put aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vopt_lib.desk.log_file import LogFile, rotate
from vopt_lib.desk.log_reading import Follower, known_logs, newest_lines
from vopt_lib.paths import Paths

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path, "")
    paths.logs.mkdir()
    return paths


def say(paths: Paths, program: str, text: str, minute: int = 0) -> None:
    LogFile(paths.logs / f"{program}.log", lambda: NOW + timedelta(minutes=minute)).write(text)


def texts(paths: Paths, *programs: str, most: int = 50) -> list[str]:
    return [line.text for line in newest_lines(paths, programs, most)]


def test_the_lines_of_all_programs_come_in_the_order_of_their_times(paths: Paths) -> None:
    say(paths, "pages", "first", 0)
    say(paths, "pages", "third", 2)
    say(paths, "worker", "second", 1)
    assert texts(paths, "pages", "worker") == ["first", "second", "third"]
    assert texts(paths, "pages", "worker", most=1) == ["third"]


def test_what_another_program_wrote_stays_as_it_is(paths: Paths) -> None:
    (paths.logs / "work.log").write_text("Traceback\n  in line 3\n")
    line = newest_lines(paths, ["work"], 50)[0]
    assert (line.program, line.text, line.at) == ("work", "Traceback", None)


def test_lines_of_a_file_put_aside_are_there_too(paths: Paths) -> None:
    say(paths, "pages", "before")
    rotate(paths.logs / "pages.log")
    say(paths, "pages", "after")
    assert texts(paths, "pages") == ["before", "after"]


def test_every_program_with_a_log_is_known(paths: Paths) -> None:
    say(paths, "worker", "x")
    say(paths, "pages", "x")
    rotate(paths.logs / "worker.log")
    assert known_logs(paths) == ["pages"]


def test_only_what_is_new_is_followed_also_over_a_rotation(paths: Paths) -> None:
    say(paths, "pages", "old")
    follower = Follower(paths, ["pages"])
    assert follower.added() == []
    say(paths, "pages", "new")
    assert [line.text for line in follower.added()] == ["new"]
    say(paths, "pages", "last of the old file")
    rotate(paths.logs / "pages.log")
    say(paths, "pages", "first of the new file")
    assert [line.text for line in follower.added()] == ["last of the old file", "first of the new file"]
    assert follower.added() == []


def test_half_a_line_waits_for_its_end(paths: Paths) -> None:
    log = paths.logs / "work.log"
    log.write_text("")
    follower = Follower(paths, ["work"])
    log.write_text("half")
    assert follower.added() == []
    log.write_text("half a line\n")
    assert [line.text for line in follower.added()] == ["half a line"]
