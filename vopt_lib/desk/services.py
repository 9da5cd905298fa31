"""This is where the programs beside vopt are started and stopped: the simulator, the Prefect server, the flows."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vopt_lib.desk.environment import child_environment
from vopt_lib.errors import ServiceError
from vopt_lib.paths import Paths, checkout
from vopt_lib.words import N_

READY_WITHIN_S = 90.0  # a Prefect server takes 10 s on two quiet cores, and several times that on a busy old machine


@dataclass
class Service:
    """A guarded program under way, and the file it logs to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def ensure_alive(self) -> None:
        """Raises: ServiceError, when it has ended."""
        if (status := self.process.poll()) is not None:
            raise ServiceError(service=self.name, why=f"exit status {status}", log=str(self.log))

    def next_line(self) -> bytes:
        """The next line it prints; empty when it has ended."""
        return _output(self.process).readline()

    def wait(self) -> None:
        """Return when it has ended well. Raises: ServiceError, when it failed."""
        if self.process.wait() != 0:
            self.ensure_alive()

    def stop(self, within_s: float = 20.0) -> None:
        """End it and everything it started. Closing its standard input is the signal; see guard."""
        with suppress(OSError):
            _input(self.process).close()
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_service(
    name: str, command: Sequence[str], paths: Paths, environment: Mapping[str, str], *, stdout: int | None = None
) -> Iterator[Service]:
    """A guarded program, from its start to the end of the block; its output goes to VOPT_DATA/logs/<name>.log."""
    paths.logs.mkdir(parents=True, exist_ok=True)
    log = paths.logs / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "vopt_lib.desk.guard", *command],
            stdin=subprocess.PIPE,
            stdout=output if stdout is None else stdout,
            stderr=output,
            env=child_environment(paths, environment),
            cwd=checkout(),
            start_new_session=True,  # Ctrl-C in the terminal reaches vopt alone, which then stops them in order
        )
    service = Service(name, process, log)
    try:
        yield service
    finally:
        service.stop()


@dataclass(frozen=True)
class PrefectServer:
    """A Prefect server of our own: its address and the word that opens it."""

    url: str
    auth: str

    @property
    def client_environment(self) -> dict[str, str]:
        """What a flows process needs to talk to this server and to no other."""
        return {"PREFECT_API_URL": f"{self.url}/api", "PREFECT_API_AUTH_STRING": self.auth}


@contextmanager
def prefect_server(paths: Paths, port: int) -> Iterator[PrefectServer]:
    """A Prefect server on loopback with a password, its own origin only, and its database below VOPT_DATA.

    Raises: ServiceError, when it is not ready in time.
    """
    server = PrefectServer(f"http://127.0.0.1:{port}", f"admin:{secrets.token_urlsafe(12)}")
    environment = server.client_environment | {
        "PREFECT_SERVER_API_AUTH_STRING": server.auth,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": server.url,
        "PREFECT_SERVER_UI_API_URL": f"{server.url}/api",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }
    (paths.homes / "prefect").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running_service("prefect", command, paths, environment) as service:
        _wait_until(lambda: _answers(f"{server.url}/api/health"), service)
        yield server


@contextmanager
def simulator(paths: Paths, options: Sequence[str]) -> Iterator[int]:
    """A local Vinted in a process of its own; yields its port. Raises: ServiceError."""
    command = [sys.executable, "-m", "vopt_lib.simulator", *options]
    with running_service("simulator", command, paths, {}, stdout=subprocess.PIPE) as service:
        yield _announced_port(service)


def run_simulator(options: Sequence[str]) -> int:
    """A local Vinted in the foreground, until Ctrl-C; returns its exit status."""
    return subprocess.run([sys.executable, "-m", "vopt_lib.simulator", *options], check=False).returncode


def free_port(wanted: int) -> int:
    """The wanted loopback port when it is free, else the next free one (any free one for 0)."""
    for port in (*range(wanted, min(wanted + 50, 65536)), 0) if wanted else (0,):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ServiceError(service="vopt", why=N_("no port is free"), log="")


def _announced_port(service: Service) -> int:
    import orjson

    line = service.next_line()
    if not line:
        service.process.wait()
        service.ensure_alive()
    return int(orjson.loads(line)["port"])


def _wait_until(ready: Callable[[], bool], service: Service) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not ready():
        service.ensure_alive()
        if time.monotonic() > deadline:
            raise ServiceError(service=service.name, why=N_("it was not ready in time"), log=str(service.log))
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout
