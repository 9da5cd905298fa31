"""Whose page is visited: the reserved, then those missed most recently, and some that no search would miss."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from vopt_lib.market.recheck import PANEL_AFTER, PANEL_UNTIL, UPLOADS_WANTED, VISITS, to_visit
from vopt_lib.schema.tables import LISTING_LIVE, UTC_TIME

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def live(*rows: tuple[int, int | None, str | None], since: timedelta = DAY, searched: bool = False) -> pl.DataFrame:
    names = ("listing_id", "missed_at", "state_hint", "first_seen_at")
    schema = {name: LISTING_LIVE.schema[name] for name in names} | {"known_until": UTC_TIME}
    moments = [
        (one, missed and datetime(2026, 11, missed, tzinfo=UTC), hint, NOW - since, NOW if searched else None)
        for one, missed, hint in rows
    ]
    return pl.DataFrame(moments, schema=schema, orient="row")


def ids(frame: pl.DataFrame, pages: int = 9, uploads_known: int = UPLOADS_WANTED) -> list[int]:
    return to_visit(frame, at=NOW, pages=pages, uploads_known=uploads_known)["listing_id"].to_list()


def test_what_is_on_sale_or_hidden_is_not_visited() -> None:
    assert ids(live((1, None, None), (2, 3, "hidden"), (3, 3, None))) == [3]


def test_reserved_ones_come_first_then_the_latest_missed() -> None:
    assert ids(live((1, 3, None), (2, 5, None), (3, 2, "reserved"), (4, 4, None))) == [3, 2, 4, 1]


def test_no_more_pages_than_may_be_visited() -> None:
    assert ids(live((1, 3, None), (2, 5, None)), pages=1) == [2]
    assert ids(live((1, 3, None)), pages=0) == []


def test_among_equals_the_choice_does_not_depend_on_their_order() -> None:
    many = live(*((n, 3, None) for n in range(1, 200)))
    chosen = ids(many, pages=20)
    assert chosen == ids(many.sample(fraction=1.0, shuffle=True, seed=1), pages=20)
    assert chosen != sorted(chosen)


def test_a_third_goes_to_listings_of_all_ages_while_few_upload_times_are_known() -> None:
    on_sale = [(n, None, None) for n in range(100, 200)]
    missed = [(n, 3, None) for n in range(1, 50)]
    chosen = ids(live(*missed, *on_sale), pages=9, uploads_known=0)
    assert len([one for one in chosen if one >= 100]) == 3
    assert len(ids(live(*missed, *on_sale), pages=9, uploads_known=UPLOADS_WANTED - 1)) == 9


def test_pages_that_no_missed_listing_needs_tell_ages_too() -> None:
    rows = live((1, 3, None), *((n, None, None) for n in range(100, 200)))
    assert len(ids(rows, pages=9, uploads_known=0)) == 9
    assert ids(rows, pages=9) == [1]


def visited(listing_id: int, ago: timedelta) -> pl.DataFrame:
    return pl.DataFrame({"listing_id": [listing_id], "visited_at": [NOW - ago]}, schema=VISITS)


def test_a_listing_is_not_visited_twice_on_a_day() -> None:
    rows = live((1, 3, None), (2, 3, None))
    for ago, wanted in ((timedelta(hours=1), [1]), (DAY, [1, 2])):
        visits = visited(2, ago)
        chosen = to_visit(rows, at=NOW, pages=9, visits=visits, uploads_known=UPLOADS_WANTED)
        assert sorted(chosen["listing_id"]) == wanted


def test_pages_that_no_missed_listing_needs_follow_what_no_search_would_miss() -> None:
    assert ids(live((1, None, None), since=PANEL_AFTER, searched=True)) == []
    assert ids(live((1, None, None), since=PANEL_AFTER)) == [1]
    assert ids(live((1, None, "hidden"), since=PANEL_AFTER)) == []
    assert ids(live((1, None, None), since=PANEL_AFTER - timedelta(seconds=1))) == []
    assert ids(live((1, None, None), since=PANEL_UNTIL + timedelta(seconds=1))) == []


def test_a_third_of_the_pages_is_left_to_what_no_search_would_miss() -> None:
    missed, panel = [(n, 3, None) for n in range(1, 50)], [(n, None, None) for n in range(100, 200)]
    assert len([one for one in ids(live(*missed, *panel, since=PANEL_AFTER), pages=9) if one >= 100]) == 3


def test_the_same_listings_are_followed_from_day_to_day() -> None:
    panel = [(n, None, None) for n in range(100, 200)]
    first = ids(live(*panel, since=PANEL_AFTER), pages=20)
    assert len({*first} & {*ids(live(*panel, since=2 * PANEL_AFTER), pages=20)}) == 20


def test_the_next_visit_is_counted_from_the_last() -> None:
    rows = live((1, None, None), since=2 * PANEL_AFTER)
    for ago, wanted in ((2 * DAY, []), (PANEL_AFTER, [1])):
        chosen = to_visit(rows, at=NOW, pages=9, visits=visited(1, ago), uploads_known=UPLOADS_WANTED)
        assert chosen["listing_id"].to_list() == wanted
