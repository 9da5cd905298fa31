"""Regression, nets and process are taught, and weighed by what they tell of things that they have not seen."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from tests.pricing.things import things
from vopt_lib.pricing import members, nets
from vopt_lib.pricing.columns import read_columns
from vopt_lib.pricing.features import read_features
from vopt_lib.pricing.members import FARTHEST_SDS, drawn_in, teach_members
from vopt_lib.pricing.regression import learn_scales, out_of_fold, regress

ROWS = things(300)
FEATURES = read_features(ROWS)
THINGS = FEATURES.inputs(ROWS)
LOGS = ROWS["price_eur"].log().to_numpy()
COLUMNS = read_columns(THINGS, FEATURES.names)


def test_columns_of_things_never_seen_are_those_that_were_learnt() -> None:
    seen = things(5, seed=9).with_columns(brand=None)
    assert COLUMNS.matrix(FEATURES.inputs(seen)).shape[1] == COLUMNS.matrix(THINGS).shape[1]


def test_a_word_together_with_a_brand_is_a_column_of_its_own() -> None:
    assert [ids.size > 0 for _, _, ids in COLUMNS.words] == [True, True]


def test_regression_finds_what_makes_a_price() -> None:
    matrix = COLUMNS.matrix(THINGS)
    scales = learn_scales(matrix, LOGS, COLUMNS.groups(THINGS), seed=0)
    told = out_of_fold(matrix, LOGS, scales, folds=np.arange(len(LOGS)) % 5, teaching=np.ones(len(LOGS), bool))
    assert float(np.std(told - LOGS)) < 0.3 * float(np.std(LOGS))
    assert float(np.std(regress(matrix, LOGS, scales).predict(matrix) - LOGS)) < float(np.std(told - LOGS))


def test_nets_learn_and_touch_only_columns_that_they_met() -> None:
    matrix = COLUMNS.matrix(THINGS)
    padded = csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], matrix.shape[1] + 3))
    net = nets.teach(padded, LOGS, seed=0)
    other = nets.teach(padded, LOGS, seed=0)
    np.testing.assert_array_equal(net.layers[0][0], other.layers[0][0])
    assert float(np.std(net.predict(padded) - LOGS)) < float(np.std(LOGS))


def test_a_price_that_is_nonsense_is_drawn_in() -> None:
    told = np.zeros(9)
    off = np.array([0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 9.0])
    tame = drawn_in(off, told)
    assert tame[:8].tolist() == off[:8].tolist()
    assert abs(tame[8] - FARTHEST_SDS * 0.14826) < 1e-6


def test_the_blend_tells_unseen_things_about_as_well_as_their_noise_allows() -> None:
    made, unseen = teach_members(FEATURES, THINGS, LOGS, seed=0)
    assert float(np.std(unseen.logs - LOGS[unseen.places])) < 0.2  # noise of 0.15 that nothing tells
    assert made.blend.min() >= 0.0
    fresh = things(100, seed=5)
    told = made.predict(FEATURES.inputs(fresh)).logs[:, 0]
    assert float(np.std(told - fresh["price_eur"].log().to_numpy())) < 0.2


def test_where_there_are_many_things_the_process_knows_a_part_and_nets_the_rest(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(members, "MOST_EXACT", 100)
    monkeypatch.setattr(members, "LEAST_FOR_NETS", 150)
    made, unseen = teach_members(FEATURES, THINGS, LOGS, seed=0)
    assert len(made.process.known) == len(unseen.places) == 100
    assert len(made.nets) == 2
