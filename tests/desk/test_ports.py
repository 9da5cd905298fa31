"""Each program has a port of its own, and others know it while it runs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from vopt_lib.desk.ports import free_port, noted_ports, pages_port, ports_of
from vopt_lib.errors import PortTaken
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.of(load_settings(data=tmp_path))


def test_others_know_a_port_as_long_as_its_program_runs(paths: Paths) -> None:
    with noted_ports(paths, {"pages": 8420, "prefect": 4200}), noted_ports(paths, {"simulator": 8421}):
        assert ports_of(paths) == {"pages": 8420, "prefect": 4200, "simulator": 8421}
    assert ports_of(paths) == {}


def test_a_file_of_ports_that_is_damaged_is_written_anew(paths: Paths) -> None:
    paths.state.mkdir(parents=True)
    paths.ports.write_text("{", encoding="utf-8")
    assert ports_of(paths) == {}
    with noted_ports(paths, {"pages": 8420}):
        assert ports_of(paths) == {"pages": 8420}


def test_a_taken_port_gives_the_next_free_one(taken: int) -> None:
    assert free_port(taken) != taken


def test_the_next_free_port_serves_pages_that_only_this_computer_knows(taken: int) -> None:
    assert pages_port(load_settings(pages_port=taken)) != taken


@pytest.mark.parametrize("known", [{"public_address": "https://vopt.example.org"}, {"pages_host": "0.0.0.0"}])
def test_pages_that_are_known_elsewhere_have_their_port_or_none(taken: int, known: dict[str, str]) -> None:
    with pytest.raises(PortTaken, match="VOPT_PAGES_PORT"):
        pages_port(load_settings(pages_port=taken, **known))


def test_the_port_that_is_asked_for_is_taken_or_none(taken: int) -> None:
    with pytest.raises(PortTaken, match="--port"):
        pages_port(load_settings(), taken)
    assert pages_port(load_settings(), 0)
