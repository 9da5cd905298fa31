"""This is where the ledger of language models is kept: each request to one, and sums of them.

Rows are added in a transaction that holds the database: of two processes that note at once, neither loses a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_assistant import AssistantUsed, UseSum
from vopt_lib.schema.own_figures import Period, local_day
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.sight import assistant_uses_of
from vopt_lib.shop.tables import AssistantUse, Person

LONGEST_NAME: Final = 200
"""Letters of a model's name that are kept."""


def note_uses(session: Session, member: Member, uses: Sequence[AssistantUsed], *, at: datetime) -> None:
    """Write down what was asked for her, in its order."""
    for one in uses:
        told = vars(one) | {"backend": one.backend[:LONGEST_NAME], "model": one.model[:LONGEST_NAME]}
        session.add(AssistantUse(household_id=member.household_id, person_id=member.person_id, at=at, **told))


def tokens_used(session: Session, member: Member, period: Period) -> int:
    """Tokens that were used for her, as far as backends told them."""
    hers = (AssistantUse.household_id == member.household_id, AssistantUse.person_id == member.person_id)
    return int(session.scalar(select(func.coalesce(func.sum(_TOKENS), 0)).where(*hers, _within(period))) or 0)


def use_sums(session: Session, member: Member, period: Period) -> list[UseSum]:
    """What she may see of what was used, by person, backend and model; whoever used most tokens comes first."""
    use = AssistantUse
    groups = (use.person_id, Person.name, use.backend, use.model)
    asked = assistant_uses_of(member).where(_within(period)).outerjoin(Person, use.person_id == Person.id)
    rows = session.execute(asked.with_only_columns(*groups, *_SUMS, maintain_column_froms=True).group_by(*groups))
    return sorted((_sum(row) for row in rows), key=lambda one: (-one.tokens, one.person or "", one.model))


def tokens_by_day(session: Session, member: Member, period: Period) -> dict[date, int]:
    """Tokens of what she may see, by the day of the shop's; days without any are left out."""
    rows = session.execute(assistant_uses_of(member).where(_within(period)).with_only_columns(AssistantUse.at, _TOKENS))
    found: dict[date, int] = {}
    for at, tokens in rows:
        found[local_day(at)] = found.get(local_day(at), 0) + tokens
    return found


_TOKENS: Final[ColumnElement[int]] = func.coalesce(AssistantUse.tokens_read, 0) + func.coalesce(
    AssistantUse.tokens_written, 0
)
_IS_ANSWER: Final = AssistantUse.trouble.is_(None)
_IS_UNCOUNTED: Final = and_(_IS_ANSWER, AssistantUse.tokens_read.is_(None), AssistantUse.tokens_written.is_(None))


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_SUMS: Final = (
    _counted(_IS_ANSWER).label("answers"),
    _counted(~_IS_ANSWER).label("failures"),
    _counted(_IS_UNCOUNTED).label("uncounted"),
    func.coalesce(func.sum(AssistantUse.tokens_read), 0).label("tokens_read"),
    func.coalesce(func.sum(AssistantUse.tokens_written), 0).label("tokens_written"),
    func.sum(AssistantUse.seconds).label("seconds"),
    func.sum(AssistantUse.cost).label("cost"),
    _counted(AssistantUse.cost.is_(None)).label("unpriced"),
    func.max(AssistantUse.at).label("last_at"),
)


def _sum(row: Any) -> UseSum:
    person_id, person, backend, model = row[:4]
    return UseSum(
        *(person_id, person, backend, model),
        answers=int(row.answers),
        failures=int(row.failures),
        uncounted=int(row.uncounted),
        tokens_read=int(row.tokens_read),
        tokens_written=int(row.tokens_written),
        seconds=float(row.seconds),
        cost=row.cost if row.cost is not None else Decimal(0),
        unpriced=int(row.unpriced),
        last_at=row.last_at,
    )


def _within(period: Period) -> ColumnElement[bool]:
    return and_(AssistantUse.at >= period.begin, AssistantUse.at < period.end)
