"""The desk's ledger of language models: costs by the settings, and a cap that holds by the day of the shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vopt_lib.desk.assistant_use import allowance, check_allowance, note_attempts, usage
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_called, member_of, shop_of
from vopt_lib.errors import AllowanceSpent, AnswerCutOff, AssistantUnreachable
from vopt_lib.schema.assistant import Attempt, Usage
from vopt_lib.shop.tables import Person
from vopt_lib.words import Words

EVENING = datetime(2026, 11, 20, 22, 50, tzinfo=UTC)
"""Ten minutes before midnight in Italy."""

HOME = Attempt("Ollama", "phi3:mini", 90.0, Usage(800, 200))
PAID = Attempt("OpenAI-compatible", "small", 2.0, Usage(1000, 100))
PRICES: dict[str, Any] = {"openai_eur_per_million_read": "0.15", "openai_eur_per_million_written": "0.6"}


class Stopped:
    """A clock that stands."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        raise AssertionError


def desk_at(folder: Path, at: datetime = EVENING, **settings: Any) -> Desk:
    return open_desk(clock=Stopped(at), data=folder, **settings)


def test_what_runs_at_home_is_free_and_an_endpoint_costs_what_the_settings_say(tmp_path: Path) -> None:
    desk = desk_at(tmp_path, **PRICES)
    anna = member_of(desk)
    gone = Attempt("OpenAI-compatible", "small", 0.1, Usage(), AssistantUnreachable(backend="x", url="y"))
    cut = Attempt("OpenAI-compatible", "cut", 0.1, Usage(), AnswerCutOff(backend="x"))
    note_attempts(desk, anna, "write", [HOME, PAID, gone, cut])
    sums = {one.model: one for one in usage(desk, anna, 1).sums}
    assert {name: (one.cost, one.unpriced) for name, one in sums.items()} == {
        "phi3:mini": (Decimal(0), 0),
        "small": (Decimal("0.000210"), 0),
        "cut": (Decimal(0), 1),
    }
    assert (sums["small"].answers, sums["small"].failures) == (1, 1)


def test_without_both_prices_the_cost_is_not_known(tmp_path: Path) -> None:
    desk = desk_at(tmp_path, openai_eur_per_million_read="0.15")
    note_attempts(desk, member_of(desk), "write", [PAID])
    [one] = usage(desk, member_of(desk), 1).sums
    assert (one.cost, one.unpriced) == (Decimal(0), 1)


def test_the_allowance_is_for_a_day_of_the_shop_and_each_for_herself(tmp_path: Path) -> None:
    desk = desk_at(tmp_path, assistant_tokens_a_day=1500)
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
    anna, ben = member_of(desk), member_called(desk, "Ben")
    note_attempts(desk, anna, "write", [HOME])
    assert check_allowance(desk, anna).tokens_left == 500
    note_attempts(desk_at(tmp_path), anna, "look", [HOME])  # what another process noted counts at once
    with pytest.raises(AllowanceSpent) as refused:
        check_allowance(desk, anna)
    assert Words("en").error(refused.value).startswith("Today's allowance of 1,500 tokens is used up.")
    assert (allowance(desk, anna).tokens_left, check_allowance(desk, ben).tokens_left) == (0, 1500)
    tomorrow = replace(desk, clock=Stopped(EVENING + timedelta(minutes=10)))
    assert check_allowance(tomorrow, anna).tokens_left == 1500


def test_where_none_is_allowed_nobody_is_asked(tmp_path: Path) -> None:
    desk = desk_at(tmp_path, assistant_tokens_a_day=0)
    with pytest.raises(AllowanceSpent):
        check_allowance(desk, member_of(desk))


def test_each_day_has_its_tokens_the_oldest_first(tmp_path: Path) -> None:
    desk = desk_at(tmp_path)
    anna = member_of(desk)
    note_attempts(desk, anna, "write", [])
    note_attempts(replace(desk, clock=Stopped(EVENING - timedelta(days=2))), anna, "write", [PAID])
    note_attempts(desk, anna, "write", [HOME])
    assert usage(desk, anna, 3).by_day == (1100, 0, 1000)
    assert usage(desk, anna, 2).by_day == (0, 1000)
