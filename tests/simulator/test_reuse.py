"""Some listings show photos that were taken for others, and the truth tells which; visitors see nothing of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from vopt_lib.simulator.generate import generate
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.photos import draw_photo
from vopt_lib.simulator.reuse import FOUND_SHARE, RETAKEN_SHARE, TWICE_SHARE
from vopt_lib.simulator.stock import Truth

START = datetime(2026, 10, 1, tzinfo=UTC)
LATER = START + timedelta(days=3)


@pytest.fixture(scope="module")
def market() -> StockedMarket:
    return generate(5, START, 30)


@pytest.fixture
def truth(market: StockedMarket) -> Truth:
    assert market.truth is not None
    return market.truth


def _could_be(market: StockedMarket, truth: Truth, *, own: bool) -> list[int]:
    """Rows of new things that have an original of the same catalogue and colour before them, oldest first."""
    stock, seen, could = market.stock, {}, []  # type: ignore[var-annotated]
    is_copy = (truth.photos_of > 0) | (truth.same_thing_as > 0)
    things: set[int] = set()
    for row in range(len(stock) - 1, -1, -1):
        if int(stock.photo_seed[row]) in things or truth.oddity[row] == "bundle":
            continue
        things.add(int(stock.photo_seed[row]))
        sellers = seen.setdefault((int(stock.catalog_id[row]), int(stock.colour_ids[row, 0])), [])
        if any((one == stock.seller[row]) == own for one in sellers):
            could.append(row)
        if not is_copy[row]:
            sellers.append(stock.seller[row])
    return could


def test_so_many_things_are_shown_by_somebody_elses_photos(market: StockedMarket, truth: Truth) -> None:
    found = (truth.photos_of > 0) & (truth.same_thing_as == 0)
    could = _could_be(market, truth, own=False)
    assert found[could].mean() == pytest.approx(FOUND_SHARE, abs=0.004)


def test_so_many_things_that_could_be_are_listed_twice(market: StockedMarket, truth: Truth) -> None:
    could = _could_be(market, truth, own=True)
    twice = truth.same_thing_as > 0
    assert twice[could].mean() == pytest.approx(TWICE_SHARE, abs=0.07)
    assert (truth.photos_of[twice] == 0).mean() == pytest.approx(RETAKEN_SHARE, abs=0.1)


def test_what_is_listed_twice_is_so_by_one_seller_and_what_is_found_by_another(
    market: StockedMarket, truth: Truth
) -> None:
    stock = market.stock
    for row in np.flatnonzero((truth.photos_of > 0) | (truth.same_thing_as > 0)).tolist():
        of = market.row_of(int(truth.photos_of[row] or truth.same_thing_as[row]))
        assert of is not None
        assert stock.published_s[of] <= stock.published_s[row]
        assert stock.catalog_id[of] == stock.catalog_id[row]
        assert stock.colour_ids[of, 0] == stock.colour_ids[row, 0]
        assert (stock.seller[of] == stock.seller[row]) == bool(truth.same_thing_as[row])


def test_a_copy_shows_the_others_photo_as_another_file(market: StockedMarket, truth: Truth) -> None:
    row = int(np.flatnonzero((truth.photos_of > 0) & (truth.same_thing_as == 0))[0])
    of = market.row_of(int(truth.photos_of[row]))
    assert of is not None
    copy, own = market.offers([row, of], LATER)
    assert copy.borrowed is not None
    assert (copy.borrowed.photo_seed, copy.borrowed.seller_id) == (own.photo_seed, own.seller_id)
    assert own.borrowed is None
    assert draw_photo(copy, 1, (70, 100)) != draw_photo(own, 1, (70, 100))


def test_a_relist_shows_what_its_thing_showed_before(market: StockedMarket, truth: Truth) -> None:
    relists = [row for row in np.flatnonzero(truth.relist_of).tolist() if market.row_of(int(truth.relist_of[row]))]
    copies = 0
    for row in relists:
        former = market.row_of(int(truth.relist_of[row]))
        assert former is not None
        again, before = market.offers([row, former], LATER)
        assert again.borrowed == before.borrowed
        copies += again.borrowed is not None
    assert copies


def test_what_comes_later_changes_no_photo_of_before() -> None:
    short, long = generate(5, START, 3, scale=0.2), generate(5, START, 3, scale=0.2, days_after=40)
    rows = [long.row_of(listing_id) for listing_id in short.stock.listing_id.tolist()]
    assert None not in rows
    was = short.offers(range(len(short)), LATER)
    now = long.offers([row for row in rows if row is not None], LATER)
    assert [offer.borrowed for offer in was] == [offer.borrowed for offer in now]
    assert any(offer.borrowed for offer in was)
