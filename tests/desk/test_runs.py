"""What a run says of itself, as a row and as a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vopt_lib.desk.runs import Run, error_from, headline, new_run_id
from vopt_lib.errors import CollectingPaused, VoptError
from vopt_lib.schema.tables import RUN
from vopt_lib.words import Words

AT = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
EN = Words("en")


def collected(**facts: object) -> Run:
    return Run("collect-1", "collect", AT, AT, follow_name="Vestiti", listings=1200, pages=13, **facts)  # type: ignore[arg-type]


def test_a_run_comes_back_from_its_row_with_its_error() -> None:
    paused = CollectingPaused(host="www.vinted.it", until=AT, why="403")
    run = collected(outcome="failed", error=paused, rejects_by_reason={"no_price": 2}, events=({"what": "x"},))

    row = run.row()

    assert row.schema == RUN.schema
    back = Run.from_row(row.row(0, named=True))
    assert back.error is not None
    assert (type(back.error), back.error.facts) == (CollectingPaused, paused.facts)
    assert (back.rejected, back.events, back.started_at) == (2, [{"what": "x"}], AT)


def test_an_error_class_that_no_longer_exists_is_still_told() -> None:
    error = error_from("ForgottenError", "{}")
    assert type(error) is VoptError
    assert "ForgottenError" in str(error)


def test_what_nobody_expected_is_told_as_it_was() -> None:
    assert str(error_from("VoptError", '{"what": "the disk is full"}')) == "Something went wrong: the disk is full"


def test_a_headline_tells_listings_share_and_refused_rows() -> None:
    assert headline(collected(share_seen=0.25, rejects_by_reason={"no_price": 2}), EN) == (
        "Vestiti: 1,200 listings on 13 pages, 25% of the market, 2 rows refused"
    )


def test_a_failed_run_says_why_and_that_nothing_came_in() -> None:
    run = collected(outcome="failed", error=CollectingPaused(host="www.vinted.it", until=AT, why="403"))
    assert headline(run, EN).startswith("Vestiti: nothing collected. Collecting rests until")


def test_run_ids_sort_by_time_and_differ() -> None:
    first, second = new_run_id("collect", AT), new_run_id("collect", AT)
    assert first != second
    assert first.startswith("collect-20261121T073000-")


@pytest.mark.parametrize(
    ("rows", "refused", "share"), [(95, 5, 0.05), (0, 0, 0.0)], ids=["five per cent", "nothing met"]
)
def test_the_refused_share_is_of_all_rows_met(rows: int, refused: int, share: float) -> None:
    assert collected(rows=rows, rejects_by_reason={"no_price": refused}).rejected_share == pytest.approx(share)
