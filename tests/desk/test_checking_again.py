"""What is published is checked once more; what is damaged since is noticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.desk.conftest import BAGS
from vopt_lib.desk.checking_again import check_published
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.errors import VoptError
from vopt_lib.quality.report import kept


def test_nothing_published_is_nothing_to_check(desk: Desk) -> None:
    assert check_published(desk) is None
    assert kept(desk.paths.quality) == []


def test_a_published_day_passes_again_and_the_round_is_remembered(desk: Desk, on_day: Callable[[int], None]) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)
    assert check_published(desk) is None
    before, again = kept(desk.paths.quality)
    assert again.run_ids == before.run_ids
    on_day(3)
    assert check_published(desk) is None
    assert len(kept(desk.paths.quality)) == 2


def test_published_files_that_are_gone_are_noticed(desk: Desk) -> None:
    collect(desk, BAGS)
    refine_day(desk)
    publish_day(desk)
    shutil.rmtree(desk.paths.table("listing_seen") + "/market=it")
    with pytest.raises(VoptError):
        check_published(desk)
