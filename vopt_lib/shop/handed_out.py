"""This is where all that the shop knows of one person is read, to be handed out to her.

Not in it: passwords and what else lets somebody in, and the pseudonyms of strangers (buyers, and whom she bought from).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vopt_lib.shop.hers import events_of, kept_without_her, rows_of
from vopt_lib.shop.tables import (
    AuditEvent,
    Base,
    ChannelAccount,
    Credential,
    Listing,
    Order,
    Person,
    SignInLink,
    WebSession,
)

Row = dict[str, Any]

_LEFT_OUT: Final[dict[type[Base], set[str]]] = {
    ChannelAccount: {"credentials"},
    Credential: {"password", "code_secret", "code_step"},
    WebSession: {"token_sha256"},
    SignInLink: {"token_sha256"},
    Order: {"stranger_hash"},
    Listing: {"search_text"},
}
_LEFT_OUT_OF_ALL: Final = frozenset({"household_id"})
_STRANGERS: Final = frozenset({"stranger", "stranger_hash", "buyer", "seller"})
"""What facts of sources and the audit log call a stranger's pseudonym."""

_ROWS_AT_ONCE: Final = 1000


def everything_of(session: Session, person_id: int) -> Iterator[tuple[str, Iterator[Row]]]:
    """Each table with its rows that are hers, as JSON holds them; then what was done to them, as `history`.

    Read one after the other: nothing is held in memory but some rows.
    """
    yield "person", _rows(session, Person, Person.id == person_id)
    for kind, hers in reversed((rows_of(person_id) | kept_without_her(person_id)).items()):
        yield kind.__tablename__, _rows(session, kind, hers)
    yield "history", _rows(session, AuditEvent, events_of(person_id))


def _rows(session: Session, kind: type[Base], hers: ColumnElement[bool]) -> Iterator[Row]:
    left_out = _LEFT_OUT_OF_ALL | _LEFT_OUT.get(kind, set())
    table = kind.metadata.tables[kind.__tablename__]
    columns = [column for column in table.columns if column.key not in left_out]
    asked = select(*columns).where(hers).order_by(*table.primary_key.columns)
    for row in session.execute(asked.execution_options(yield_per=_ROWS_AT_ONCE)).mappings():
        yield {name: _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    """A value as JSON holds it: amounts as text with two decimals, moments in UTC."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if name not in _STRANGERS}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
