"""Whoever wants to ask is told how much there is, and how fresh it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.lake.frames import days, pages, rows, seen
from vopt_lib.desk.explain import shelf
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.schema.tables import RUN

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path)


def publish(desk: Desk, *names: str) -> None:
    desk.lake.publish({name: desk.lake.version(name) for name in names})


def test_a_fresh_vopt_has_nothing_to_ask_about(desk: Desk) -> None:
    told = shelf(desk)
    assert (told.is_empty, told.published_at, told.newest_day) == (True, None, None)
    assert set(told.rows.values()) == {0}


def test_the_rows_are_the_published_ones(desk: Desk) -> None:
    desk.lake.append("listing_seen", seen([1, 2]))
    publish(desk, "listing_seen")
    desk.lake.append("listing_seen", seen([3]))
    assert shelf(desk).rows["listing_seen"] == 2
    publish(desk, "listing_seen")
    assert shelf(desk).rows["listing_seen"] == 3


def test_raw_pages_are_not_on_the_shelf(desk: Desk) -> None:
    desk.lake.append("page_raw", pages(["secret"]))
    publish(desk, "page_raw")
    assert "page_raw" not in shelf(desk).rows
    assert shelf(desk).is_empty


def test_it_is_as_fresh_as_the_last_publication_and_its_newest_day(desk: Desk) -> None:
    desk.lake.append("catalog_day", days([5, 6], day=[date(2026, 11, 19), date(2026, 11, 20)]))
    desk.lake.append("run", rows(RUN, 1, kind="publish", outcome="done", started_at=AT, ended_at=AT, month="2026-11"))
    publish(desk, "catalog_day", "run")
    told = shelf(desk)
    assert (told.published_at, told.newest_day) == (AT, date(2026, 11, 20))


def test_the_share_seen_is_that_of_the_newest_day_s_catalogues_together(desk: Desk) -> None:
    old, new = date(2026, 11, 19), date(2026, 11, 20)
    shares = {"day": [old, new, new, new], "seen": [9, 300, 100, 0], "share_seen": [None, 0.75, 1.0, 0.5]}
    desk.lake.append("catalog_day", days([5, 5, 6, 7], **shares))
    publish(desk, "catalog_day")
    assert shelf(desk).share_seen == 0.8
