"""This is where the flows' tests get a Prefect server of their own and a vopt that follows a small market."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.conftest import BAGS, START, _small_market, market
from tests.servers import RunningSimulator
from vopt_lib.desk.environment import FOREIGN
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk

__all__ = ["START", "_small_market", "market"]


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A temporary Prefect server, with its home out of the person's sight."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(FOREIGN)]:
            patch.delenv(name)
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.setenv("PREFECT_LOGGING_LEVEL", "ERROR")
        patch.setenv("DO_NOT_TRACK", "1")
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=90):
            yield


@pytest.fixture
def desk(prefect: None, market: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The instance that the flows open: it follows bags."""
    monkeypatch.setenv("VOPT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VOPT_VINTED_WWW", market.www)
    monkeypatch.setenv("VOPT_VINTED_API", market.api)
    opened = open_desk()
    add_follow(opened, BAGS.query, "Borse")
    return opened
