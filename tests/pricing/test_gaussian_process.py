"""A Gaussian process tells prices by likes, and what each thing would be told without itself."""

from __future__ import annotations

import numpy as np
import pytest

from tests.pricing.things import things
from vopt_lib.pricing.features import Inputs, read_features
from vopt_lib.pricing.gaussian_process import Varied, Weights, distances, learn_weights, likeness, solve

ROWS = things(160)
FEATURES = read_features(ROWS)
THINGS = FEATURES.inputs(ROWS)
LOGS = ROWS["price_eur"].log().to_numpy()
WEIGHTS = learn_weights(THINGS, LOGS, seed=0)


def test_distances_are_none_of_itself_and_at_most_one_of_labels_and_texts() -> None:
    for apart in distances(THINGS, THINGS):
        assert abs(np.diag(apart)).max() < 1e-5
        assert apart.min() > -1e-5


def test_two_texts_that_say_nothing_are_alike() -> None:
    rows = ROWS.with_columns(title=ROWS["brand"])
    told = FEATURES.inputs(rows)
    *_, letters = distances(told, told)
    assert letters.max() == 0.0


def test_likeness_is_symmetric_and_greatest_with_itself() -> None:
    alike = likeness(THINGS, THINGS, WEIGHTS)
    np.testing.assert_allclose(alike, alike.T, atol=1e-5)
    assert (alike.argmax(axis=1) == np.arange(len(LOGS))).mean() > 0.3  # twins are as alike as itself
    assert alike.max() <= WEIGHTS.variances.sum() + 1e-5


def test_what_it_tells_without_a_thing_is_what_it_tells_after_leaving_it_out() -> None:
    _, told = solve(THINGS, LOGS, WEIGHTS)
    for place in (0, 7, 150):
        others = np.delete(np.arange(len(LOGS)), place)
        # The level is that of all things in the one, and of all others in the other.
        without, _ = solve(THINGS.take(others), LOGS[others], WEIGHTS)
        assert without.predict(THINGS.take([place]))[0] == pytest.approx(told[place], abs=0.02)


def test_brands_matter_more_than_what_says_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 3, (1, len(LOGS))).astype(np.int32)
    told = Inputs(np.vstack([THINGS.codes, noise]), THINGS.numbers, THINGS.texts)
    weights = learn_weights(told, LOGS, seed=0)
    brand, nothing = FEATURES.names.index("brand"), len(THINGS.codes)
    assert weights.costs[0, brand] > 3 * weights.costs[0, nothing]


def test_variants_are_told_as_things_that_differ_in_them() -> None:
    process, _ = solve(THINGS, LOGS, WEIGHTS)
    label, number = FEATURES.names.index("condition"), list(FEATURES.number_ends).index("worn")
    varied = Varied(label, number, np.array([0, 1], np.int32), np.array([0.2, 0.9], np.float32))
    told = process.predict_varied(THINGS, varied)
    for place in (0, 1):
        codes, numbers = THINGS.codes.copy(), THINGS.numbers.copy()
        codes[label], numbers[number] = varied.codes[place], varied.numbers[place]
        expected = process.predict(Inputs(codes, numbers, THINGS.texts))
        np.testing.assert_allclose(told[:, place], expected, atol=1e-3)


def test_the_same_seed_learns_the_same() -> None:
    again = learn_weights(THINGS, LOGS, seed=0)
    np.testing.assert_array_equal(again.costs, WEIGHTS.costs)


def test_things_all_alike_are_told_their_mean() -> None:
    same = THINGS.take(np.zeros(20, dtype=np.int64))
    logs = np.linspace(2.0, 4.0, 20)
    weights = Weights(WEIGHTS.costs, WEIGHTS.variances, 0.3)
    process, _ = solve(same, logs, weights)
    assert process.predict(same)[0] == pytest.approx(3.0, abs=1e-3)
