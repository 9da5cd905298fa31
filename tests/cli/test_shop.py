"""`vopt shop figures`: the period that is asked for, and what it tells of an empty shop."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Vopt


def test_an_empty_shop_is_told_so(vopt: Vopt) -> None:
    told = vopt("shop", "figures", "--year", "2026")
    assert (told.status, told.lines) == (
        0,
        ["Sales from 1 Jan 2026 to 31 Dec 2026", "Nothing was sold, and nothing is on sale."],
    )


def test_programs_get_json(vopt: Vopt) -> None:
    told = vopt("shop", "figures", "--json", "--from", "2026-01-01", "--to", "2026-03-31")
    assert json.loads(told.out) == {
        "period": {"from": "2026-01-01", "to": "2026-03-31"},
        "person": None,
        "currencies": [],
        "reported": [],
    }


@pytest.mark.parametrize(
    "days",
    [
        ("--from", "2026-02-01", "--to", "2026-01-31"),
        ("--from", "2026-31-01"),
        ("--to", "1999-01-01"),
        ("--year", "2026", "--from", "2026-01-01"),
    ],
)
def test_days_that_are_no_period_are_refused(vopt: Vopt, days: tuple[str, ...]) -> None:
    told = vopt("shop", "figures", *days)
    assert (told.status, told.out) == (1, "")
    assert told.err.startswith("These days are no period.")


def test_somebody_who_is_not_there_is_refused(vopt: Vopt) -> None:
    told = vopt("shop", "figures", "--person", "Zoe")
    assert (told.status, "Nobody in your shop is called “Zoe”" in told.err) == (1, True)
