from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vopt_lib.errors import CollectingPaused, StateDamaged
from vopt_lib.sources.vinted.breaker import Breaker, Rest

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_breaker_that_was_never_opened_lets_pass(tmp_path):
    Breaker(tmp_path).require_closed("www.vinted.it", NOW)
    assert Breaker(tmp_path).rest(NOW) is None


def test_the_first_rest_lasts_6_hours_across_restarts(tmp_path):
    assert Breaker(tmp_path).open("DataDome", NOW) == NOW + 6 * HOUR
    assert Breaker(tmp_path).rest(NOW + 5.9 * HOUR) == Rest(NOW + 6 * HOUR, "DataDome")
    with pytest.raises(CollectingPaused, match="DataDome"):
        Breaker(tmp_path).require_closed("www.vinted.it", NOW + 5.9 * HOUR)
    Breaker(tmp_path).require_closed("www.vinted.it", NOW + 6 * HOUR)


def test_each_further_rest_within_a_week_lasts_24_hours(tmp_path):
    breaker = Breaker(tmp_path)
    breaker.open("DataDome", NOW)
    assert breaker.open("DataDome", NOW + 7 * HOUR) == NOW + 31 * HOUR
    assert breaker.open("DataDome", NOW + 32 * HOUR) == NOW + 56 * HOUR


def test_a_success_closes_it_and_does_not_make_the_next_rest_short(tmp_path):
    breaker = Breaker(tmp_path)
    breaker.open("DataDome", NOW)
    breaker.succeeded()
    assert breaker.rest(NOW + HOUR) is None
    assert breaker.open("DataDome", NOW + 7 * HOUR) == NOW + 31 * HOUR


def test_after_a_week_the_next_rest_is_a_first_one_again(tmp_path):
    breaker = Breaker(tmp_path)
    breaker.open("DataDome", NOW)
    breaker.succeeded()
    later = NOW + timedelta(days=7)
    assert breaker.open("DataDome", later) == later + 6 * HOUR


@pytest.mark.parametrize(("after", "is_second"), [(timedelta(minutes=59), True), (HOUR, False)])
def test_two_refusals_within_an_hour_are_one_too_many(tmp_path, after, is_second):
    assert Breaker(tmp_path).refused(NOW) is False
    assert Breaker(tmp_path).refused(NOW + after) is is_second


def test_a_damaged_memory_is_an_error_and_not_a_closed_breaker(tmp_path):
    Breaker(tmp_path).open("DataDome", NOW)
    (tmp_path / "breaker.json").write_text('{"until": "2026')
    with pytest.raises(StateDamaged, match=r"breaker\.json"):
        Breaker(tmp_path).require_closed("www.vinted.it", NOW)
