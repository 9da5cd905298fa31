"""Opening a vopt: whose clock it lives by, and where everything it keeps lies."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.desk.conftest import START
from tests.servers import RunningSimulator
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import DataFolderUnusable
from vopt_lib.schema.clock import SystemClock


def test_a_running_simulator_gives_its_time(desk: Desk, market: RunningSimulator) -> None:
    assert START <= desk.clock.now() < START + timedelta(days=1)
    market.clock.move_to(START + timedelta(days=2))
    assert desk.clock.now() >= START + timedelta(days=2)


def test_the_real_site_is_visited_in_real_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOPT_VINTED_WWW", raising=False)
    desk = open_desk(data=tmp_path)
    assert isinstance(desk.clock, SystemClock)
    assert desk.clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    "answer", [b"", b"not HTTP at all\n", b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno"]
)
def test_anything_else_on_that_port_leaves_the_machines_time(tmp_path: Path, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_answer_all, args=(listening, answer), daemon=True).start()
        port = listening.getsockname()[1]
        where = {"vinted_www": f"http://localhost:{port}", "vinted_api": f"http://localhost:{port}"}
        desk = open_desk(data=tmp_path, **where)
        assert abs(desk.clock.now() - SystemClock().now()) < timedelta(minutes=1)


def _answer_all(listening: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(answer)


def test_a_given_clock_is_taken(tmp_path: Path) -> None:
    class Stopped:
        def now(self) -> datetime:
            return START

        def sleep(self, seconds: float) -> None:
            raise AssertionError("nobody waits here")

    assert open_desk(data=tmp_path, clock=Stopped()).clock.now() == START


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderUnusable) as refused:
        open_desk(data=tmp_path / "file")
    assert refused.value.facts == {"folder": str(tmp_path / "file"), "why": "it is not a folder"}


def test_two_instances_never_meet(tmp_path: Path) -> None:
    one, other = open_desk(data=tmp_path / "one"), open_desk(data=tmp_path / "other")
    places = [
        {desk.paths.state, desk.paths.published, desk.paths.warehouse, Path(desk.paths.lake_root)}
        for desk in (one, other)
    ]
    assert not places[0] & places[1]
    assert all(path.is_relative_to(tmp_path / "one") for path in places[0])
