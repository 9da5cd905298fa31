from datetime import UTC, datetime, timedelta

import pytest

from tests.servers import SMALL_SIMULATOR, running_simulator
from tests.simulator.small_market import START
from vopt_lib.simulator.clock import SimulatorClock, VirtualClock


def test_a_clock_stands_still_until_moved():
    clock = VirtualClock(START)
    assert clock.now() == clock.now() == START
    clock.advance(90)
    assert clock.now() == datetime(2026, 11, 1, 0, 1, 30, tzinfo=UTC)
    clock.move_to(START - timedelta(days=2))
    assert clock.now() == datetime(2026, 10, 30, tzinfo=UTC)


def test_a_ticking_clock_runs_on():
    clock = VirtualClock(START, ticking=True)
    first = clock.now()
    while clock.now() == first:
        pass
    assert first >= START


def test_a_clock_that_stood_still_can_be_let_run():
    clock = VirtualClock(START)
    clock.tick()
    first = clock.now()
    while clock.now() == first:
        pass
    assert START <= first < clock.now() < START + timedelta(minutes=1)


def test_another_process_reads_and_moves_the_clock(small_site):
    assert small_site.clock.now() == START
    small_site.clock.sleep(3600)
    assert small_site.clock.now() == START + timedelta(hours=1)
    small_site.clock.move_to(START - timedelta(days=1))
    assert SimulatorClock(small_site.www).now() == START - timedelta(days=1)


def test_sleeping_no_time_moves_nothing(small_site):
    small_site.clock.sleep(0)
    small_site.clock.sleep(-1)
    assert small_site.clock.now() == START


def test_a_moment_without_time_zone_is_refused(small_site):
    answer = small_site.ask("/__clock__", method="POST", body=b'{"now": "2026-11-05T00:00:00"}')
    assert answer.status == 400
    assert "time zone" in answer.json["error"]
    assert small_site.clock.now() == START


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"now": 5}',
        b'{"now": "9999-12-31T23:59:59+00:00"}',
        b'{"advance_s": "soon"}',
        b'{"advance_s": 1e300}',
        b'{"advance_s": 1e10}',
    ],
)
def test_nonsense_leaves_the_clock_alone(small_site, body):
    assert small_site.ask("/__clock__", method="POST", body=body).status == 400
    assert small_site.clock.now() == START


def test_a_port_that_is_no_simulator_is_an_os_error():
    with pytest.raises(OSError, match=r".+"):
        SimulatorClock("http://127.0.0.1:1").now()


def test_the_clock_of_a_stopped_simulator_is_an_os_error():
    with running_simulator(program=SMALL_SIMULATOR) as first:
        clock = first.clock
        assert clock.now() == START
    with pytest.raises(OSError, match=r".+"):
        clock.now()


def test_answers_carry_the_virtual_date(small_site):
    small_site.clock.move_to(datetime(2026, 11, 5, 12, 30, tzinfo=UTC))
    assert small_site.ask("/robots.txt").headers["date"] == "Thu, 05 Nov 2026 12:30:00 GMT"


def test_another_process_lets_the_clock_run_and_answers_then_take_no_virtual_time():
    with running_simulator(program=SMALL_SIMULATOR, answer_takes_s=3600) as site:
        site.clock.run_from(START + timedelta(days=1))
        site.search("page=1")
        first, then = site.clock.now(), site.clock.now()
    assert START + timedelta(days=1) < first < then < START + timedelta(days=1, hours=1)
