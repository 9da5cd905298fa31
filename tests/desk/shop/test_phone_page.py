"""The page for photos from a phone as a process of its own: it tells what arrives, and leaves nothing half done."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.desk.shop.takings import Home, home, write
from tests.server.phones import CLOSING, Open, Phone, form, jpeg
from tests.servers import RunningPages, is_alive
from vopt_lib.commit_points import CommitPoint
from vopt_lib.desk.home_network import is_at_home
from vopt_lib.desk.shop.phone import begin
from vopt_lib.desk.shop.phone_page import OpenPage, open_phone_page
from vopt_lib.errors import NoHomeNetwork, ServiceError
from vopt_lib.schema.phone import MOST_PHOTOS
from vopt_lib.server.phone_serving import listening_at, main

PROGRAM = (str(Path(__file__).parents[2] / "server" / "phone_program.py"),)


@pytest.fixture
def anna(tmp_path: Path) -> Home:
    """Whoever has a dress to sell."""
    at_home = home(tmp_path, phone_port=0)
    write(at_home)
    return at_home


@contextmanager
def open_page(anna: Home) -> Iterator[tuple[OpenPage, Phone]]:
    with open_phone_page(anna.desk, anna.anna, 1, address="127.0.0.1", program=PROGRAM) as opened:
        _, _, host, path = opened.page.address.split("/")
        page = RunningPages(int(host.partition(":")[2]), opened.service.process.pid)
        phone = Phone(page, f"/{path}", threading.current_thread())
        phone.open()
        yield opened, phone


def photos_of(anna: Home) -> Open:
    """What the shop and the disk have now."""
    clock = anna.desk.clock
    return Open(anna, begin(anna.desk, anna.anna, 1, clock=clock), clock)  # type: ignore[arg-type]


def test_it_tells_of_each_photo_and_ends_by_itself(anna: Home) -> None:
    with open_page(anna) as (opened, phone):
        assert (opened.page.title, opened.page.most) == ("Abito Zara nero", MOST_PHOTOS)
        phone.send(jpeg(1))
        phone.send(jpeg(2), b"%PDF-")
        phone.send(body=CLOSING)
        told = list(opened.photos())
        assert opened.service.process.poll() == 0
    assert [photo.number for photo in told] == [1, 2]
    assert "small" in told[0].hints
    assert len(photos_of(anna).photos()) == 2


def test_the_page_is_gone_when_the_block_ends(anna: Home) -> None:
    with open_page(anna) as (_, phone):
        pass
    with pytest.raises(OSError, match="refused"):
        phone.open()


def test_its_secret_word_stands_in_no_log_and_no_list_of_processes(anna: Home) -> None:
    with open_page(anna) as (_, phone):
        assert phone.path[1:] not in " ".join(map(str, phone_command(phone)))
        phone.page.say(b"nonsense " + phone.path.encode() + b"\r\n\r\n")
    assert phone.path[1:] not in (anna.desk.paths.logs / "phone.log").read_text()


def phone_command(phone: Phone) -> list[str]:
    import psutil

    guard = psutil.Process(phone.page.pid)
    return [word for one in (guard, *guard.children(recursive=True)) for word in one.cmdline()]


def server_of(opened: OpenPage) -> int:
    """The process of the server, inside its guard."""
    import psutil

    return int(psutil.Process(opened.service.process.pid).children()[0].pid)


def test_killed_while_a_photo_comes_in_nothing_of_it_stays(anna: Home) -> None:
    with open_page(anna) as (opened, phone):
        before = sorted(anna.desk.paths.state.rglob("*"))
        body = form(jpeg(1) + bytes(5 * 2**20))
        said = (
            f"POST {phone.path} HTTP/1.1\r\nHost: {phone.page.host}\r\nOrigin: http://{phone.page.host}\r\n"
            f"Cookie: {phone.cookie}\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        with socket.create_connection(("127.0.0.1", phone.page.port)) as half_way:
            half_way.sendall(said + body[: 4 * 2**20])
            os.kill(server_of(opened), signal.SIGKILL)
            with suppress(ConnectionError):
                assert half_way.recv(1) == b""
        with pytest.raises(ServiceError):
            list(opened.photos())
        assert sorted(anna.desk.paths.state.rglob("*")) == before
    assert (photos_of(anna).photos(), photos_of(anna).files()) == ([], [])


def test_killed_before_its_row_is_written_a_photo_comes_in_once_when_it_is_sent_again(
    anna: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DIES_AT", CommitPoint.IMPORT_PHOTO_STORED)
    with open_page(anna) as (_, phone), pytest.raises((OSError, HTTPException)):
        phone.send(jpeg(1))
    assert photos_of(anna).photos() == []
    monkeypatch.delenv("TEST_DIES_AT")
    with open_page(anna) as (_, phone):
        assert phone.send(jpeg(1)).status == 200
    after = photos_of(anna)
    assert [file.name for file in after.files()] == after.photos()
    assert (after.files()[0].read_bytes(), len(after.photos())) == (jpeg(1), 1)


def test_it_dies_with_whoever_started_it(anna: Home) -> None:
    with open_page(anna) as (opened, _):
        server = server_of(opened)
        os.kill(opened.service.process.pid, signal.SIGTERM)
        assert opened.service.next_line() == b""
        opened.service.process.wait()
        assert not is_alive(server)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "8.8.8.8", "localhost", "::1", ""])
def test_it_listens_in_a_home_network_only(address: str) -> None:
    assert not is_at_home(address)
    with pytest.raises(NoHomeNetwork):
        listening_at(address, 0)


def test_for_the_whole_world_no_page_is_opened(anna: Home) -> None:
    with pytest.raises(ServiceError), open_phone_page(anna.desk, anna.anna, 1, address="0.0.0.0"):
        pass


def test_it_says_why_it_does_not_start(
    anna: Home, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOPT_DATA", str(anna.desk.paths.data))
    monkeypatch.setenv("VOPT_LANGUAGE", "en")
    assert main(["--listing", "1", "--address", "192.0.2.1"]) == 1
    assert capfd.readouterr().err.startswith("This computer has no address in a home network.")


def test_a_port_that_is_taken_is_passed_over() -> None:
    loopback = {"is_let_in": lambda address: address == "127.0.0.1"}
    with listening_at("127.0.0.1", 0, **loopback) as first:
        port = first.getsockname()[1]
        with listening_at("127.0.0.1", port, **loopback) as second:
            assert second.getsockname()[1] != port
