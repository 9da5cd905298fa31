"""A site whose index is never quite whole leaves listings out of its searches, others on each day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vopt_lib.simulator.dialects import Asked
from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.offers import ShelfQuery
from vopt_lib.simulator.shelf import Shelf

START = datetime(2026, 10, 22, tzinfo=UTC)
MARKET = generate(4, START, 3, scale=0.2)


def shown(shelf: Shelf, at: datetime, per_page: int = 100_000, page: int = 1) -> list[int]:
    asked = Asked(ShelfQuery(), order="newest_first", page=page, per_page=per_page, time=None)
    return [placed.offer.listing_id for placed in shelf.page(asked, at, cap=100_000, taken={}).places]


def test_a_share_of_the_listings_is_missing_and_others_the_next_day() -> None:
    whole = Shelf(MARKET, seed=1, with_promoted=False)
    leaky = Shelf(MARKET, seed=1, with_promoted=False, missed_share=0.15)
    at = [START + timedelta(days=day, hours=9) for day in (0, 1)]
    missed = [{*shown(whole, moment)} - {*shown(leaky, moment)} for moment in at]
    assert len(missed[0]) / len(shown(whole, at[0])) == pytest.approx(0.15, abs=0.02)
    both = {*shown(whole, at[0])} & {*shown(whole, at[1])}
    assert len(missed[0] & missed[1]) / len(both) == pytest.approx(0.15**2, abs=0.01)


def test_on_one_day_every_search_misses_the_same() -> None:
    leaky = Shelf(MARKET, seed=1, with_promoted=False, missed_share=0.15)
    morning = START + timedelta(hours=9)
    everything = shown(leaky, morning)
    pages = [listing for page in (1, 2, 3) for listing in shown(leaky, morning, per_page=96, page=page)]
    assert pages == everything[: len(pages)]
    still = {*shown(leaky, morning + timedelta(minutes=5))}
    gone = {*everything} - still
    assert len(gone) < 10
