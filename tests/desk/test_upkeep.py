"""The house is tidied once a day, and nothing that was published is lost by it."""

from __future__ import annotations

from collections.abc import Callable

from tests.desk.conftest import BAGS
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.upkeep import keep_tidy


def test_a_day_is_tidied_once(desk: Desk, on_day: Callable[[int], None]) -> None:
    first, again = keep_tidy(desk), keep_tidy(desk)
    on_day(1)
    next_day = keep_tidy(desk)
    assert (first is None, again is None, next_day is None) == (False, True, False)
    assert [run.kind for run in newest_runs(desk)] == ["maintain", "maintain"]


def test_raw_pages_leave_after_a_week_and_the_figures_stay(desk: Desk, on_day: Callable[[int], None]) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)
    figures = desk.lake.scan("catalog_day").collect()

    on_day(9)
    keep_tidy(desk)

    assert desk.lake.scan("page_raw", version="newest").collect().is_empty()
    assert desk.lake.scan("listing_seen").collect().height > 0
    assert desk.lake.scan("catalog_day").collect().equals(figures)
