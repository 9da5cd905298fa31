"""This is where tests start real servers of vopt, simulator and pages, and make sure that they are gone afterwards."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from vopt_lib.simulator.clock import SimulatorClock

REPOSITORY = Path(__file__).parent.parent
SIMULATOR = ("-m", "vopt_lib.simulator")
SMALL_SIMULATOR = (str(Path(__file__).parent / "simulator" / "small_simulator.py"),)
"""A simulator whose market is the dozen hand-written listings of tests/simulator/small_market.py."""
PAGES_SERVER = ("-m", "vopt_lib.server")
READY_WITHIN_S = 60
GONE_WITHIN_S = 10


@dataclass(frozen=True)
class HttpAnswer:
    """What came back, headers with lower-case names; repeated Set-Cookie values are kept apart."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class RunningSimulator:
    """A simulator process that answers."""

    port: int
    pid: int
    clock: SimulatorClock

    @property
    def www(self) -> str:
        """Address of the site's pages."""
        return f"http://www.vinted.localhost:{self.port}"

    @property
    def api(self) -> str:
        """Address of the web API."""
        return f"http://api.vinted.localhost:{self.port}"

    def ask(
        self,
        target: str,
        *,
        host: str = "www.vinted.localhost",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpAnswer:
        """One plain HTTP request, with no cookie jar, no redirects followed and no retries."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, target, body, {"Host": f"{host}:{self.port}", **(headers or {})})
            return _answer(connection.getresponse())
        finally:
            connection.close()

    def guest(self, **headers: str) -> dict[str, str]:
        """Headers of a guest whose session is open, who wants Italian labels; `X_Anon_Id="…"` adds a header."""
        answer = self.ask("/")
        if answer.status >= 300:
            answer = self.ask(answer.headers["location"])
        tokens = [cookie.partition(";")[0] for cookie in answer.cookies if cookie.startswith("access_token_web=ey")]
        return {
            "Cookie": tokens[0],
            "Locale": "it-IT",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }

    def search(self, query: str = "", **headers: str) -> HttpAnswer:
        """Today's search by a new guest, for instance `search("page=2&order=newest_first")`."""
        return self.ask(f"/svc-catalogue/items?{query}", host="api.vinted.localhost", headers=self.guest(**headers))

    def switch_on(self, fault: str) -> None:
        """Let a fault act, written NAME[:TIMES][@PLACE]."""
        answer = self.ask("/__faults__", method="POST", body=json.dumps({"name": fault}).encode())
        assert answer.status == 200, answer.body

    def switch_off(self) -> None:
        """End all faults."""
        self.ask("/__faults__", method="DELETE")

    def requests(self) -> list[dict[str, Any]]:
        """What the site was asked since it started or was told to forget, oldest first."""
        asked: list[dict[str, Any]] = self.ask("/__requests__").json["requests"]
        return asked

    def forget_requests(self) -> None:
        """Begin a new list of requests."""
        self.ask("/__requests__", method="DELETE")


@dataclass(frozen=True)
class RunningPages:
    """A process that serves the pages."""

    port: int
    pid: int

    @property
    def host(self) -> str:
        """What browsers send as its Host."""
        return f"127.0.0.1:{self.port}"

    def ask(
        self, target: str, *, method: str = "GET", headers: Iterable[tuple[str, str]] = (), body: bytes | None = None
    ) -> HttpAnswer:
        """One plain HTTP request, with just these headers and a Host, unless they bring one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = [*headers, *([("Content-Length", str(len(body)))] if body is not None else [])]
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in (
                given if any(name.lower() == "host" for name, _ in given) else [("Host", self.host), *given]
            ):
                connection.putheader(name, value)
            connection.endheaders(body)
            return _answer(connection.getresponse())
        finally:
            connection.close()

    def say(self, request: bytes) -> bytes:
        """What comes back for these bytes, until the server closes; what it cuts off may be lost."""
        said = []
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection, suppress(ConnectionError):
            connection.sendall(request)
            said.extend(iter(lambda: connection.recv(65536), b""))
        return b"".join(said)


@contextmanager
def running_simulator(
    *, program: Sequence[str] = SIMULATOR, arguments: Sequence[str] = (), **options: object
) -> Iterator[RunningSimulator]:
    """A simulator in a process of its own, on any free port; proves that the process is gone at the end.

    Options are its command line: `seed=7` is `--seed 7`, `ticking=True` is `--ticking`, `fault=["a", "b"]` is
    `--fault a --fault b`.
    """
    command = [*program, "--port", "0", "--die-with-parent", *_flags(options), *arguments]
    with running(command, os.environ) as ready:
        yield RunningSimulator(ready["port"], ready["pid"], SimulatorClock(f"http://127.0.0.1:{ready['port']}"))


@contextmanager
def running_pages(
    data: Path, *, program: Sequence[str] = PAGES_SERVER, port: int = 0, ends_with: int = -signal.SIGTERM
) -> Iterator[RunningPages]:
    """The pages of the vopt in this folder, in a process of its own; proves that it is gone at the end."""
    environ = os.environ | {"VOPT_DATA": str(data), "XDG_CONFIG_HOME": str(data), "PYTHONPATH": str(REPOSITORY)}
    with running([*program, "--port", str(port)], environ, ends_with=ends_with) as ready:
        yield RunningPages(ready["port"], ready["pid"])


@contextmanager
def running(command: Sequence[str], environ: Mapping[str, str], *, ends_with: int = 0) -> Iterator[dict[str, Any]]:
    """A server of ours, from the line that says it is ready until it has ended at our word."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=said, env=environ
        )
        try:
            yield _ready_line(process, said)
        finally:
            status = _stop(process)
            assert not is_alive(process.pid), f"{command} is still running"
        assert status == ends_with, f"{command} ended with {status}: {_text(said)}"


def is_alive(pid: int) -> bool:
    """Whether a process of this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _answer(response: http.client.HTTPResponse) -> HttpAnswer:
    cookies = tuple(response.headers.get_all("set-cookie") or ())
    plain = {name.lower(): value for name, value in response.headers.items()}
    return HttpAnswer(response.status, plain, cookies, response.read())


def _flags(options: Mapping[str, object]) -> list[str]:
    flags: list[str] = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            flags.append(flag)
        elif isinstance(value, list | tuple):
            flags += [part for one in value for part in (flag, str(one))]
        elif value is not None and value is not False:
            flags += [flag, str(value)]
    return flags


def _ready_line(process: subprocess.Popen[bytes], said: IO[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    is_readable, _, _ = select.select([process.stdout], [], [], READY_WITHIN_S)
    line = process.stdout.readline() if is_readable else b""
    assert line, f"{process.args!r} did not start: {_text(said)}"
    ready: dict[str, Any] = json.loads(line)
    return ready


def _text(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode()[-3000:]


def _stop(process: subprocess.Popen[bytes]) -> int:
    process.terminate()
    try:
        process.communicate(timeout=GONE_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode
