"""A small net learns from sparse rows what no straight line tells, and the same again from the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from vopt_lib.pricing.plain_nets import fit_net

RNG = np.random.default_rng(5)
PICKED = RNG.integers(0, 2, (3_000, 2))
ROWS = csr_matrix(np.hstack([PICKED, 1 - PICKED, np.zeros((3_000, 3))]).astype(np.float32))
LOGS = 3.0 + np.logical_xor(PICKED[:, 0], PICKED[:, 1]).astype(np.float64)


def test_what_only_two_features_together_tell_is_learnt() -> None:
    told = fit_net(ROWS[:2_500], LOGS[:2_500], 0)(ROWS[2_500:])
    assert np.abs(told - LOGS[2_500:]).max() < 0.2


def test_the_same_seed_learns_the_same() -> None:
    first, again, other = (fit_net(ROWS[:200], LOGS[:200], seed)(ROWS[:5]) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()


@pytest.mark.parametrize("rows", [csr_matrix((4, 7), dtype=np.float32)], ids=["empty rows"])
def test_rows_without_features_are_told_something_usual(rows: csr_matrix) -> None:
    told = fit_net(ROWS, LOGS, 0)(rows)
    assert ((told > 2.5) & (told < 4.5)).all()


def test_one_price_for_all_is_learnt_as_it_is() -> None:
    assert fit_net(ROWS[:100], np.full(100, 2.0), 0)(ROWS[:3]) == pytest.approx(np.full(3, 2.0), abs=0.3)
