from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from vopt_lib.settings import Settings
from vopt_lib.sources.vinted.pacing import Pace, Pacing

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_the_polite_pacing_is_what_the_settings_say(tmp_path):
    polite = Pacing.polite(Settings(data=tmp_path))
    assert (polite.pause_min_s, polite.pause_max_s) == (10, 20)
    assert (polite.requests_per_hour, polite.item_pages_per_hour, polite.requests_per_run) == (80, 15, 400)


def test_a_shortest_pause_above_the_longest_wins(tmp_path):
    polite = Pacing.polite(Settings(data=tmp_path, pause_min_s=40))
    assert (polite.pause_min_s, polite.pause_max_s) == (40, 40)


def test_a_real_host_gets_at_least_the_slowest_decent_pace():
    forced = Pacing.none().for_real_host()
    assert (forced.pause_min_s, forced.pause_max_s, forced.backoff_s) == (3, 3, 3)
    assert (forced.requests_per_hour, forced.item_pages_per_hour, forced.requests_per_run) == (100, 20, 5000)


def test_a_slower_pacing_is_left_as_it_is(tmp_path):
    slow = Pacing(60, 90, requests_per_hour=10, item_pages_per_hour=0, requests_per_run=20)
    assert slow.for_real_host() == slow


def test_backing_off_doubles_with_jitter():
    pacing, random_ = (
        Pacing(10, 20, requests_per_hour=80, item_pages_per_hour=15, requests_per_run=400),
        random.Random(1),
    )
    for attempt, (shortest, longest) in enumerate([(15, 45), (30, 90), (60, 180)]):
        waits = {pacing.backoff(attempt, random_) for _ in range(50)}
        assert min(waits) >= shortest
        assert max(waits) <= longest
        assert len(waits) > 40


@pytest.fixture
def pace(tmp_path):
    return Pace(
        tmp_path, Pacing(10, 10, requests_per_hour=80, item_pages_per_hour=15, requests_per_run=400), random.Random(0)
    )


def test_the_first_request_need_not_wait(pace):
    assert pace.seconds_to_wait(NOW) == 0


@pytest.mark.parametrize(("after", "wait"), [(0, 10), (4, 6), (10, 0), (600, 0), (-3600, 10)])
def test_a_pause_is_counted_from_the_last_answer(pace, after, wait):
    pace.note(NOW)
    assert pace.seconds_to_wait(NOW + timedelta(seconds=after)) == wait


def test_what_the_site_asked_for_counts_beside_the_pause(pace):
    pace.ask_not_before(NOW + timedelta(seconds=60))
    pace.note(NOW)
    assert pace.seconds_to_wait(NOW) == 60
    assert pace.seconds_to_wait(NOW + timedelta(seconds=55)) == 5
