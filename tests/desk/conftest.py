"""This is where the desk's tests get a small running market and a fresh vopt that follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from tests.servers import RunningSimulator, running_simulator
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term

START = datetime(2026, 11, 1, 7, tzinfo=UTC)
BAGS = Follow("borse", "Borse", CatalogueQuery("it", Term(19, "Donna > Borse")), START)


@pytest.fixture(scope="session")
def _small_market() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START.isoformat(), days=12, scale=0.3) as running:
        yield running


@pytest.fixture
def market(_small_market: RunningSimulator) -> RunningSimulator:
    """A running market of some hundred bags, at its start and without faults."""
    _small_market.switch_off()
    _small_market.clock.move_to(START)
    return _small_market


@pytest.fixture
def desk(market: RunningSimulator, tmp_path: Path) -> Desk:
    """A fresh vopt that knows only this market."""
    return open_desk(data=tmp_path / "data", vinted_www=market.www, vinted_api=market.api)


@pytest.fixture
def on_day(market: RunningSimulator) -> Callable[[int], None]:
    """Moves the market's clock to so many days after its start."""
    return lambda days: market.clock.move_to(START + timedelta(days=days))


def host_lock(desk: Desk) -> AbstractContextManager[object]:
    """Whoever holds it lets every request wait."""
    folder = desk.paths.host_state(desk.site("it").host)
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "host.lock")
