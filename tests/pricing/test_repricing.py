"""Which of her prices to change today."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pricing.demands import demand
from vopt_lib.pricing.repricing import (
    BELOW_FLOOR,
    MOST_AT_ONCE,
    SLOW_SEASON,
    TOO_CHEAP,
    TOO_DEAR,
    best_changes,
)
from vopt_lib.schema.price_page import OwnOffer
from vopt_lib.schema.pricing import Selling


def on_shelf(listing_id: int = 1, asked: float = 40.0, **changed: Any) -> OwnOffer:
    known = {"title": "Giacca", "worth_eur": 20.0, "days_listed": 30, "selling": Selling()}
    return OwnOffer(listing_id=listing_id, asked_eur=asked, **known | changed)


def test_the_best_changes_come_first_and_no_more_than_wanted() -> None:
    shelf = [on_shelf(1, 30.0), on_shelf(2, 60.0), on_shelf(3, 45.0), on_shelf(4, 20.0)]
    changes = best_changes(shelf, demand(), most=2)
    assert [change.listing_id for change in changes] == [2, 3]
    assert changes[0].gain_eur > changes[1].gain_eur > 0
    assert best_changes(shelf, demand(), most=0) == []


@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        (on_shelf(asked=40.0), TOO_DEAR),
        (on_shelf(asked=8.0), TOO_CHEAP),
        (on_shelf(asked=40.0, worth_then_eur=25.0), SLOW_SEASON),
        (on_shelf(asked=8.0, selling=Selling(cost_eur=15.0)), BELOW_FLOOR),
    ],
    ids=["too dear", "too cheap", "its season ends", "below her floor"],
)
def test_the_reason_is_told(listing: OwnOffer, reason: str) -> None:
    (change,) = best_changes([listing], demand())
    assert change.reason == reason
    assert (change.advised_eur < listing.asked_eur) == (reason in (TOO_DEAR, SLOW_SEASON))


@pytest.mark.parametrize(
    "left",
    [{"days_listed": 6}, {"changed_days_ago": 13}, {"asked": 21.0}],
    ids=["fresh", "changed lately", "good as it is"],
)
def test_what_is_fresh_was_changed_lately_or_is_good_is_left_in_peace(left: dict[str, Any]) -> None:
    assert best_changes([on_shelf(**left)], demand()) == []


def test_a_price_that_was_changed_as_advised_is_not_changed_back_two_weeks_later() -> None:
    (change,) = best_changes([on_shelf(asked=26.0, worth_eur=14.0)], demand())
    for days in range(0, 60, 5):
        again = on_shelf(
            asked=change.advised_eur, worth_eur=14.0, first_eur=26.0, changed_days_ago=days, days_listed=30 + days
        )
        assert all(other.advised_eur < change.advised_eur for other in best_changes([again], demand()))


@settings(deadline=None)
@given(
    st.floats(1.0, 300.0),
    st.floats(1.0, 300.0),
    st.integers(7, 300),
    st.floats(0.0, 100.0),
    st.floats(0.0, 0.3),
)
def test_a_change_keeps_to_her_floor_and_goes_no_further_than_is_sensible(
    asked: float, worth: float, days: int, cost: float, fees: float
) -> None:
    selling = Selling(cost_eur=cost, fees_share=fees)
    floor = max(cost / (1.0 - fees), 1.0)
    for change in best_changes([on_shelf(asked=asked, worth_eur=worth, days_listed=days, selling=selling)], demand()):
        assert change.advised_eur >= floor - 1e-9
        assert change.gain_eur >= 0.5
        assert abs(change.advised_eur / asked - 1.0) <= MOST_AT_ONCE + 1e-9 or asked < floor or worth > asked
