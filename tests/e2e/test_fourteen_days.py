"""Virtual days under a real `vopt up`, with faults: what could be seen was seen once, and every gap has its reason.

These are the days of `SHORT`; `python -m tests.e2e.fourteen_days` lives through all fourteen.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.fourteen_days import DAYS, SCALE, SEED, SHORT, START, Play, live_through, playing
from tests.e2e.fourteen_days_held import (
    hold_alerts,
    hold_ends,
    hold_lake,
    hold_prefect,
    hold_quality,
    hold_sightings,
)
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.market import StockedMarket

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """The days, lived through; `vopt up` still runs."""
    with playing(tmp_path_factory.mktemp("fourteen") / "data") as play:
        live_through(play, SHORT)
        yield play


@pytest.fixture(scope="module")
def truth() -> StockedMarket:
    """The market as it really was."""
    return generate(SEED, START, DAYS, scale=SCALE)


def test_a_search_that_was_whole_showed_all_that_was_on_sale_and_nothing_else(play: Play, truth: StockedMarket) -> None:
    hold_sightings(play, truth)


def test_nothing_is_gone_because_of_a_gap(play: Play, truth: StockedMarket) -> None:
    hold_ends(play, truth)


def test_nothing_is_there_twice_and_what_is_published_agrees(play: Play) -> None:
    hold_lake(play)


def test_every_gap_is_explained_on_data_quality_and_there_is_none_where_data_could_be_had(play: Play) -> None:
    hold_quality(play, SHORT)


def test_what_lasted_was_told_by_an_alert_and_is_over(play: Play) -> None:
    hold_alerts(play, SHORT)


def test_no_run_is_believed_to_be_under_way(play: Play) -> None:
    hold_prefect(play)
