"""This is where it is said which programs `vopt up` keeps running, and how each is started."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from vopt_lib.desk.computer import Computer, this_computer
from vopt_lib.desk.environment import FLOW_ENVIRONMENT, child_environment, settings_environment
from vopt_lib.desk.guarded import Launch
from vopt_lib.desk.ports import free_port, pages_port
from vopt_lib.desk.services import prefect_command, prefect_environment
from vopt_lib.desk.supervised import Program
from vopt_lib.files import kept_key
from vopt_lib.paths import Paths
from vopt_lib.schema.serving import Serving
from vopt_lib.settings import Settings

ADDRESS, EVERYWHERE = "127.0.0.1", "0.0.0.0"

GRACE_S = 20.0
"""So long may a flow under way go on when everything ends; killed after it, it goes on from there at its next time."""

END_WITHIN_S = 4.0  # together with the worker's, below the 30 s that launchd and systemd give
WELCOME_WITHIN_S = 120.0
FEWEST_RUNS, MOST_RUNS = 2, 8


def programs(settings: Settings, paths: Paths) -> tuple[Program, ...]:
    """The pages, the Prefect server and its worker, in the order of their start, with the ports that they get.

    Raises: ServiceError, when no port is free; PortTaken; OSError, when the key of the Prefect server cannot be kept.
    """
    pages, prefect, worker = pages_port(settings), free_port(settings.prefect_port), free_port(0)
    return (
        Program("pages", partial(_pages, settings, pages), pages, end_within_s=END_WITHIN_S),
        Program(
            "prefect",
            partial(_prefect, settings, paths, prefect),
            prefect,
            lets_first="pages",
            end_within_s=END_WITHIN_S,
        ),
        Program(
            "worker",
            partial(_worker, settings, paths, prefect, at=worker),
            worker,
            needs="prefect",
            end_within_s=GRACE_S + 1,
        ),
    )


def pages_address(settings: Settings, port: int) -> str:
    """Where the pages on this port are reached from this computer."""
    host = settings.pages_host
    return f"http://{ADDRESS if host == EVERYWHERE else host}:{port}"


def prefect_auth(paths: Paths) -> str:
    """Name and password, with a colon between, that open the Prefect server: the same after each start."""
    try:
        key = kept_key(paths.prefect_key)
    except ValueError:  # damaged: nothing was signed with it, so a new one is as good
        paths.prefect_key.unlink(missing_ok=True)
        key = kept_key(paths.prefect_key)
    return "admin:" + base64.urlsafe_b64encode(key[:15]).decode()


def serving(settings: Settings, address: str) -> Serving | None:
    """Who gets to the pages at this address; None: it cannot be known now."""
    paths = Paths.of(settings)
    try:
        asked = subprocess.run(
            [sys.executable, "-m", "vopt_lib.desk.welcome", address],
            env=child_environment(paths, _settings_of_children(settings)),
            cwd=paths.homes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=WELCOME_WITHIN_S,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return Serving(**json.loads(asked.stdout)) if asked.returncode == 0 else None


def runs_at_once(computer: Computer) -> int:
    """How many flows its worker runs side by side; on a small one, a long one and a short one."""
    return FEWEST_RUNS if computer.is_small else min(computer.cores // 2, MOST_RUNS)


def _pages(settings: Settings, port: int) -> Launch:
    command = [sys.executable, "-m", "vopt_lib.server", "--port", str(port)]
    # Where they listen stays as it was at the start, whatever the file says by now: there they are asked how they are.
    environment = _settings_of_children(settings) | {"VOPT_PAGES_HOST": settings.pages_host}
    return Launch(command, environment, f"{pages_address(settings, port)}/health")


def _prefect(settings: Settings, paths: Paths, port: int) -> Launch:
    environment = prefect_environment(paths, port, prefect_auth(paths))
    (paths.homes / "prefect").mkdir(parents=True, exist_ok=True)
    if settings.prefect_database_url is not None:
        environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = _asynchronous(
            settings.prefect_database_url.get_secret_value()
        )
    return Launch(prefect_command(port), environment, f"http://{ADDRESS}:{port}/api/health")


def _asynchronous(address: str) -> str:
    """The same database for Prefect, which speaks to PostgreSQL through asyncpg alone."""
    scheme, separator, rest = address.partition("://")
    is_postgresql = scheme.partition("+")[0] in ("postgresql", "postgres")
    return f"postgresql+asyncpg{separator}{rest}" if is_postgresql else address


def _worker(settings: Settings, paths: Paths, prefect_port: int, *, at: int) -> Launch:
    limit = runs_at_once(this_computer())
    own = {
        "PREFECT_API_URL": f"http://{ADDRESS}:{prefect_port}/api",
        "PREFECT_API_AUTH_STRING": prefect_auth(paths),
        "PREFECT_WORKER_WEBSERVER_HOST": ADDRESS,
        "PREFECT_WORKER_WEBSERVER_PORT": str(at),
        # Flow runs are started as `python`: ours, whatever the person's shell calls so.
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
    }
    environment = _settings_of_children(settings) | FLOW_ENVIRONMENT | own
    command = [sys.executable, "-m", "flows.worker", "--limit", str(limit)]
    return Launch(command, environment, f"http://{ADDRESS}:{at}/health", grace_s=GRACE_S)


def _settings_of_children(settings: Settings) -> dict[str, str]:
    made = settings_environment(settings)
    made.pop("VOPT_PREFECT_DATABASE_URL", None)  # nobody's business but the Prefect server's
    return made
