"""The server as a process: how it ends, and what outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.server.conftest import THINGS_SERVER
from tests.servers import REPOSITORY, is_alive, running_pages
from tests.visitors import Visitor, new_session

GONE_WITHIN_S = 10.0


@pytest.mark.parametrize(
    ("wanted", "status"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, -signal.SIGINT)], ids=["TERM", "INT"]
)
def test_it_ends_at_once_while_a_page_is_open(tmp_path: Path, wanted: signal.Signals, status: int) -> None:
    with (
        running_pages(tmp_path, program=THINGS_SERVER, ends_with=status) as pages,
        Visitor.new(pages).opens("things"),
    ):
        before = time.monotonic()
        os.kill(pages.pid, wanted)
        os.waitid(os.P_PID, pages.pid, os.WEXITED | os.WNOWAIT)
    assert time.monotonic() - before < GONE_WITHIN_S


def test_a_server_that_was_killed_knows_her_again(tmp_path: Path) -> None:
    session = new_session()
    with running_pages(tmp_path, program=THINGS_SERVER, ends_with=-signal.SIGKILL) as first:
        anna = Visitor.new(first)
        with anna.opens("things", session=session) as tab:
            tab.set("slider", 7)
            os.kill(first.pid, signal.SIGKILL)
    with running_pages(tmp_path, program=THINGS_SERVER, port=first.port) as second:
        again = Visitor(second, anna.cookie)
        assert again.get("/p/things/").status == 200
        assert again.call("/p/things/api/kernel/function_call", session, {}).status == 410
        with again.opens("things", session=session) as tab:
            assert "moved to 0" in tab.text
            tab.set("slider", 8)
            assert "moved to 8" in tab.text


def test_another_vopt_does_not_know_her(tmp_path: Path) -> None:
    with running_pages(tmp_path / "one") as one:
        anna = Visitor.new(one)
        with running_pages(tmp_path / "other") as other:
            renamed = anna.cookie.replace(str(one.port), str(other.port))
            assert Visitor(other, anna.cookie).get("/p/home/").status == 401
            assert Visitor(other, renamed).get("/p/home/").status == 401


def test_nobody_but_her_can_read_the_key(tmp_path: Path) -> None:
    with running_pages(tmp_path):
        (key,) = (tmp_path / "state").glob("*visitor*")
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with running_pages(tmp_path / "one") as one:
        told = subprocess.run(
            [sys.executable, "-m", "vopt_lib.server", "--port", str(one.port)],
            env=os.environ | {"VOPT_DATA": str(tmp_path / "other")}, cwd=REPOSITORY, capture_output=True, timeout=60,
            check=False,
        )  # fmt: skip
        assert is_alive(one.pid)
    assert (told.returncode, told.stdout) == (1, b"")
    assert told.stderr.startswith(f"Port {one.port} ".encode()), told.stderr
