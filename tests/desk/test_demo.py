"""The demo's calendar, and what its file remembers of how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.desk.conftest import BAGS, START, host_lock
from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from vopt_lib.desk.demo import (
    DAYS,
    FEWEST_DAYS,
    FOLLOWS,
    LEARNS_FOR_DAYS,
    DemoDay,
    Lesson,
    day_ahead,
    days_to_play,
    live_on,
    live_through,
    make_room,
    play_on,
    prepare,
)
from vopt_lib.desk.follow import add_follow, follows
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.services import Service
from vopt_lib.desk.start import start
from vopt_lib.errors import ServiceError
from vopt_lib.files import is_held, read_json, write_json

TODAY = date(2026, 11, 21)


def test_thirty_days_end_yesterday_with_two_faults_and_one_late_day() -> None:
    played = days_to_play(TODAY)

    assert sorted(day.day for day in played) == [date(2026, 10, 22) + timedelta(days=n) for n in range(30)]
    assert {day.day: day.fault for day in played if day.fault} == {
        date(2026, 10, 31): "timeout_504:2@catalogue+5",
        date(2026, 11, 11): "challenge_datadome:1@catalogue+30",
    }
    assert [day.day for day in played][13:17] == [
        date(2026, 11, 4),
        date(2026, 11, 6),
        date(2026, 11, 5),
        date(2026, 11, 7),
    ]
    assert [day.day for day in played if day.is_late] == [date(2026, 11, 5)]


@pytest.mark.parametrize("days", range(FEWEST_DAYS, DAYS + 1))
def test_a_demo_of_any_length_tells_the_whole_story(days: int) -> None:
    played = days_to_play(TODAY, days)

    assert len({day.day for day in played}) == days
    assert [day for day in played if day.fault and day.is_late] == []
    [photographed] = [place for place, day in enumerate(played) if day.has_photos]
    assert photographed < days / 2 + 1, "some of what is on the photos is sold by the end"
    assert len([day for day in played if day.fault]) == 2
    [late] = [place for place, day in enumerate(played) if day.is_late]
    assert played[late - 1].day == played[late].day + timedelta(days=1)
    assert played[late - 1].fault is None
    # A day without trouble follows the challenge, and ends the demo.
    assert played[-1] == DemoDay(TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("hour", "newest"),
    [(0, date(2026, 11, 20)), (8, date(2026, 11, 20)), (9, date(2026, 11, 21)), (23, date(2026, 11, 21))],
)
def test_the_newest_day_of_a_demo_is_the_newest_whose_collecting_is_over(hour: int, newest: date) -> None:
    last = day_ahead(datetime(2026, 11, 21, hour, tzinfo=UTC))
    assert max(day.day for day in days_to_play(last)) == newest


def test_the_demo_follows_six_searches_of_the_simulator_in_the_readers_language(
    market: RunningSimulator, tmp_path: Path
) -> None:
    desk = prepare(tmp_path / "demo", market.port, "it")

    assert [follow.query.catalog.title for follow in follows(desk) if follow.query.catalog] == [
        wanted.catalog for wanted in FOLLOWS
    ]
    reopened = open_desk(data=tmp_path / "demo")
    assert reopened.site("it").www == market.www
    assert reopened.settings.language == "it"


def test_a_day_begins_at_its_hour_with_its_fault(desk: Desk, market: RunningSimulator) -> None:
    seen: list[datetime] = []

    def look() -> None:
        seen.append(market.clock.now())
        [fault] = market.ask("/__faults__").json["faults"]
        assert (fault["name"], fault["times"], fault["after"]) == ("timeout_504", 2, 5)

    live_through(desk, DemoDay(date(2026, 11, 3), "timeout_504:2@catalogue+5"), look)

    assert seen == [datetime(2026, 11, 3, 7, tzinfo=UTC)]


@pytest.fixture
def story(desk: Desk) -> Callable[[], int]:
    """A demo of five days in this desk; tells how many it has lived through."""
    file = desk.paths.state / "demo.json"
    last = (START + timedelta(days=5)).date()
    write_json(file, {"last": last.isoformat(), "length": 5, "played": 0, "is_begun": False})
    return lambda: int((read_json(file) or {})["played"])


def test_a_demo_that_was_stopped_goes_on_with_the_day_it_was_in_an_hour_later(
    desk: Desk, market: RunningSimulator, story: Callable[[], int]
) -> None:
    lived: list[datetime] = []

    def live() -> None:
        lived.append(market.clock.now())
        if len(lived) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play_on(desk, live, lambda day: None)
    assert story() == 2
    play_on(desk, live, lambda day: None)

    assert story() == 5
    # 1 Nov; 3 Nov before the late 2 Nov, which is interrupted and goes on; 4 and 5 Nov.
    assert [f"{moment:%d %H}" for moment in lived] == ["01 07", "03 07", "02 07", "02 08", "04 07", "05 07"]


def test_a_demo_that_has_lived_through_its_days_stands_at_their_end(
    desk: Desk, market: RunningSimulator, story: Callable[[], int]
) -> None:
    told: list[date] = []
    play_on(desk, lambda: None, lambda day: told.append(day.day))
    play_on(desk, lambda: pytest.fail("it was lived through"), lambda day: None)

    assert len(told) == 5
    assert market.clock.now() == datetime(2026, 11, 6, tzinfo=UTC)


def test_a_demo_that_is_left_open_lives_on_in_real_time(tmp_path: Path) -> None:
    with running_simulator(program=SMALL_SIMULATOR) as market:
        desk = open_desk(data=tmp_path, vinted_www=market.www, vinted_api=market.api)
        today = datetime(2026, 11, 21, 11, tzinfo=UTC)
        live_on(desk, today)
        first, then = desk.clock.now(), desk.clock.now()
    assert today < first < then < today + timedelta(minutes=1)


@pytest.mark.parametrize("keep", [False, True])
def test_what_the_pages_of_an_earlier_demo_left_at_work_is_ended_before_a_new_one(desk: Desk, keep: bool) -> None:
    follow = add_follow(desk, BAGS.query)
    with host_lock(desk):
        start(desk, [follow.id])
        make_room(desk.paths, keep=keep)
    assert not is_held(desk.paths.job_lock)
    assert desk.paths.data.exists() == keep


class _Learning:
    """A process that learns, and ends well or not."""

    def __init__(self, error: ServiceError | None = None) -> None:
        self.error, self.waited = error, 0

    def wait(self) -> None:
        self.waited += 1
        if self.error is not None:
            raise self.error


def test_prices_are_learnt_once_beside_the_last_days() -> None:
    begun: list[_Learning] = []

    def begin() -> Service:
        begun.append(_Learning())
        return cast("Service", begun[-1])

    lesson = Lesson(begin)
    for left in range(DAYS - 1, LEARNS_FOR_DAYS, -1):
        lesson.day_is_over(left)
    assert begun == []
    for left in range(LEARNS_FOR_DAYS, -1, -1):
        lesson.day_is_over(left)
    assert lesson.wait()
    assert [one.waited for one in begun] == [1]


def test_a_demo_that_could_learn_no_prices_goes_on() -> None:
    failed = ServiceError(service="training", why="it was ended from outside", log="training.log")
    lesson = Lesson(lambda: cast("Service", _Learning(failed)))
    assert not lesson.wait()
    lesson.day_is_over(0)
    assert not lesson.wait()
