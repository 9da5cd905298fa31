"""What programs say is kept line by line, in files that do not grow without end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from vopt_lib.desk.log_file import FILES, LONGEST_LINE, LogFile, level_of, lines

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


def log_at(folder: Path, **more: object) -> LogFile:
    return LogFile(folder / "pages.log", lambda: NOW, **more)  # type: ignore[arg-type]


def rows(log: Path) -> list[dict[str, str]]:
    return [orjson.loads(line) for line in log.read_bytes().splitlines()]


def read(*pieces: bytes) -> list[str]:
    """The lines of a pipe that is written to piece by piece."""
    reader, writer = os.pipe()

    def write() -> None:
        for piece in pieces:
            rest = piece
            while rest:
                rest = rest[os.write(writer, rest) :]
        os.close(writer)

    threading.Thread(target=write, daemon=True).start()
    try:
        return list(lines(reader))
    finally:
        os.close(reader)


def test_a_line_says_when_and_by_whom_it_was_said(tmp_path: Path) -> None:
    log_at(tmp_path).write("ready", "info")
    assert rows(tmp_path / "pages.log") == [
        {"time": "2026-11-20T07:00:00+00:00", "program": "pages", "level": "info", "text": "ready"}
    ]


def test_only_the_owner_may_read_a_log(tmp_path: Path) -> None:
    log_at(tmp_path).write("ready")
    assert (tmp_path / "pages.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("05:19:53 | ERROR   | docket - failed", "error"),
        ("ValueError: no", "error"),
        ("UserWarning: old", "warning"),
        ("WARNING disk", "warning"),
        ("ready", "info"),
        ("an error-free day", "info"),
    ],
)
def test_how_bad_a_line_is_follows_from_its_words(text: str, level: str) -> None:
    assert level_of(text) == level


def test_a_full_file_is_put_aside_and_the_oldest_one_goes(tmp_path: Path) -> None:
    log = log_at(tmp_path, most_bytes=300)
    for n in range(40):
        log.write(f"line {n}")
    found = sorted(path.name for path in tmp_path.iterdir())
    assert found == ["pages.log", *(f"pages.log.{n}" for n in range(1, FILES))]
    assert all(path.stat().st_size <= 300 for path in tmp_path.iterdir())
    assert rows(tmp_path / "pages.log")[-1]["text"] == "line 39"
    assert rows(tmp_path / "pages.log.1")[-1]["text"] < rows(tmp_path / "pages.log")[0]["text"]


def test_a_line_that_comes_in_pieces_is_one_line() -> None:
    assert read(b"one\ntw", b"o\r\nth", b"ree") == ["one", "two", "three"]


def test_of_an_endless_line_the_beginning_is_kept_and_the_next_line_is_whole() -> None:
    found = read(*[b"x" * 1_000_000] * 20, b"\nnext\n")
    assert [len(found[0]) < 20_000, found[1:]] == [True, ["next"]]


def test_a_long_line_is_cut(tmp_path: Path) -> None:
    log_at(tmp_path).write("x" * 100_000)
    assert rows(tmp_path / "pages.log")[0]["text"] == "x" * LONGEST_LINE


def test_a_secret_that_reaches_over_the_cut_is_not_seen_in_part(tmp_path: Path) -> None:
    secret = "s3cret-passphrase"
    log_at(tmp_path, secrets=(secret,)).write("x" * (LONGEST_LINE - 6) + secret + "y" * 500)
    assert "s3cret" not in rows(tmp_path / "pages.log")[0]["text"]


def test_what_is_no_text_is_kept_as_far_as_it_can_be_read() -> None:
    assert read(b"caf\xe9 \xf0\x9f\n") == ["caf� �"]


def test_a_disk_that_is_full_stops_nothing_and_is_told_when_there_is_room(tmp_path: Path) -> None:
    log = log_at(tmp_path / "gone")
    log.write("lost")
    log.write("lost, too")
    (tmp_path / "gone").mkdir()
    log.write("kept")
    told = [row["text"] for row in rows(tmp_path / "gone" / "pages.log")]
    assert told == ["2 lines could not be written", "kept"]


def test_a_line_for_which_there_is_half_the_room_is_left_out(tmp_path: Path) -> None:
    until_full = """
import pathlib, resource, sys
from datetime import UTC, datetime
from vopt_lib.desk.log_file import LogFile
resource.setrlimit(resource.RLIMIT_FSIZE, (250, 250))
log = LogFile(pathlib.Path(sys.argv[1]), lambda: datetime(2026, 11, 20, tzinfo=UTC))
for n in range(5):
    log.write(f"line {n}")
"""
    subprocess.run([sys.executable, "-c", until_full, str(tmp_path / "pages.log")], check=True)
    assert [row["text"] for row in rows(tmp_path / "pages.log")] == ["line 0", "line 1"]


def test_a_log_that_somebody_removed_is_made_again(tmp_path: Path) -> None:
    log = log_at(tmp_path)
    log.write("one")
    (tmp_path / "pages.log").unlink()
    log.write("two")
    assert [row["text"] for row in rows(tmp_path / "pages.log")] == ["two"]
