"""The time that a listing was watched, cut into spans at one asked price each. All were put on sale on NOW."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from vopt_lib.market.asked import split_at_price_changes
from vopt_lib.schema.tables import MONEY, UTC_TIME

NOW = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WATCHED = {
    **{"source": pl.String, "market": pl.String, "listing_id": pl.Int64, "listed_at": UTC_TIME},
    **{"first_seen_at": UTC_TIME, "last_seen_at": UTC_TIME, "first_price_eur": MONEY},
    **{"entry_days": pl.Float64, "exit_days": pl.Float64, "sold": pl.Float64},
}
CHANGED = {
    **{"source": pl.String, "market": pl.String, "listing_id": pl.Int64},
    **{"observed_at": UTC_TIME, "currency": pl.String, "new_amount": MONEY},
}


def watched(listing_id: int, entry: float, last: float, end: float, *, sold: float, price: int | None = 20):
    seen = (NOW + entry * DAY, NOW + last * DAY)
    asked = None if price is None else Decimal(price)
    return ("vinted", "it", listing_id, NOW, *seen, asked, entry, end, sold)


def changed(listing_id: int, day: float, price: int, currency: str = "EUR"):
    return ("vinted", "it", listing_id, NOW + day * DAY, currency, Decimal(price))


def spans(rows: list[tuple[object, ...]], changes: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    split = split_at_price_changes(
        pl.DataFrame(rows, schema=WATCHED, orient="row"), pl.DataFrame(changes, schema=CHANGED, orient="row")
    )
    return split.select("listing_id", "entry_days", "exit_days", "price_eur", "first_eur", "sold").rows()


def test_a_listing_whose_price_stayed_is_one_span() -> None:
    assert spans([watched(1, 1, 8, 9, sold=1.0)], []) == [(1, 1.0, 9.0, 20.0, 20.0, 1.0)]


def test_a_new_price_counts_from_the_sighting_that_showed_it_and_the_last_one_was_paid() -> None:
    assert spans([watched(1, 1, 12, 12.5, sold=0.7)], [changed(1, 10, 12), changed(1, 4, 15)]) == [
        (1, 1.0, 4.0, 20.0, 20.0, 0.0),
        (1, 4.0, 10.0, 15.0, 20.0, 0.0),
        (1, 10.0, 12.5, 12.0, 20.0, 0.7),
    ]


@pytest.mark.parametrize(
    "change",
    [changed(2, 4, 15), changed(1, 4, 15, "PLN"), changed(1, 0.5, 15), changed(1, 11, 15)],
    ids=["another listing", "another currency", "before this spell", "after this spell"],
)
def test_what_does_not_belong_to_the_spell_changes_nothing(change: tuple[object, ...]) -> None:
    assert spans([watched(1, 1, 8, 9, sold=0.0)], [change]) == [(1, 1.0, 9.0, 20.0, 20.0, 0.0)]


def test_where_watching_counts_later_than_it_began_the_price_of_then_is_known() -> None:
    row = watched(1, 1, 30, 31, sold=1.0)
    late = (*row[:7], 14.0, *row[8:])
    assert spans([late], [changed(1, 5, 15), changed(1, 20, 10)]) == [
        (1, 14.0, 20.0, 15.0, 20.0, 0.0),
        (1, 20.0, 31.0, 10.0, 20.0, 1.0),
    ]


def test_where_watching_counts_no_longer_the_last_price_of_then_is_the_last() -> None:
    assert spans([watched(1, 1, 30, 12, sold=0.0)], [changed(1, 20, 10)]) == [(1, 1.0, 12.0, 20.0, 20.0, 0.0)]


def test_a_listing_without_a_price_in_euro_is_left_out() -> None:
    assert spans([watched(1, 1, 8, 9, sold=1.0, price=None)], []) == []


def test_the_spans_of_a_spell_share_its_number() -> None:
    rows = pl.DataFrame(
        [watched(1, 1, 12, 13, sold=1.0), watched(2, 1, 12, 13, sold=1.0)], schema=WATCHED, orient="row"
    )
    changes = pl.DataFrame([changed(1, 4, 15)], schema=CHANGED, orient="row")
    assert split_at_price_changes(rows, changes).select("listing_id", "spell").rows() == [(1, 0), (1, 0), (2, 1)]
