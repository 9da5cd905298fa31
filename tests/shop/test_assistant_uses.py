"""The ledger of language models, on both databases: who used what, what it cost, whose rows somebody sees."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import StatementError

from tests.shop.full import ANNA, BEN, add_ben
from tests.shop.people import author
from vopt_lib.schema.own_assistant import AssistantUsed
from vopt_lib.schema.own_figures import Period
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.assistant_uses import note_uses, tokens_by_day, tokens_used, use_sums
from vopt_lib.shop.store import Shop

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
"""Already the 21st in Italy."""

THE_20TH = Period(date(2026, 11, 20), date(2026, 11, 20))
BOTH = Period(date(2026, 11, 20), date(2026, 11, 21))
PAID = AssistantUsed("write", "OpenAI-compatible", "small", 2.5, 300, 40, Decimal("0.000215"))
AT_HOME = AssistantUsed("look", "Ollama", "moondream", 60.0, 900, None, Decimal(0))
IN_VAIN = AssistantUsed("write", "OpenAI-compatible", "small", 1.0, trouble="AnswerCutOff")
UNTOLD = AssistantUsed("ask", "OpenAI-compatible", "small", 1.5)


def note(shop: Shop, member: Member, *uses: AssistantUsed, at: datetime = NOON) -> None:
    with shop.writing(author(person_id=member.person_id)) as session:
        note_uses(session, member, uses, at=at)


@pytest.fixture
def household(shop: Shop) -> Shop:
    """Anna asked two models at noon, and one in the night; Ben one at noon."""
    add_ben(shop)
    note(shop, ANNA, PAID, PAID, IN_VAIN, UNTOLD, AT_HOME)
    note(shop, ANNA, PAID, at=LATE)
    note(shop, BEN, AT_HOME)
    return shop


def test_it_is_added_up_by_person_and_model(household: Shop) -> None:
    with household.reading() as session:
        home, bens, paid = use_sums(session, ANNA, THE_20TH)
    assert (home.person, home.model, home.tokens, home.seconds, home.cost) == ("Anna", "moondream", 900, 60.0, 0)
    assert (bens.person, bens.backend, bens.answers) == ("Ben", "Ollama", 1)
    assert (paid.answers, paid.failures, paid.uncounted, paid.unpriced) == (3, 1, 1, 2)
    assert (paid.tokens_read, paid.tokens_written, paid.cost) == (600, 80, Decimal("0.000430"))
    assert paid.last_at == NOON


def test_a_member_sees_her_own(household: Shop) -> None:
    with household.reading() as session:
        assert [one.person for one in use_sums(session, BEN, BOTH)] == ["Ben"]
        assert tokens_by_day(session, BEN, BOTH) == {date(2026, 11, 20): 900}


def test_a_day_is_italys(household: Shop) -> None:
    with household.reading() as session:
        assert tokens_by_day(session, ANNA, BOTH) == {date(2026, 11, 20): 2480, date(2026, 11, 21): 340}
        assert (tokens_used(session, ANNA, THE_20TH), tokens_used(session, ANNA, BOTH)) == (1580, 1920)
        assert tokens_used(session, BEN, Period(date(2026, 11, 21), date(2026, 11, 21))) == 0


def test_a_part_of_a_millionth_is_no_cost(household: Shop) -> None:
    with pytest.raises(StatementError, match="no whole multiple"):
        note(household, ANNA, AssistantUsed("ask", "x", "y", 1.0, cost=Decimal("0.0000001")))
