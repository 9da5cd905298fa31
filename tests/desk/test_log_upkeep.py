"""The folder of logs does not grow without end."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vopt_lib.desk.log_file import MOST_BYTES
from vopt_lib.desk.log_upkeep import tidy_logs
from vopt_lib.paths import Paths

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


def folder(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path, "")
    paths.logs.mkdir()
    return paths


def test_a_log_of_another_program_is_put_aside_when_it_is_full(tmp_path: Path) -> None:
    paths = folder(tmp_path)
    os.truncate(_touched(paths.logs / "work.log"), MOST_BYTES + 1)
    _touched(paths.logs / "pages.log")
    tidy_logs(paths, now=NOW)
    assert sorted(path.name for path in paths.logs.iterdir()) == ["pages.log", "work.log.1"]


def test_what_was_put_aside_long_ago_is_removed(tmp_path: Path) -> None:
    paths = folder(tmp_path)
    for name, days in (("pages.log.1", 91), ("pages.log.2", 89), ("pages.log", 91)):
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(_touched(paths.logs / name), (at, at))
    tidy_logs(paths, now=NOW)
    assert sorted(path.name for path in paths.logs.iterdir()) == ["pages.log", "pages.log.2"]


def test_old_reports_of_crashes_are_forgotten_and_new_ones_kept(tmp_path: Path) -> None:
    paths = folder(tmp_path)
    old, new = "--- 2026-01-01T07:00:00+00:00\nTraceback old\n", "--- 2026-11-19T07:00:00+00:00\nTraceback new\n"
    (paths.logs / "crash.log").write_text(old + new)
    tidy_logs(paths, now=NOW)
    assert (paths.logs / "crash.log").read_text() == new


def test_a_report_that_does_not_tell_its_time_is_kept(tmp_path: Path) -> None:
    paths = folder(tmp_path)
    (paths.logs / "crash.log").write_text("--- yesterday\nTraceback\n")
    tidy_logs(paths, now=NOW)
    assert (paths.logs / "crash.log").read_text() == "--- yesterday\nTraceback\n"


def _touched(path: Path) -> Path:
    path.touch()
    return path
