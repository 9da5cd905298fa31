"""This is where the programs beside vopt are started and stopped: the simulator, the Prefect server, the flows."""

from __future__ import annotations

import secrets
import select
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

from vopt_lib.desk.environment import child_environment, settings_environment
from vopt_lib.desk.guard import status_of
from vopt_lib.errors import ServiceError
from vopt_lib.paths import Paths
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.instance import Desk

HISTORY_KEPT = timedelta(days=30)
"""How long Prefect remembers runs: some 450 a day, 20 kB each with their logs."""

READY_WITHIN_S = 90.0  # a Prefect server takes 10 s on two quiet cores, and several times that on a busy old machine


@dataclass
class Service:
    """A guarded program under way, the file it logs to, and the port where it answers (0: nowhere)."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    def ensure_alive(self) -> None:
        """Raises: ServiceError, when it has ended."""
        if (status := self.process.poll()) is not None:
            was_killed = status_of(status) < 0
            why = N_("it was ended from outside") if was_killed else N_("it ended by itself with status {status:d}")
            raise ServiceError(service=self.name, why=why, status=status, log=str(self.log))

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

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
    # Not the person's folder: Prefect obeys any .env, prefect.toml and pyproject.toml where it is started.
    for folder in (paths.logs, paths.homes):
        folder.mkdir(parents=True, exist_ok=True)
    log = paths.logs / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "vopt_lib.desk.guard", *command],
            stdin=subprocess.PIPE,
            stdout=output if stdout is None else stdout,
            stderr=output,
            env=child_environment(paths, environment),
            cwd=paths.homes,
            start_new_session=True,  # Ctrl-C in the terminal reaches vopt alone, which then stops them in order
        )
    service = Service(name, process, log)
    try:
        yield service
    finally:
        service.stop()


@dataclass(frozen=True)
class PrefectServer:
    """A Prefect server of our own, and the word that opens it."""

    service: Service
    auth: str

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.service.port}"

    @property
    def client_environment(self) -> dict[str, str]:
        """What a flows process needs to talk to this server and to no other."""
        return {"PREFECT_API_URL": f"{self.url}/api", "PREFECT_API_AUTH_STRING": self.auth}


@contextmanager
def prefect_server(paths: Paths, port: int) -> Iterator[PrefectServer]:
    """A Prefect server on loopback with a password, its own origin only, and its database below VOPT_DATA.

    Raises: ServiceError, when it is not ready in time.
    """
    url, auth = f"http://127.0.0.1:{port}", f"admin:{secrets.token_urlsafe(12)}"
    environment = prefect_environment(paths, port, auth)
    (paths.homes / "prefect").mkdir(parents=True, exist_ok=True)
    with running_service("prefect", prefect_command(port), paths, environment) as service:
        _wait_until(lambda: answers(f"{url}/api/health"), service)
        service.port = port
        yield PrefectServer(service, auth)


def prefect_command(port: int) -> list[str]:
    """How a Prefect server is started."""
    return [sys.executable, "-m", "flows.server", "--host", "127.0.0.1", "--port", str(port)]


def prefect_environment(paths: Paths, port: int, auth: str) -> dict[str, str]:
    """What makes a Prefect server one of our own: its word, its own origin only, nothing asked elsewhere."""
    url = f"http://127.0.0.1:{port}"
    return {
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": url,
        "PREFECT_SERVER_UI_API_URL": f"{url}/api",
        # The second generation of its pages asks amplitude.com for settings, analytics or not.
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(paths.homes / "prefect-ui"),
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        # Its own service removes old runs with their logs, artifacts and task runs every hour; off unless asked for.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs,events,orphans",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(int(HISTORY_KEPT.total_seconds())),
    }


@contextmanager
def simulator(paths: Paths, options: Sequence[str], *, within_s: float = READY_WITHIN_S) -> Iterator[Service]:
    """A local Vinted in a process of its own. Raises: ServiceError, when it is not ready in time."""
    command = [sys.executable, "-m", "vopt_lib.simulator", *options]
    with running_service("simulator", command, paths, {}, stdout=subprocess.PIPE) as service:
        service.port = announced_port(service, within_s)
        yield service


@contextmanager
def pages_server(paths: Paths, port: int, environment: Mapping[str, str] = MappingProxyType({})) -> Iterator[Service]:
    """The pages of this vopt, on loopback. Raises: ServiceError, when they are not ready in time."""
    command = [sys.executable, "-m", "vopt_lib.server", "--port", str(port)]
    with running_service("pages", command, paths, environment, stdout=subprocess.PIPE) as service:
        service.port = announced_port(service)
        yield service


def run_simulator(options: Sequence[str]) -> int:
    """A local Vinted in the foreground, until Ctrl-C; returns its exit status."""
    command = [sys.executable, "-m", "vopt_lib.simulator", "--die-with-parent", *options]
    return subprocess.run(command, check=False).returncode


def run_publishing(desk: Desk, options: Sequence[str]) -> int:
    """Write pages as files, in a process of its own (`vopt_lib.server.publishing`), which tells how it went; returns
    its exit status.
    """
    environment = child_environment(desk.paths, settings_environment(desk.settings))
    command = [sys.executable, "-P", "-m", "vopt_lib.server.publishing", *options]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def announced_port(service: Service, within_s: float = READY_WITHIN_S) -> int:
    """The port that a program announces on its first line. Raises: ServiceError, when it ends or takes too long."""
    import orjson

    is_readable, _, _ = select.select([_output(service.process)], [], [], within_s)
    if not is_readable:
        raise ServiceError(service=service.name, why=N_("it was not ready in time"), log=str(service.log))
    line = service.next_line()
    if not line:
        service.process.wait()
        service.ensure_alive()
    return int(orjson.loads(line)["port"])


def opened(asked: str | urllib.request.Request, *, timeout_s: float) -> HTTPResponse:
    """The answer of a server on this machine, which no proxy is asked for."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer: HTTPResponse = opener.open(asked, timeout=timeout_s)
    return answer


def _wait_until(ready: Callable[[], bool], service: Service) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not ready():
        service.ensure_alive()
        if time.monotonic() > deadline:
            raise ServiceError(service=service.name, why=N_("it was not ready in time"), log=str(service.log))
        time.sleep(0.1)


def answers(url: str, *, timeout_s: float = 5) -> bool:
    """Whether a server on this machine answers there, and not with a failure of its own."""
    try:
        with opened(url, timeout_s=timeout_s):
            return True
    except urllib.error.HTTPError as error:
        with error:
            return error.code < 500
    except (OSError, HTTPException):
        return False


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout
