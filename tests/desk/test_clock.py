"""A desk outlives the simulator whose time it lives by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.servers import SMALL_SIMULATOR, running_simulator
from tests.simulator.small_market import START
from vopt_lib.desk.clock import MarketClock

LATER = datetime(2027, 1, 1, tzinfo=UTC)


class Noted:
    """A clock that stands still and remembers what it was asked to wait."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def now(self) -> datetime:
        return LATER

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


def test_a_clock_goes_on_with_the_machines_when_the_simulator_has_ended_and_comes_back_with_it() -> None:
    noted = Noted()
    with running_simulator(program=SMALL_SIMULATOR) as market:
        clock = MarketClock(market.www, noted)
        clock.sleep(60)
        assert clock.now() == START + timedelta(minutes=1)
    assert clock.now() == LATER
    clock.sleep(5)
    assert noted.waited == [5]
    with running_simulator(program=SMALL_SIMULATOR, arguments=("--port", str(market.port))):
        assert clock.now() == START
