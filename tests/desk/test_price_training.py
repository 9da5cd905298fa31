"""Learning a market's prices: judged, kept, used only if it does good, and told as a run."""

from __future__ import annotations

import errno
import signal
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.cradle import lived
from tests.markets import FixedClock
from tests.priced_market import NOW, priced_market, publish_listings
from tests.pricing.standin import MEDIANS, SLIGHTLY_DEAR, TOO_DEAR, Medians, fit
from vopt_lib.commit_points import CommitPoint, observe
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.price_models import kept_models, model_in_use, price_model, use_model
from vopt_lib.desk.price_training import Trained, is_held_out, train
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import headline
from vopt_lib.errors import (
    AlreadyRunning,
    ModelDamaged,
    ModelNotKept,
    ModelRefused,
    NothingPublished,
    NothingToLearn,
    TooFewListings,
)
from vopt_lib.files import only_one
from vopt_lib.pricing import store
from vopt_lib.pricing.learner import Learner
from vopt_lib.schema.model_card import TrainingStep
from vopt_lib.schema.pricing import PRICED, Unlearnt
from vopt_lib.words import Words


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return priced_market(tmp_path / "data")


def later(desk: Desk, days: int) -> Desk:
    """The same vopt so many days later."""
    return open_desk(data=desk.paths.data, clock=FixedClock(NOW + timedelta(days=days)))


def in_use(desk: Desk) -> str | None:
    return store.published(desk.paths.price_models).get("it")


def test_the_first_model_that_is_good_enough_is_used(desk: Desk) -> None:
    assert price_model(desk, "it", learner=MEDIANS) is Unlearnt.NO_MODEL
    done = train(desk, learner=MEDIANS)
    assert done.card is not None
    assert (done.run.outcome, done.is_used, done.card.refused) == ("done", True, ())
    assert in_use(desk) == done.card.version == "it-20261122T063000"
    model = price_model(desk, "it", learner=MEDIANS)
    assert isinstance(model, Medians)
    assert model.middles["Zara Donna > Borse"] == pytest.approx(12, rel=0.1)


def test_its_card_tells_what_was_learnt_and_how_well(desk: Desk) -> None:
    card = train(desk, learner=MEDIANS).card
    assert card is not None
    assert card == store.card_of(desk.paths.price_models, card.version)
    assert card.rows + card.quality.rows + sum(card.left_out.values()) == 945
    assert card.quality.median_ape < 0.2
    assert card.plain.rows == card.quality.rows
    assert card.left_out["sold"] == 23
    assert (card.source, card.rival, card.categories[0].quality.rows > 300) == ("vinted", None, True)
    assert card.first_day == (NOW - timedelta(days=30)).date()
    assert 0 <= card.unknown_words <= 1
    text = store.card_text(desk.paths.price_models, card.version)
    assert text.startswith(f"# Price model {card.version}\n")


def test_one_listing_in_ten_is_never_learnt_from_always_the_same(desk: Desk) -> None:
    learnt: list[pl.DataFrame] = []

    def noting(rows: pl.DataFrame) -> Medians:
        learnt.append(rows)
        return fit(rows)

    card = train(desk, learner=Learner(noting, Medians.of_state)).card
    assert card is not None
    assert learnt[0].schema == PRICED
    assert not any(map(is_held_out, learnt[0]["id"]))
    assert sum(map(is_held_out, map(str, range(10_000)))) == pytest.approx(1000, abs=100)


def test_prices_of_the_rows_it_is_judged_by_are_not_shown_to_it(desk: Desk) -> None:
    class Peeking(Medians):
        def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
            assert rows["price_eur"].null_count() == rows.height
            return super().estimates(rows)

    def peek(rows: pl.DataFrame) -> Medians:
        known = fit(rows)
        made = Peeking(list(known.middles), np.array(list(known.middles.values())), known.reach)
        made.out_of_fold = known.out_of_fold
        return made

    assert train(desk, learner=Learner(peek, Peeking.of_state)).is_used


def test_it_is_told_as_a_run(desk: Desk) -> None:
    done = train(desk, learner=MEDIANS)
    [run] = newest_runs(desk, "train")
    assert (run.run_id, run.market, run.source, run.rows) == (done.run.run_id, "it", "vinted", 823)
    assert headline(run, Words("en")) == (
        "Learning prices: Model it-20261122T063000 is in use now: 823 listings, and half of its prices are off by "
        f"{done.card.quality.median_ape:.0%} or less."  # type: ignore[union-attr]
    )
    assert run.troubles == ()


def test_each_step_is_told_as_it_begins(desk: Desk) -> None:
    steps: list[tuple[TrainingStep, int]] = []
    train(desk, learner=MEDIANS, on_step=lambda step, n: steps.append((step, n)))
    assert steps == [
        (TrainingStep.READING, 0),
        (TrainingStep.LEARNING, 823),
        (TrainingStep.JUDGING, 98),
        (TrainingStep.KEEPING, 823),
    ]
    assert Words("en").say(steps[1][0].sentence, n=steps[1][1]) == "Learning the prices of 823 listings…"


def test_a_model_that_misses_a_floor_is_kept_aside_with_the_reason(desk: Desk) -> None:
    done = train(desk, learner=TOO_DEAR)
    assert (done.run.outcome, done.is_used, in_use(desk)) == ("held_back", False, None)
    assert isinstance(done.run.error, ModelRefused)
    assert "Half of its prices are off by " in str(done.run.error)
    [kept] = kept_models(desk)
    assert kept.card is not None
    assert (kept.is_published, len(kept.card.refused) > 1) == (False, True)
    assert headline(newest_runs(desk, "train")[0], Words("en")).startswith(
        "Learning prices: The price model it-20261122T063000 is not used. Half of its prices are off by "
    )


@pytest.mark.parametrize("reach", [0.0, float("nan"), float("inf")], ids=["nothing", "nan", "endless"])
def test_a_model_whose_intervals_are_none_is_kept_aside_and_its_card_can_be_read(desk: Desk, reach: float) -> None:
    class Broken(Medians):
        def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
            return super().estimates(rows).with_columns(low_eur=pl.col("middle_eur") * reach)

    def broken(rows: pl.DataFrame) -> Medians:
        known = fit(rows)
        made = Broken(list(known.middles), np.array(list(known.middles.values())), known.reach)
        made.out_of_fold = known.out_of_fold
        return made

    done = train(desk, learner=Learner(broken, Broken.of_state))
    assert (done.run.outcome, in_use(desk)) == ("held_back", None)
    assert "Some of its prices are no numbers" in str(done.run.error)
    assert [kept.card for kept in kept_models(desk)] == [done.card]


def test_a_model_that_is_surely_worse_than_the_one_in_use_is_kept_aside(desk: Desk) -> None:
    train(desk, learner=MEDIANS)
    done = train(later(desk, 7), learner=SLIGHTLY_DEAR)
    assert done.run.outcome == "held_back"
    assert "Its prices are further off than those of " in str(done.run.error)
    assert in_use(desk) == "it-20261122T063000"
    assert done.card is not None
    assert done.card.rival_quality is not None
    assert done.card.rival_quality.median_ape < done.card.quality.median_ape


def test_an_equally_good_one_takes_its_place(desk: Desk) -> None:
    train(desk, learner=MEDIANS)
    assert train(later(desk, 7), learner=MEDIANS).is_used
    assert in_use(desk) == "it-20261129T063000"


def test_after_many_weeks_five_models_are_kept(desk: Desk) -> None:
    for week in range(7):
        train(later(desk, 7 * week), learner=MEDIANS)
    assert [kept.version for kept in kept_models(desk)] == [
        "it-20270103T063000", "it-20261227T063000", "it-20261220T063000", "it-20261213T063000", "it-20261206T063000",
    ]  # fmt: skip


def test_what_she_goes_back_to_while_it_learns_stays_in_use(desk: Desk) -> None:
    train(desk, learner=MEDIANS)
    train(later(desk, 7), learner=MEDIANS)

    def going_back(rows: pl.DataFrame) -> Medians:
        use_model(desk, "it-20261122T063000", learner=MEDIANS)
        return fit(rows)

    done = train(later(desk, 14), learner=Learner(going_back, Medians.of_state))
    assert "Another model was put to use while it learnt." in str(done.run.error)
    assert in_use(desk) == "it-20261122T063000"


def test_a_model_in_use_that_is_spoilt_is_no_rival_and_is_replaced(desk: Desk) -> None:
    train(desk, learner=MEDIANS)
    (desk.paths.price_models / "it-20261122T063000" / "model.json").write_text("{}")
    done = train(later(desk, 7), learner=MEDIANS)
    assert done.card is not None
    assert (done.is_used, done.card.rival) == (True, None)
    assert in_use(desk) == "it-20261129T063000"


def failing(done: Trained) -> type[Exception]:
    assert (done.run.outcome, done.card) == ("failed", None)
    return type(done.run.error)


def test_with_too_few_listings_it_says_what_is_missing(tmp_path: Path) -> None:
    desk = priced_market(tmp_path, listings=100)
    done = train(desk, learner=MEDIANS)
    assert failing(done) is TooFewListings
    assert str(done.run.error) == (
        "Not enough evidence to learn prices on vinted.it: 102 of the listings can be learnt from, and 500 are needed. "
        "Follow more there and collect it: `vopt follow add`, then `vopt collect`."
    )
    assert [run.error.__class__ for run in newest_runs(desk, "train")] == [TooFewListings]
    assert kept_models(desk) == []


def test_prices_in_another_currency_teach_nothing(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path, clock=FixedClock(NOW))
    publish_listings(desk, 900, until=NOW, last_price_eur=None, currency="PLN")
    assert failing(train(desk, learner=MEDIANS)) is TooFewListings


def test_an_empty_market_says_so(tmp_path: Path) -> None:
    desk = priced_market(tmp_path, listings=600)
    assert failing(train(desk, "fr", learner=MEDIANS)) is NothingToLearn
    assert failing(train(open_desk(data=tmp_path / "new", clock=FixedClock(NOW)), learner=MEDIANS)) is NothingPublished


def test_a_full_disk_leaves_the_model_in_use(desk: Desk) -> None:
    train(desk, learner=MEDIANS)

    def full(point: str) -> None:
        if point == "model.written":
            raise OSError(errno.ENOSPC, "No space left on device")

    observe(full)
    try:
        assert failing(train(later(desk, 7), learner=MEDIANS)) is ModelNotKept
    finally:
        observe(lambda _: None)
    assert in_use(desk) == "it-20261122T063000"


def test_one_training_at_a_time(desk: Desk) -> None:
    with only_one(desk.paths.train_lock, "vopt train"), pytest.raises(AlreadyRunning, match="vopt train"):
        train(desk, learner=MEDIANS)
    assert newest_runs(desk, "train") == []


def test_each_market_learns_and_uses_its_own(desk: Desk) -> None:
    train(desk, learner=MEDIANS)
    publish_listings(desk, 900, until=NOW, market="fr")
    assert train(desk, "fr", learner=MEDIANS).is_used
    assert store.published(desk.paths.price_models) == {"it": "it-20261122T063000", "fr": "fr-20261122T063000"}


def test_a_model_that_this_vopt_does_not_understand_is_told(desk: Desk) -> None:
    train(desk, learner=MEDIANS)

    def of_state(arrays: Mapping[str, Any], told: Mapping[str, Any]) -> Medians:
        raise KeyError("reach")

    with pytest.raises(ModelDamaged, match="this vopt does not understand what it learnt"):
        model_in_use(desk, "it", learner=Learner(fit, of_state))


@pytest.mark.parametrize(
    ("point", "used"),
    [
        (CommitPoint.MODEL_WRITTEN, "it-20261122T063000"),
        (CommitPoint.MODEL_NAMED, "it-20261122T063000"),
        (CommitPoint.MODEL_PUBLISHED, "it-20261129T063000"),
    ],
)
def test_killed_while_it_learns_a_whole_model_is_in_use_and_the_next_training_is_as_any(
    desk: Desk, point: CommitPoint, used: str
) -> None:
    train(desk, learner=MEDIANS)
    assert lived("tests.desk.trainer", str(desk.paths.data), "7", point) == -signal.SIGKILL
    found = model_in_use(desk, "it", learner=MEDIANS)
    assert found is not None
    assert (found.card.version, in_use(desk)) == (used, used)
    assert train(later(desk, 14), learner=MEDIANS).is_used
    assert not list(desk.paths.price_models.glob(".*"))
