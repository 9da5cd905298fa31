"""What a page began goes on beside it, one after the other for each person, and always comes to an end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.waiting import until
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.importing import Progress
from vopt_lib.desk.shop.under_way import begin, under_way
from vopt_lib.schema.imports_page import Chosen
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.searches import Told

ANNA, BEN = Member(1, 1, "Anna", "admin"), Member(1, 2, "Ben", "member")
FILE, OTHER = Chosen("1", "a.zip"), Chosen("2", "b.zip")
DONE, BROKEN = Told("done", "good"), Told("broken", "bad")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def test_what_is_short_is_over_at_once(desk: Desk) -> None:
    work = begin(desk, ANNA, FILE, lambda progress: DONE, broken=BROKEN)
    assert (work.told, work.looked, under_way(desk, ANNA)) == (DONE, None, None)


def test_what_is_long_goes_on_and_tells_how_far_it_is(desk: Desk) -> None:
    goes_on = threading.Event()

    def slowly(progress: Progress) -> Told:
        progress(400)
        goes_on.wait(30)
        return DONE

    work = begin(desk, ANNA, FILE, slowly, broken=BROKEN)
    assert (work.outcome, work.done) == (None, 400)
    assert under_way(desk, ANNA) is work
    assert begin(desk, ANNA, OTHER, lambda progress: BROKEN, broken=BROKEN) is work
    assert begin(desk, BEN, OTHER, lambda progress: DONE, broken=BROKEN).told == DONE
    goes_on.set()
    until(lambda: work.told == DONE)
    assert begin(desk, ANNA, OTHER, lambda progress: DONE, broken=BROKEN).chosen == OTHER


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_breaks_off_says_so(desk: Desk) -> None:
    def broken(progress: Progress) -> Told:
        raise RuntimeError

    assert begin(desk, ANNA, FILE, broken, broken=BROKEN).told == BROKEN
    assert under_way(desk, ANNA) is None
