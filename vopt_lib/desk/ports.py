"""This is where vopt's programs find each other: the port of each, noted while it runs, and ports that are free."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from vopt_lib.errors import FileDamaged, PortTaken, ServiceError
from vopt_lib.files import read_json, write_json
from vopt_lib.paths import Paths
from vopt_lib.settings import Settings
from vopt_lib.words import N_


def ports_of(paths: Paths) -> dict[str, int]:
    """{program: port} of what runs ("pages", "prefect", "worker"), or was killed; nothing where it cannot be read."""
    try:
        noted = read_json(paths.ports) or {}
    except (FileDamaged, OSError):
        return {}
    return {name: port for name, port in noted.items() if isinstance(port, int)}


@contextmanager
def noted_ports(paths: Paths, ports: Mapping[str, int]) -> Iterator[None]:
    """Tell other programs, in ports.json, where these are while the block runs. A disk that is full stops nothing."""
    _write(paths, {**ports_of(paths), **ports})
    try:
        yield
    finally:
        _write(paths, {name: port for name, port in ports_of(paths).items() if name not in ports})


def _write(paths: Paths, ports: Mapping[str, int]) -> None:
    with suppress(OSError):
        write_json(paths.ports, ports)


def pages_port(settings: Settings, asked: int | None = None) -> int:
    """The port for the pages: the one that is asked for, else that of the settings or the next free one; but no other
    where a tunnel or other devices know it already.

    Raises: PortTaken.
    """
    wanted = settings.pages_port if asked is None else asked
    chosen = free_port(wanted)
    if wanted in (0, chosen) or (asked is None and not _is_known_elsewhere(settings)):
        return chosen
    raise PortTaken(port=wanted, setting="VOPT_PAGES_PORT" if asked is None else "--port")


def _is_known_elsewhere(settings: Settings) -> bool:
    return settings.public_address is not None or settings.pages_host != "127.0.0.1"


def free_port(wanted: int) -> int:
    """The wanted loopback port when it is free, else the next free one (any free one for 0)."""
    for port in (*range(wanted, min(wanted + 50, 65536)), 0) if wanted else (0,):
        with socket.socket() as probe, suppress(OSError):
            if port and is_listening(port):
                continue
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ServiceError(service="vopt", why=N_("no port is free"), log="")


def is_listening(port: int) -> bool:
    """Whether a program answers at this port of the computer."""
    # macOS lets a loopback address be bound beside a program that listens on all addresses.
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
