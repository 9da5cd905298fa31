"""The ages between which a listing was watched, and what its end was. Every listing here was put on sale on NOW."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from vopt_lib.market.exposures import LEAST_PROVEN, exposures, missed_share
from vopt_lib.schema.tables import UTC_TIME

NOW = datetime(2026, 10, 1, tzinfo=UTC)
UNTIL = NOW + timedelta(days=60)
DAY = timedelta(days=1)
SCHEMA = {
    **{"source": pl.String, "market": pl.String, "listing_id": pl.Int64, "listed_at": UTC_TIME},
    **{"first_seen_at": UTC_TIME, "last_seen_at": UTC_TIME, "gone_before": UTC_TIME},
    **{"decided_on": pl.Date, "evidence": pl.String, "visited_at": UTC_TIME, "known_until": UTC_TIME},
}


def spell(listing_id: int, first: float, last: float, gone: float | None = None, end: str | None = None, **more: Any):
    moments = (NOW + first * DAY, NOW + last * DAY, None if gone is None else NOW + gone * DAY)
    decided: date | None = None if gone is None else (NOW + (gone + 2) * DAY).date()
    row = ("vinted", "it", listing_id, NOW, *moments, decided, end, None, UNTIL)
    return dict(zip(SCHEMA, row, strict=True)) | more


def told(
    *rows: dict[str, Any], missed_share: float = 0.0, until: datetime | None = UNTIL
) -> dict[int, tuple[float, ...]]:
    known = [row if until == UNTIL else row | {"known_until": until} for row in rows]
    frame = exposures(pl.DataFrame(known, schema=SCHEMA), missed_share=missed_share)
    return {row["listing_id"]: (row["entry_days"], row["exit_days"], row["sold"]) for row in frame.rows(named=True)}


def asked(sold: int, deleted: int, *, at: float = 20.0, first_id: int = 1_000) -> list[dict[str, Any]]:
    ends = ["sold"] * sold + ["deleted"] * deleted
    return [spell(first_id + n, 0.5, at, at + 0.001, end) for n, end in enumerate(ends)]


def test_what_is_live_is_watched_until_the_newest_ends_are_known() -> None:
    assert told(spell(1, 3, 61)) == {1: (3.0, 60.0, 0.0)}
    assert told(spell(1, 3, 61), until=NOW + 10 * DAY) == {1: (3.0, 10.0, 0.0)}


def test_where_searches_do_not_show_all_a_listing_is_watched_until_its_page_was_visited() -> None:
    visited = {"visited_at": NOW + 30 * DAY}
    assert told(spell(1, 3, 20, **visited), spell(2, 3, 59), until=None) == {1: (3.0, 30.0, 0.0)}


def test_there_an_end_that_nobody_saw_says_nothing() -> None:
    ends = told(spell(1, 3, 20, 21, "unknown", visited_at=NOW + 10 * DAY), *asked(30, 0), until=None)
    assert ends[1] == (3.0, 10.0, 0.0)
    assert 2 not in told(spell(2, 3, 20, 21, "unknown"), *asked(30, 0), until=None)


def test_without_searches_a_proven_sale_counts_as_well() -> None:
    ends = told(spell(1, 2, 10, 15, "sold", visited_at=NOW + 15 * DAY), *asked(20, 10), until=None)
    assert ends[1][2] == 1.0
    assert 10 <= ends[1][1] <= 15


def test_a_proven_sale_is_one_and_another_proven_end_is_none() -> None:
    ends = told(spell(1, 2, 10, 11, "sold"), spell(2, 2, 10, 11, "deleted"), *asked(20, 10))
    assert (ends[1][2], ends[2][2]) == (1.0, 0.0)
    assert 10 <= ends[1][1] <= 11


def test_of_ends_nobody_saw_as_many_were_sales_as_of_those_asked_about() -> None:
    ends = told(spell(1, 2, 20, 21, "unknown"), spell(2, 2, 20, 21, "reserved"), *asked(300, 100))
    assert ends[1][2] == ends[2][2] == pytest.approx(0.75)


def test_the_share_sold_is_that_of_ends_at_the_same_age() -> None:
    young, old = asked(200, 0, at=3.0), asked(0, 200, at=40.0, first_id=5_000)
    ends = told(spell(1, 0.5, 3, 3.5, "unknown"), spell(2, 2, 40, 41, "unknown"), *young, *old)
    assert ends[1][2] > 0.9
    assert ends[2][2] < 0.1


def test_with_few_ends_asked_about_no_end_counts_as_a_sale() -> None:
    ends = told(spell(1, 2, 20, 21, "unknown"), *asked(LEAST_PROVEN - 1, 0))
    assert {sold for _, _, sold in ends.values()} == {0.0}


def test_a_listing_seen_again_had_not_left_in_between() -> None:
    rows = [spell(1, 2, 20, 21, "unknown"), spell(1, 30, 61), *asked(30, 0)]
    frame = exposures(pl.DataFrame(rows, schema=SCHEMA)).filter(pl.col("listing_id") == 1)
    assert frame.select("entry_days", "exit_days", "sold").rows() == [(2.0, 30.0, 0.0), (30.0, 60.0, 0.0)]


def test_an_end_after_the_newest_known_ones_is_not_counted() -> None:
    ends = told(spell(1, 2, 20, 21, "sold"), *asked(30, 0, at=5.0), until=NOW + 15 * DAY)
    assert ends[1] == (2.0, 15.0, 0.0)


def test_a_spell_that_began_later_or_has_no_age_is_left_out() -> None:
    assert told(spell(1, 61, 62), spell(2, 3, 61, listed_at=None)) == {}


def test_ends_are_spread_over_their_interval() -> None:
    ends = told(*(spell(n, 2, 10, 11, "deleted") for n in range(1_000)))
    places = [end - 10 for _, end, _ in ends.values()]
    assert np.histogram(places, bins=4, range=(0, 1))[0] == pytest.approx([250] * 4, abs=20)


def test_where_searches_miss_listings_some_left_in_a_later_interval() -> None:
    rows = [spell(n, 2, 10, 11, "unknown") for n in range(4_000)]
    later = [end > 11 for _, end, _ in told(*rows, missed_share=0.15).values()]
    assert np.mean(later) == pytest.approx(0.15, abs=0.02)


def test_but_never_after_the_page_that_proved_it() -> None:
    rows = [spell(n, 2, 10, 11, "sold") for n in range(4_000)]
    decided = (NOW + 14 * DAY - NOW) / DAY
    assert max(end for _, end, _ in told(*rows, missed_share=0.6).values()) <= decided


def test_searches_that_show_nothing_again_leave_every_end_at_a_moment() -> None:
    ends = told(*(spell(n, 2, 10, 11, "unknown") for n in range(100)), missed_share=1.0)
    assert len(ends) == 100
    assert all(10 <= end <= 60 for _, end, _ in ends.values())


def test_the_share_missed_is_that_of_searched_days_without_a_sighting() -> None:
    """Ten searches; a listing seen on the first, the last and 5 of the 8 between, one on all days from the 4th on."""
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(10)]
    where = {"source": "vinted", "market": "it", "leaf_catalog_id": 4}
    searched = pl.DataFrame([{**where, "day": day} for day in days])
    rows = [
        {**where, "first_seen_on": days[0], "last_seen_on": days[9], "days_seen": 7},
        {**where, "first_seen_on": days[3], "last_seen_on": days[9], "days_seen": 7},
        {**where, "first_seen_on": days[9], "last_seen_on": days[9], "days_seen": 1},
    ]
    assert missed_share(pl.DataFrame(rows), searched) == pytest.approx(3 / 13)
    assert missed_share(pl.DataFrame(rows[2:]), searched) == 0.0


def test_days_that_nobody_searched_are_no_misses() -> None:
    days = [date(2026, 10, 1) + timedelta(days=n) for n in (0, 3, 6)]
    where = {"source": "vinted", "market": "it", "leaf_catalog_id": 4}
    searched = pl.DataFrame([{**where, "day": day} for day in days])
    row = {**where, "first_seen_on": days[0], "last_seen_on": days[2], "days_seen": 3}
    assert missed_share(pl.DataFrame([row]), searched) == 0.0
