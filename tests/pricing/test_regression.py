"""Scales of the groups of columns are read from prices, and a price that is far off teaches nothing."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, hstack

from vopt_lib.pricing.regression import is_sane, learn_scales, regress

THINGS, TELLING, SILENT = 4_000, 100, 300
ADDED_SD, NOISE_SD = 0.4, 0.2
GROUPS = np.repeat([0, 1], [TELLING, SILENT])


def _market() -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """Things with one column of each group: the first group moves their log prices, the second does not."""
    rng = np.random.default_rng(0)
    places = np.column_stack([rng.integers(TELLING, size=THINGS), TELLING + rng.integers(SILENT, size=THINGS)])
    added = np.concatenate([rng.normal(0.0, ADDED_SD, TELLING), np.zeros(SILENT)])
    logs = 3.0 + added[places].sum(axis=1) + rng.normal(0.0, NOISE_SD, THINGS)
    columns = csr_matrix((np.ones(2 * THINGS, np.float32), (np.repeat(np.arange(THINGS), 2), places.ravel())))
    return columns, logs, added


def test_a_scale_is_how_far_columns_of_the_group_differ_in_units_of_the_noise() -> None:
    columns, logs, _ = _market()
    scales = learn_scales(columns, logs, GROUPS, seed=0)
    telling, silent = scales[0], scales[-1]
    assert abs(telling / (ADDED_SD / NOISE_SD) - 1.0) < 0.25
    assert silent < 0.1 * telling
    assert np.ptp(scales[:TELLING]) == np.ptp(scales[TELLING:]) == 0.0


def test_the_same_things_give_the_same_scales() -> None:
    columns, logs, _ = _market()
    np.testing.assert_array_equal(
        learn_scales(columns, logs, GROUPS, seed=3), learn_scales(columns, logs, GROUPS, seed=3)
    )


def test_with_its_scales_a_regression_comes_near_to_what_each_column_adds() -> None:
    columns, logs, added = _market()
    told = regress(columns, logs, learn_scales(columns, logs, GROUPS, seed=0))
    off = told.weights - added
    assert float(np.std(off[:TELLING])) < 2.0 * NOISE_SD / np.sqrt(THINGS / TELLING)
    assert float(np.std(off[TELLING:])) < 0.01


def test_columns_of_large_scales_do_not_hide_those_of_small_ones() -> None:
    """As near as least squares, where a group that always has a column is a hundred times as large as the others."""
    columns, logs, _ = _market()
    always = csr_matrix((np.ones(THINGS, np.float32), (np.arange(THINGS), np.arange(THINGS) % 5)))
    both, scales = hstack([always, columns], format="csr"), np.repeat([10.0, 0.1], [5, TELLING + SILENT])
    around = both.toarray() - both.toarray().mean(axis=0)
    weights = np.linalg.solve(around.T @ around + np.diag(scales**-2.0), around.T @ logs)
    told = regress(both, logs, scales).predict(both)
    np.testing.assert_allclose(told, logs.mean() + around @ weights, atol=1e-3)


def test_prices_that_are_all_the_same_need_no_columns() -> None:
    columns, logs, _ = _market()
    scales = learn_scales(columns, np.full_like(logs, 3.0), GROUPS, seed=0)
    assert np.isfinite(scales).all()
    assert float(np.std(regress(columns, np.full_like(logs, 3.0), scales).predict(columns))) < 1e-6


def test_a_price_far_off_is_not_sane_and_where_nothing_is_off_all_are() -> None:
    assert is_sane(np.array([0.1, -0.1, 0.1, -0.1, 3.0])).tolist() == [True] * 4 + [False]
    assert is_sane(np.zeros(3)).all()
