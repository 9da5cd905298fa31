"""This is where the simulator's own tests get a running simulator with the hand-written market."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from tests.simulator.small_market import START


@pytest.fixture(scope="session")
def _running() -> Iterator[RunningSimulator]:
    with running_simulator(program=SMALL_SIMULATOR, slow_s=0.05) as running:
        yield running


@pytest.fixture
def small_site(_running: RunningSimulator) -> RunningSimulator:
    """The small simulator at its start, without faults."""
    _running.clock.move_to(START)
    _running.switch_off()
    _running.forget_requests()
    return _running


@pytest.fixture(scope="session")
def _running_full() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start=START.isoformat(), days=3) as running:
        yield running


@pytest.fixture
def full_site(_running_full: RunningSimulator) -> RunningSimulator:
    """A simulator with thousands of generated listings at its start, without faults."""
    _running_full.clock.move_to(START)
    _running_full.switch_off()
    _running_full.forget_requests()
    return _running_full
