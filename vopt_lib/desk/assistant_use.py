"""This is where the desk keeps the ledger of language models: what was asked, what it cost, what is left today.

What is guaranteed of the cap: a person for whom as many tokens were noted today as she may use is not asked for again
before midnight (Italy's clock), in whatever process. An answer that has begun is never cut off, so that each process
that was asking at that moment goes over it by what it had begun, and by no more. Counted is what backends tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from vopt_lib.assistant.openai_compatible import OpenAIBackend
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import AllowanceSpent, AssistantBusy, AssistantRefused, AssistantUnreachable, ModelMissing
from vopt_lib.schema.assistant import Attempt
from vopt_lib.schema.own_assistant import Allowance, AssistantUsage, AssistantUsed, UseJob
from vopt_lib.schema.own_figures import Period, local_day
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.assistant_uses import note_uses, tokens_by_day, tokens_used, use_sums

MILLION: Final = 1_000_000
MICRO_EURO: Final = Decimal("0.000001")

_NOTHING_READ: Final = (AssistantUnreachable, AssistantRefused, AssistantBusy, ModelMissing)
"""Where a model was not even asked, nothing was used."""


def note_attempts(desk: Desk, member: Member, job: UseJob, attempts: Sequence[Attempt]) -> None:
    """Write down what was asked for her, answered or not: all of it or nothing. Raises: ShopError."""
    if not attempts:
        return
    author = author_of(desk, member, "ask language models")
    uses = [_used(desk, job, one) for one in attempts]
    with shop_of(desk).writing(author) as session:
        note_uses(session, member, uses, at=author.at)


def allowance(desk: Desk, member: Member) -> Allowance:
    """What she may still use today, by the shop's day. Raises: ShopError."""
    with shop_of(desk).reading() as session:
        used = tokens_used(session, member, _days(desk, 1))
    return Allowance(desk.settings.assistant_tokens_a_day, used)


def check_allowance(desk: Desk, member: Member) -> Allowance:
    """What she may still use today, where that is anything. Raises: AllowanceSpent; ShopError."""
    known = allowance(desk, member)
    if known.is_spent:
        raise AllowanceSpent(n=known.tokens_a_day)
    return known


def usage(desk: Desk, member: Member, days: int) -> AssistantUsage:
    """What was used in the last so many days, today included: for her, or for everybody where she sees all."""
    period = _days(desk, days)
    with shop_of(desk).reading() as session:
        sums = use_sums(session, member, period)
        known = tokens_by_day(session, member, period)
    first = period.first.toordinal()
    by_day = tuple(known.get(date.fromordinal(first + place), 0) for place in range(period.days))
    return AssistantUsage(period, tuple(sums), by_day)


def owners_usage(desk: Desk, days: int) -> tuple[AssistantUsage, Allowance]:
    """What everybody used in these days, and what the owner may still use today. Raises: ShopError."""
    owner = member_of(desk)
    return usage(desk, owner, days), allowance(desk, owner)


def _days(desk: Desk, days: int) -> Period:
    return Period.until(local_day(desk.clock.now()), days)


def _used(desk: Desk, job: UseJob, attempt: Attempt) -> AssistantUsed:
    return AssistantUsed(
        job,
        attempt.backend,
        attempt.model,
        attempt.seconds,
        tokens_read=attempt.usage.read,
        tokens_written=attempt.usage.written,
        cost=_cost(desk, attempt),
        trouble=type(attempt.error).__name__ if attempt.error else None,
    )


def _cost(desk: Desk, attempt: Attempt) -> Decimal | None:
    """EUR, to a millionth; None where the price or the tokens are not known. What runs at home costs nothing."""
    if attempt.backend != OpenAIBackend.name or isinstance(attempt.error, _NOTHING_READ):
        return Decimal(0)
    prices = (desk.settings.openai_eur_per_million_read, desk.settings.openai_eur_per_million_written)
    parts = [
        None if price is None or tokens is None else price * tokens / MILLION
        for price, tokens in zip(prices, (attempt.usage.read, attempt.usage.written), strict=True)
    ]
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)).quantize(MICRO_EURO, ROUND_HALF_UP) if len(known) == len(parts) else None
