"""Whatever is missing of a search on a day has a reason, and what was made up for is not missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.markets import FixedClock
from vopt_lib.desk.alerts import raise_alert
from vopt_lib.desk.flow_runs import alert_key
from vopt_lib.desk.follow import add_follow, set_paused
from vopt_lib.desk.gaps import gaps
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.runs import Kind, Run
from vopt_lib.errors import Unreachable
from vopt_lib.schema.alerts import Alert
from vopt_lib.schema.queries import CatalogueQuery, Follow, Term
from vopt_lib.words import Words

EN = Words("en")
FOLLOWED_ON = date(2026, 11, 1)
DAYS = [FOLLOWED_ON + timedelta(days=number) for number in range(-1, 5)]
NOTHING_RAN = "Nothing ran on this day: the computer was off or asleep, or vopt was not started."
IN_PART = "Some of what came could not be used, so that absence proves nothing on this day"
DEAD = Unreachable(host="api.vinted.it", why="HTTP 500")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return _at(open_desk(data=tmp_path), FOLLOWED_ON)


@pytest.fixture
def bags(desk: Desk) -> Follow:
    return add_follow(desk, CatalogueQuery("it", Term(19, "Donna > Borse")), "Borse")


def _at(desk: Desk, day: date, hour: int = 12) -> Desk:
    return replace(desk, clock=FixedClock(datetime.combine(day, time(hour), UTC)))


def ran(desk: Desk, day: int, kind: Kind = "collect", *, hour: int = 6, **facts: Any) -> Run:
    """A run on so many days after the first, of the bags if it collects."""
    at = datetime.combine(FOLLOWED_ON + timedelta(days=day), time(hour), UTC)
    of_follow: Mapping[str, Any] = {"follow_id": "borse", "follow_name": "Borse"} if kind == "collect" else {}
    run = Run(f"{kind}-{day}-{hour}", kind, at, at, source="vinted", market="it", **{**of_follow, **facts})
    desk.lake.append("run", run.row())
    return run


def told(desk: Desk, runs: list[Run], follow: Follow, *, on: int = 3) -> list[tuple[int, str, str]]:
    """What is told so many days after the first: (day, name, why), newest first."""
    found = gaps(_at(desk, FOLLOWED_ON + timedelta(days=on)), runs, [follow], days=DAYS, words=EN)
    return [((day - FOLLOWED_ON).days, name, why) for day, name, why in found.iter_rows()]


def test_a_day_on_which_nothing_ran_says_so_and_today_is_not_over(desk: Desk, bags: Follow) -> None:
    runs = [ran(desk, 0, is_exhaustive=True), ran(desk, 2, is_exhaustive=True)]
    assert told(desk, runs, bags) == [(1, "Borse", NOTHING_RAN)]


def test_days_before_a_search_was_followed_are_no_gaps(desk: Desk, bags: Follow) -> None:
    assert told(desk, [], bags, on=0) == []


def test_what_was_searched_whole_later_on_the_day_is_not_missing_and_what_failed_after_it_is_told(
    desk: Desk, bags: Follow
) -> None:
    failed = ran(desk, 0, error=DEAD, outcome="failed")
    whole = ran(desk, 0, hour=13, is_exhaustive=True)
    assert told(desk, [failed, whole], bags, on=1) == []
    again = ran(desk, 0, hour=19, error=DEAD, outcome="failed")
    assert [day for day, _, _ in told(desk, [failed, whole, again], bags, on=1)] == [0]


def test_a_search_that_was_not_whole_says_why_also_where_nothing_failed(desk: Desk, bags: Follow) -> None:
    lacks = {"at": "…", "what": "A part of the query showed {seen} listings of {total} or more.", "is_lack": True}
    short = {**lacks, "facts": {"seen": 5, "total": 9}}
    waited = {"at": "…", "what": "{host} did not answer.", "facts": {"host": "x"}}
    runs = [
        ran(desk, 0, is_exhaustive=False, events=(waited, short)),
        ran(desk, 1, is_exhaustive=False, rows=9, rejects_by_reason={"bad_url": 1, "no_price": 2}),
        ran(desk, 1, hour=13, is_exhaustive=False, rejects_by_reason={"no_price": 9}),
        ran(desk, 2, is_exhaustive=False),
    ]
    assert told(desk, runs, bags) == [
        (2, "Borse", "The search did not come to its end."),
        (1, "Borse", "What came could not be used: there is no price."),
        (1, "Borse", f"{IN_PART}: there is no price."),
        (0, "Borse", "A part of the query showed 5 listings of 9 or more."),
    ]


def test_a_round_that_was_stopped_before_the_search_had_its_turn_is_named(desk: Desk, bags: Follow) -> None:
    runs = [ran(desk, 0, is_exhaustive=True), ran(desk, 2, is_exhaustive=True)]
    ran(desk, 1, "refine")
    raise_alert(_at(desk, FOLLOWED_ON + timedelta(days=1)), Alert(alert_key("daily"), "warn", "It was stopped."))
    why = "The daily round did not come to its end, so this search had no turn."
    assert told(desk, runs, bags) == [(1, "Borse", why)]


def test_a_search_that_is_paused_or_was_left_out_says_so(desk: Desk, bags: Follow) -> None:
    runs = [ran(desk, 0, is_exhaustive=True), ran(desk, 2, is_exhaustive=True)]
    ran(desk, 1, "refine"), ran(desk, 3, "refine")
    paused = set_paused(desk, "Borse", paused=True)
    assert told(desk, runs, paused, on=4) == [
        (3, "Borse", "The search is paused, so it is not collected."),
        (
            1,
            "Borse",
            "Nobody collected this search on this day, though vopt ran: it was paused then, or not asked for.",
        ),
    ]
