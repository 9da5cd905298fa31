"""What was collected is read as what days to sell are told from."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tests.desk.conftest import BAGS, START
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.recheck import recheck
from vopt_lib.desk.watching import watched
from vopt_lib.market.survival import survival
from vopt_lib.schema.survival import Lack


def test_nothing_collected_is_nothing_watched(desk: Desk) -> None:
    nothing = watched(desk, "it")
    assert (nothing.spells.height, nothing.until, nothing.missed_share) == (0, None, 0.0)
    assert survival(nothing.exposures()) is Lack.FEW_SOLD


def test_spells_get_their_ages_and_the_days_whose_ends_are_known(desk: Desk, on_day: Callable[[int], None]) -> None:
    for day in range(8):
        on_day(day)
        collect(desk, BAGS)
        refine_day(desk)
        recheck(desk, "it", pages=40)
    refine_day(desk)
    publish_day(desk)

    known = watched(desk, "it")

    assert known.until is not None
    assert known.until.date() == START.replace(day=START.day + 2).date()
    assert known.uploads.height >= 60
    assert known.spells.filter(pl.col("listed_at").is_null()).is_empty()
    assert known.spells.filter(pl.col("listed_at") > pl.col("first_seen_at")).is_empty()
    assert {"sold", "deleted"} <= {*known.spells["evidence"]}
    exposures = known.exposures()
    assert exposures.filter(pl.col("exit_days") <= pl.col("entry_days")).is_empty()
    assert exposures["sold"].is_between(0, 1).all()


def test_what_is_not_published_yet_can_be_read_as_the_newest(desk: Desk) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    assert watched(desk, "it").spells.is_empty()
    assert watched(desk, "it", version="newest").spells.height > 100
