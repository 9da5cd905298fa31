"""This is where the flows' tests get a vopt that follows a small market."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.conftest import BAGS, START, _small_market, market
from tests.servers import RunningSimulator
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk

__all__ = ["START", "_small_market", "market"]


@pytest.fixture
def desk(prefect: None, market: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The instance that the flows open: it follows bags."""
    monkeypatch.setenv("VOPT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VOPT_VINTED_WWW", market.www)
    monkeypatch.setenv("VOPT_VINTED_API", market.api)
    opened = open_desk()
    add_follow(opened, BAGS.query, "Borse")
    return opened
