"""This is where every change of the shop is written down: who changed what, when, from what to what.

It happens by itself, in the transaction of the change, for all that people and imports change (`tables.Changing`). The
numbers of a household rise without a gap, in the order in which changes became true: whoever has read up to a number
has missed nothing below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import event, insert, inspect, update
from sqlalchemy.orm import Session, UOWTransaction

from vopt_lib.shop.tables import AuditEvent, Base, Changing, Household

AUTHOR: Final = "author"
_NOT_TOLD: Final = frozenset({"created_at", "changed_at", "version", "household_id", "search_text"})
_SECRET: Final = frozenset({"credentials", "password", "code_secret", "token_sha256"})

Change = tuple[str, int, dict[str, Any], dict[str, Any]]
"""The table and the number of a row, and what of it was and is."""


@dataclass(frozen=True)
class Author:
    """Who changes the shop now, and with what deed ("reprice", "import archive"). person_id: None for vopt itself.

    batch: what is done at once under this name can be undone at once.
    """

    household_id: int
    person_id: int | None
    deed: str
    at: datetime
    batch: str | None = None


def write_down(session: Session) -> None:
    """See to it that all changes of this session are written down. Its `info` names the Author."""
    stamp(session)
    event.listen(session, "after_flush", _record)


def stamp(session: Session) -> None:
    """See to it that rows say when they were changed, and nothing else is written down."""
    event.listen(session, "before_flush", _stamp)


def _stamp(session: Session, _: UOWTransaction, __: object) -> None:
    author = author_of(session)
    for row in session.new:
        if isinstance(row, Changing):
            row.created_at = row.created_at or author.at
            row.changed_at = author.at
    for row in session.dirty:
        if isinstance(row, Changing) and session.is_modified(row):
            row.changed_at = author.at


def _record(session: Session, _: UOWTransaction) -> None:
    changes = [
        (row.__tablename__, row.id, *told)
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, Changing) and any(told := _differs(row))
    ]
    if changes:
        _write(session, changes)


def note(
    session: Session, about: str, about_id: int, after: Mapping[str, Any], *, before: Mapping[str, Any] | None = None
) -> None:
    """Write down a deed of this session's author that `write_down` does not see: one done to many rows at once."""
    session.flush()
    _write(session, [(about, about_id, dict(before or {}), dict(after))])


def author_of(session: Session) -> Author:
    """Who changes the shop in this session, and when."""
    author: Author = session.info[AUTHOR]
    return author


def _write(session: Session, changes: Sequence[Change]) -> None:
    author = author_of(session)
    highest = session.execute(
        update(Household)
        .where(Household.id == author.household_id)
        .values(audited=Household.audited + len(changes))
        .returning(Household.audited)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    who = {"household_id": author.household_id, "person_id": author.person_id, "at": author.at}
    what = {"deed": author.deed, "batch": author.batch}
    rows = [
        {
            **who,
            **what,
            "number": highest - len(changes) + place,
            "about": about,
            "about_id": about_id,
            "before": before,
            "after": after,
        }
        for place, (about, about_id, before, after) in enumerate(changes, start=1)
    ]
    session.execute(insert(AuditEvent), rows)


def _differs(row: Base) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the columns were that differ, and what they are."""
    state = inspect(row)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for column in state.mapper.column_attrs:
        name = column.key
        history = state.attrs[name].history
        if name in _NOT_TOLD or not history.has_changes():
            continue
        if history.deleted and history.deleted[0] is not None:
            before[name] = _plain(name, history.deleted[0])
        if history.added and history.added[0] is not None:
            after[name] = _plain(name, history.added[0])
    return before, after


def _plain(name: str, value: object) -> object:
    """A value as JSON keeps it; a secret is only said to be there."""
    if name in _SECRET:
        return "…"
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def values(told: Mapping[str, Any], kind: type[Base]) -> dict[str, Any]:
    """What an event's before or after says, as a row of this kind holds it."""
    found = {}
    for name, value in told.items():
        python_type = kind.__table__.columns[name].type.python_type
        found[name] = value if value is None else _RESTORED.get(python_type, lambda same: same)(value)
    return found


_RESTORED: Final[Mapping[type, Any]] = {
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
