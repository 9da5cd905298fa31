"""The model in use: read once, replaced for everybody at once, and gone back from by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.markets import FixedClock
from tests.priced_market import NOW
from tests.pricing.cards import WHY, card
from tests.pricing.standin import Medians, fit
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.price_models import (
    card_in_use,
    card_text,
    changing_models,
    kept_models,
    model_in_use,
    price_model,
    use_model,
)
from vopt_lib.errors import ModelDamaged, ModelRefused, UnknownModel
from vopt_lib.pricing import store
from vopt_lib.pricing.learner import Learner
from vopt_lib.schema.pricing import Unlearnt

OLD, NEW, BAD = "it-20261115T063000", "it-20261122T063000", "it-20261129T063000"


class Reading:
    """Comes back from states, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def of_state(self, arrays: Mapping[str, Any], told: Mapping[str, Any]) -> Medians:
        self.times += 1
        return Medians.of_state(arrays, told)


@pytest.fixture
def reading() -> Reading:
    return Reading()


@pytest.fixture
def learner(reading: Reading) -> Learner:
    return Learner(fit, reading.of_state)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two models and one that was refused; the newer of the two is in use."""
    desk = open_desk(data=tmp_path, clock=FixedClock(NOW))
    for number, version in enumerate((OLD, NEW, BAD)):
        arrays, told = Medians(["Zara a"], np.array([10.0 + number]), 1.5).state()
        refused = (WHY,) if version == BAD else ()
        store.save(
            desk.paths.price_models, store.State(arrays, told), replace(card(version), refused=refused), f"# {version}"
        )
    store.publish(desk.paths.price_models, NEW)
    return desk


def middle(desk: Desk, learner: Learner) -> float:
    model = price_model(desk, "it", learner=learner)
    assert isinstance(model, Medians)
    return float(model.middles["Zara a"])


def test_a_model_is_read_once(desk: Desk, learner: Learner, reading: Reading) -> None:
    assert [middle(desk, learner) for _ in range(5)] == [11.0] * 5
    assert reading.times == 1


def test_going_back_is_seen_at_once_and_what_was_loaded_goes_on_working(
    desk: Desk, learner: Learner, reading: Reading
) -> None:
    before = model_in_use(desk, "it", learner=learner)
    assert use_model(desk, OLD, learner=learner).version == OLD
    assert middle(desk, learner) == 10.0
    assert before is not None
    assert isinstance(before.model, Medians)
    assert before.model.middles["Zara a"] == 11.0
    use_model(desk, NEW, learner=learner)
    assert middle(desk, learner) == 11.0
    assert reading.times == 2


def test_a_model_that_leaves_while_it_is_loaded_goes_on_working(desk: Desk, learner: Learner) -> None:
    before = model_in_use(desk, "it", learner=learner)
    with changing_models(desk):
        store.publish(desk.paths.price_models, OLD)
        store.prune(desk.paths.price_models, "it", most=1)
    assert store.versions(desk.paths.price_models) == [BAD, OLD]
    assert before is not None
    assert isinstance(before.model, Medians)
    assert before.model.middles["Zara a"] == 11.0


def test_another_model_of_the_same_name_is_not_taken_for_it(desk: Desk, learner: Learner) -> None:
    assert middle(desk, learner) == 11.0
    place = desk.paths.price_models / NEW
    place.rename(desk.paths.price_models / "aside")
    arrays, told = Medians(["Zara a"], np.array([99.0]), 1.5).state()
    store.save(desk.paths.price_models, store.State(arrays, told), card(NEW), "# new")
    assert middle(desk, learner) == 99.0


def test_a_market_without_a_model_says_so(desk: Desk, learner: Learner) -> None:
    assert price_model(desk, "fr", learner=learner) is Unlearnt.NO_MODEL
    assert card_in_use(desk, "fr") is None
    assert kept_models(desk, "fr") == []


def test_the_kept_models_are_told_the_newest_first(desk: Desk) -> None:
    assert [(kept.version, kept.is_published) for kept in kept_models(desk)] == [
        (BAD, False), (NEW, True), (OLD, False),
    ]  # fmt: skip
    assert card_in_use(desk, "it") == card(NEW)
    assert card_text(desk, "it-20261122") == f"# {NEW}"


def test_one_whose_card_is_spoilt_is_told_with_its_trouble(desk: Desk) -> None:
    (desk.paths.price_models / OLD / "metrics.json").write_text("{")
    [*_, spoilt] = kept_models(desk)
    assert (spoilt.version, spoilt.card) == (OLD, None)
    assert isinstance(spoilt.trouble, ModelDamaged)


def test_a_refused_model_is_used_only_if_she_insists(desk: Desk, learner: Learner) -> None:
    with pytest.raises(
        ModelRefused, match=r"Half of its prices are off by .* or more; at most .* are allowed\. It is kept"
    ):
        use_model(desk, BAD, learner=learner)
    assert middle(desk, learner) == 11.0
    use_model(desk, BAD, anyway=True, learner=learner)
    assert middle(desk, learner) == 12.0


def test_a_spoilt_model_is_never_put_to_use(desk: Desk, learner: Learner) -> None:
    (desk.paths.price_models / OLD / "model.npz").write_bytes(b"PK")
    with pytest.raises(ModelDamaged):
        use_model(desk, OLD, anyway=True, learner=learner)
    assert middle(desk, learner) == 11.0


@pytest.mark.parametrize("name", ["it-2025", "it", "", "../../etc"])
def test_a_name_of_none_or_of_several_is_refused(desk: Desk, learner: Learner, name: str) -> None:
    with pytest.raises(UnknownModel, match="`vopt models list` shows them"):
        use_model(desk, name, learner=learner)


def test_a_model_in_use_whose_files_are_gone_is_told_with_what_to_do(desk: Desk, learner: Learner) -> None:
    (desk.paths.price_models / NEW).rename(desk.paths.price_models / "elsewhere")
    with pytest.raises(ModelDamaged, match=r"its files are not there\. Train anew with `vopt train`"):
        price_model(desk, "it", learner=learner)
