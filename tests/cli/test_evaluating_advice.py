"""`vopt evaluate` as a person uses it."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Vopt


def test_evaluations_are_told_apart(vopt: Vopt) -> None:
    told = vopt("evaluate", "--help").out
    assert "market" in told
    assert "advice" in told
    assert "--seed" in vopt("evaluate", "advice", "--help").out


def test_a_seed_below_zero_is_refused(vopt: Vopt) -> None:
    assert vopt("evaluate", "advice", "--seed", "-1").status == 2


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_advice_is_measured_by_the_price_model_that_vopt_has(vopt: Vopt) -> None:
    done = json.loads(vopt("evaluate", "advice", "--seed", "1", "--scale", "0.5", "--json").out)
    assert done["family"] == "weibull"
    assert 0.8 < done["of_best"] <= 1.0
