"""When a listing was put on sale, from its page, from the first search that showed it, and from its id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from tests.market.rows import TREE, at, coverage_frame, covered, day
from vopt_lib.market.ages import (
    LEAST_UPLOADS,
    OF_BEGINNING,
    OF_END,
    OF_LATER_MISS,
    OF_MISS,
    OF_VISIT,
    age_error,
    first_shown,
    id_times,
    searches,
    spread,
    uploads_told,
    with_listed_at,
)
from vopt_lib.schema.tables import UTC_TIME

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def pages(*told: tuple[int, datetime, timedelta | None]) -> pl.DataFrame:
    rows = [("vinted", one, at, None if age is None else at - age) for one, at, age in told]
    schema = {"source": pl.String, "listing_id": pl.Int64, "observed_at": UTC_TIME, "uploaded_at": UTC_TIME}
    return pl.DataFrame(rows, schema=schema, orient="row")


def known(*told: tuple[int, datetime, datetime]) -> pl.DataFrame:
    rows = [("vinted", *one) for one in told]
    schema = {"source": pl.String, "listing_id": pl.Int64, "uploaded_from": UTC_TIME, "uploaded_to": UTC_TIME}
    return pl.DataFrame(rows, schema=schema, orient="row")


def spells(*told: tuple[int, datetime]) -> pl.DataFrame:
    rows = [("vinted", "it", one, 4, at) for one, at in told]
    schema = {"source": pl.String, "market": pl.String, "listing_id": pl.Int64, "leaf_catalog_id": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"first_seen_at": UTC_TIME}, orient="row")


def searched(*days: int) -> pl.DataFrame:
    rows = [("vinted", "it", 4, NOW + day * DAY - HOUR, NOW + day * DAY) for day in days]
    schema = {"source": pl.String, "market": pl.String, "leaf_catalog_id": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"began_at": UTC_TIME, "covered_at": UTC_TIME}, orient="row")


def line(count: int = LEAST_UPLOADS) -> pl.DataFrame:
    """Listings whose pages say to the minute that one was put on sale per day, ids a thousand apart."""
    return known(*((1000 * n, NOW - (count - n) * DAY, NOW - (count - n) * DAY) for n in range(count)))


@pytest.mark.parametrize(
    ("age", "width"),
    [
        (timedelta(minutes=5), timedelta(minutes=1)),
        (timedelta(hours=3), timedelta(hours=1)),
        (timedelta(days=3), timedelta(days=1)),
        (timedelta(days=60), timedelta(days=30)),
        (timedelta(days=730), timedelta(days=365)),
        (timedelta(days=3, seconds=7), timedelta(0)),
    ],
)
def test_a_page_rounds_down_to_one_unit(age: timedelta, width: timedelta) -> None:
    assert uploads_told(pages((1, NOW, age))).rows() == [("vinted", 1, NOW - age - width, NOW - age)]


def test_what_two_pages_say_is_put_together() -> None:
    later = NOW + timedelta(hours=20)
    told = uploads_told(pages((1, NOW, 3 * DAY), (1, later, 3 * DAY), (2, NOW, None)))
    assert told.rows() == [("vinted", 1, later - 4 * DAY, NOW - 3 * DAY)]


def test_pages_that_contradict_each_other_leave_a_moment() -> None:
    told = uploads_told(pages((1, NOW, 3 * DAY), (1, NOW, DAY)))
    assert told.select(pl.col("uploaded_from") <= pl.col("uploaded_to")).item()


def test_a_listing_is_new_when_enough_searches_before_did_not_show_it() -> None:
    at = NOW + 3 * DAY
    told = first_shown(spells((1, at), (2, NOW + DAY)), searched(0, 1, 2, 3))
    assert told.rows() == [("vinted", 1, NOW + 2 * DAY - HOUR, at)]


def test_a_catalogue_is_searched_by_whole_searches_of_it_or_of_one_above() -> None:
    """3 lies in 2, 4 does not. Narrowed searches and those that were not exhaustive show not everything."""
    narrowed = covered(4, brands=["Zara"], query_narrowed_by="brand")
    rows = [covered(1, 12), covered(1, 9), covered(2, query_catalog_id=2), covered(3, query_catalog_id=4)]
    found = searches(coverage_frame(*rows, narrowed, covered(5, is_exhaustive=False)), [3], catalogues=TREE)
    assert found.select("leaf_catalog_id", "day", "covered_at").rows() == [
        (3, day(1), at(1, 12)),
        (3, day(2), rows[2]["observed_at"]),
    ]


def test_a_listing_that_came_back_is_not_new() -> None:
    assert first_shown(spells((1, NOW), (1, NOW + 9 * DAY)), searched(*range(10))).is_empty()


def test_searches_of_another_catalogue_say_nothing() -> None:
    other = searched(0, 1, 2).with_columns(leaf_catalog_id=pl.lit(5, pl.Int64))
    assert first_shown(spells((1, NOW + 3 * DAY)), other).is_empty()


def test_the_line_from_ids_to_times_never_falls() -> None:
    rng = np.random.default_rng(1)
    moments = [NOW + timedelta(days=n / 10 + float(rng.normal(0, 3))) for n in range(200)]
    times = id_times(known(*((n, at, at) for n, at in enumerate(moments))))
    assert times["listed_at"].is_sorted()
    off = [abs((at - (NOW + timedelta(days=n / 10))) / DAY) for n, at in times.rows()]
    assert np.mean(off) < 1.0


def test_an_id_between_two_known_ones_lies_between_their_times() -> None:
    told = with_listed_at(spells((4500, NOW + DAY)), line(), line().clear())
    assert told["listed_at"].to_list() == [NOW - (LEAST_UPLOADS - 4.5) * DAY]


def test_a_listing_was_on_sale_when_it_was_first_seen() -> None:
    first = NOW - 20 * DAY
    told = with_listed_at(spells((1000 * (LEAST_UPLOADS - 1), first)), line(), line().clear())
    assert told["listed_at"].to_list() == [first]


def test_what_its_own_page_says_stands() -> None:
    own = known((4500, NOW - 2 * DAY, NOW - 1 * DAY))
    told = with_listed_at(spells((4500, NOW)), pl.concat([line(), own]), own.clear())
    assert NOW - 2 * DAY <= told["listed_at"].item() <= NOW - DAY


def test_a_draft_that_lay_long_does_not_bend_the_line_for_others() -> None:
    arrived = known(*((4400 + n, NOW - timedelta(hours=1), NOW) for n in range(60)))
    told = with_listed_at(spells((4500, NOW), (4430, NOW)), pl.concat([line(), arrived]), arrived)
    others = with_listed_at(spells((4390, NOW)), pl.concat([line(), arrived]), arrived)
    assert told["listed_at"].to_list()[1] > NOW - timedelta(hours=1)
    assert others["listed_at"].item() < NOW - 20 * DAY


def test_without_enough_known_upload_times_no_age_is_told() -> None:
    few = line().head(LEAST_UPLOADS - 1)
    told = with_listed_at(spells((4500, NOW), (2000, NOW)), few, few.clear())
    assert told["listed_at"].to_list() == [None, NOW - (LEAST_UPLOADS - 2) * DAY]


def test_every_listing_has_a_place_of_its_own_in_its_interval() -> None:
    arrived = known(*((n, NOW - DAY, NOW) for n in range(10_000, 11_000)))
    told = with_listed_at(spells(*((n, NOW) for n in range(10_000, 11_000))), arrived.clear(), arrived)
    hours = (NOW - told["listed_at"]).dt.total_hours()
    assert np.histogram(hours, bins=4, range=(0, 24))[0] == pytest.approx([250] * 4, abs=25)


def test_a_page_that_says_more_than_the_searches_is_believed() -> None:
    """Missed by the searches of three days, or known to the hour."""
    arrived = known((4500, NOW - DAY, NOW), (4600, NOW - DAY, NOW))
    said = known((4500, NOW - 4 * DAY, NOW - 3 * DAY), (4600, NOW - 6 * HOUR, NOW + DAY))
    told = with_listed_at(spells((4500, NOW), (4600, NOW)), said, arrived)["listed_at"].to_list()
    assert NOW - 4 * DAY <= told[0] <= NOW - 3 * DAY
    assert NOW - 6 * HOUR <= told[1] <= NOW


def test_where_searches_miss_listings_some_are_older_than_they_seem() -> None:
    ids = range(10_000, 14_000)
    arrived = known(*((n, NOW - DAY, NOW) for n in ids))
    told = with_listed_at(spells(*((n, NOW) for n in ids)), arrived.clear(), arrived, missed_share=0.15)
    days = (NOW - told["listed_at"]) / DAY
    assert (days > 1).mean() == pytest.approx(0.15, abs=0.02)
    assert (days > 2).mean() == pytest.approx(0.0225, abs=0.01)
    assert with_listed_at(spells((1, NOW)), arrived.clear(), arrived, missed_share=1.0).height == 1


def test_where_a_listing_begins_in_its_interval_says_nothing_of_where_it_ends() -> None:
    """Or all would be watched for whole days."""
    ids = pl.DataFrame({"listing_id": np.arange(10_100_000_000, 10_100_300_000, 30)})
    purposes = [OF_BEGINNING, OF_END, OF_MISS, OF_LATER_MISS, OF_VISIT]
    places = ids.select(spread(one).alias(str(n)) for n, one in enumerate(purposes)).to_numpy()
    for one, other in combinations(range(len(purposes)), 2):
        between = (places[:, one] - places[:, other]) % 1.0
        assert np.histogram(between, bins=10, range=(0, 1))[0] == pytest.approx([1000] * 10, rel=0.1)


def test_the_error_of_ids_is_told_from_listings_left_out() -> None:
    rng = np.random.default_rng(2)
    at = [NOW + timedelta(days=n / 10 + float(rng.normal(0, 2))) for n in range(500)]
    error = age_error(known(*((n, moment, moment) for n, moment in enumerate(at)))).row(0, named=True)
    assert error["listings"] == 500
    assert error["median_days"] == pytest.approx(1.35, abs=0.3)
    assert error["p90_days"] == pytest.approx(3.3, abs=0.7)
    assert error["bias_days"] == pytest.approx(0.0, abs=0.3)
    assert age_error(line()).row(0) == (0, None, None, None)
