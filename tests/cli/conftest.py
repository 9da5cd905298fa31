"""This is where the commands' tests get `vopt`: one command in this process, as a person would type it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import RunningSimulator, running_simulator
from tests.waiting import PATIENT
from vopt_lib.cli.app import main
from vopt_lib.cli.speech import words

START = "2026-11-01T07:00:00+00:00"


@dataclass(frozen=True)
class Told:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it said on standard output, line by line."""
        return self.out.splitlines()


Vopt = Callable[..., Told]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An English terminal of 80 columns and an empty data folder, whatever the shell holds."""
    for name in [name for name in os.environ if name.startswith("VOPT_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "VOPT_DATA": str(tmp_path / "data"),
        "VOPT_LANGUAGE": "en",
        "COLUMNS": "80",
        "TERM": "dumb",
        **PATIENT,
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def vopt(environment: pytest.MonkeyPatch, capfdbinary: Any) -> Iterator[Vopt]:
    """Runs one command: vopt("follow", "list", language="it", answer="y")."""

    def run(*arguments: str, language: str = "en", answer: str = "") -> Told:
        environment.setenv("VOPT_LANGUAGE", language)
        environment.setattr("sys.stdin", io.StringIO(answer))
        words.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capfdbinary.readouterr()
        return Told(int(ended.value.code or 0), out.decode(errors="replace"), err.decode(errors="replace"))

    yield run
    words.cache_clear()


@pytest.fixture(scope="session")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START, days=3, scale=0.2) as running:
        yield running


@pytest.fixture
def market(simulator: RunningSimulator, environment: pytest.MonkeyPatch) -> RunningSimulator:
    """A running market without faults, which `vopt` takes for Vinted."""
    simulator.switch_off()
    environment.setenv("VOPT_VINTED_WWW", simulator.www)
    environment.setenv("VOPT_VINTED_API", simulator.api)
    return simulator
