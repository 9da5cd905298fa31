"""This is where the desk's tests get a small running market and a fresh vopt that follows it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

from tests.servers import RunningSimulator, running_simulator
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.publish import publish_day, refine_day
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


@pytest.fixture(scope="session")
def _lived(_small_market: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, bool], Path]:
    """VOPT_DATA after so many good days, made once."""

    @cache
    def made(days: int, is_published: bool) -> Path:
        data = tmp_path_factory.mktemp("lived") / "data"
        desk = open_desk(data=data, vinted_www=_small_market.www, vinted_api=_small_market.api)
        _small_market.switch_off()
        for day in range(days):
            _small_market.clock.move_to(START + timedelta(days=day))
            assert collect(desk, BAGS).outcome == "done"
            refine_day(desk)
        assert not is_published or publish_day(desk).outcome == "done"
        return data

    return made


@pytest.fixture
def live(desk: Desk, on_day: Callable[[int], None], _lived: Callable[[int, bool], Path]) -> Callable[..., None]:
    """Lets the vopt have collected and refined bags on so many days, and published the last of them: live(2).

    It is that last day then.
    """

    def days(count: int, *, is_published: bool = False) -> None:
        shutil.copytree(_lived(count, is_published), desk.paths.data, symlinks=True, dirs_exist_ok=True)
        on_day(count - 1)

    return days


def host_lock(desk: Desk) -> AbstractContextManager[object]:
    """Whoever holds it lets every request wait."""
    folder = desk.paths.host_state(desk.site("it").host)
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "host.lock")
