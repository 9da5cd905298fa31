"""The price model in use is watched, and what its owner should know of it is told with what needs attention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.markets import FixedClock
from tests.priced_market import NOW, facts, priced_market, publish_listings
from tests.pricing.standin import MEDIANS, SLIGHTLY_DEAR
from vopt_lib.desk.attention import attention
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.price_models import use_model
from vopt_lib.desk.price_training import train
from vopt_lib.desk.price_watch import drift_of, watch_prices
from vopt_lib.schema.home_page import Attention
from vopt_lib.words import Words

WEEK = timedelta(days=7)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A vopt with a model, a week after it was trained."""
    trained = priced_market(tmp_path / "data")
    train(trained, learner=MEDIANS)
    return open_desk(data=tmp_path / "data", clock=FixedClock(NOW + WEEK))


def a_week_passes(desk: Desk, *, times: float = 1.0, listings: int = 900) -> None:
    """New listings come in, whose prices are so many times those of before."""
    told = facts(listings, NOW + WEEK)
    prices = [(price * Decimal(times)).quantize(Decimal("0.01")) for price in told["last_price_eur"]]
    first = [NOW + WEEK * (n + 1) / (listings + 1) for n in range(listings)]
    publish_listings(desk, listings, until=NOW + WEEK, last_price_eur=prices, first_seen_at=first)


def noticed(desk: Desk) -> list[Attention]:
    return [one for one in attention(desk, Words("en")) if one.kind in ("price_model", "price_drift")]


def test_a_model_that_still_fits_is_left_in_peace(desk: Desk) -> None:
    a_week_passes(desk)
    found = watch_prices(desk, "it", learner=MEDIANS)
    assert found is not None
    assert found.quality is not None
    assert (found.rows > 800, found.reasons) == (True, ())
    assert drift_of(desk, "it") == found
    assert noticed(desk) == []


def test_a_market_that_moved_is_told_until_a_new_model_is_in_use(desk: Desk) -> None:
    a_week_passes(desk, times=1.3)
    watch_prices(desk, "it", learner=MEDIANS)
    [told] = noticed(desk)
    assert (told.kind, told.tone) == ("price_drift", "warn")
    assert told.line.startswith("The price model has grown old: ")
    assert told.line.endswith(" `vopt train` learns anew.")
    reasons = [Words("en").say(one.what, **one.facts) for one in drift_of(desk, "it").reasons]  # type: ignore[union-attr]
    assert any("too low by about 2" in reason for reason in reasons)
    assert train(desk, learner=MEDIANS).is_used
    assert drift_of(desk, "it") is None
    assert noticed(desk) == []


def test_what_the_model_learnt_from_says_nothing_of_its_age(desk: Desk) -> None:
    found = watch_prices(desk, "it", learner=MEDIANS)
    assert found is not None
    assert (found.rows, found.quality) == (0, None)


def test_without_a_model_there_is_nothing_to_watch(tmp_path: Path) -> None:
    desk = priced_market(tmp_path, listings=40)
    assert watch_prices(desk, "it", learner=MEDIANS) is None
    assert drift_of(desk, "it") is None
    assert noticed(desk) == []


def test_a_new_model_that_was_refused_is_told_until_one_is_used(desk: Desk) -> None:
    train(desk, learner=SLIGHTLY_DEAR)
    [told] = noticed(desk)
    assert (told.kind, told.waits_for_her, told.href) == ("price_model", False, "/price_model")
    assert "is not used" in told.text
    later = open_desk(data=desk.paths.data, clock=FixedClock(NOW + 2 * WEEK))
    assert train(later, learner=MEDIANS).is_used
    assert noticed(later) == []


def test_going_back_forgets_what_was_found_of_the_other_one(desk: Desk) -> None:
    assert train(desk, learner=MEDIANS).is_used
    later = open_desk(data=desk.paths.data, clock=FixedClock(NOW + 2 * WEEK))
    watch_prices(later, "it", learner=MEDIANS)
    assert drift_of(later, "it") is not None
    use_model(later, "it-20261122T063000", learner=MEDIANS)
    assert drift_of(later, "it") is None


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (
            lambda folder: (folder / "it-20261122T063000" / "metrics.json").write_text("{"),
            "Train anew with `vopt train`",
        ),
        (lambda folder: (folder / "it-20261122T063000").rename(folder / "away"), "`vopt models list` shows them"),
        (lambda folder: (folder / "published.json").write_text("{"), "Put back a copy of it"),
    ],
    ids=["card", "folder", "which is in use"],
)
def test_a_model_in_use_that_is_spoilt_is_told(desk: Desk, spoil: Callable[[Path], object], why: str) -> None:
    spoil(desk.paths.price_models)
    [told] = noticed(desk)
    assert (told.kind, told.tone) == ("price_model", "bad")
    assert why in told.text


def test_what_another_vopt_wrote_is_forgotten(desk: Desk) -> None:
    desk.paths.price_drift("it").write_text('{"version": "it-20261122T063000"}')
    assert drift_of(desk, "it") is None
