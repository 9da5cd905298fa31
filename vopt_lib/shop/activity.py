"""This is where the audit log is told as what people did: a batch of a thousand changes is one line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, case, cast, func, select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_activity import WAYS, Activity, Done
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.books import names_of
from vopt_lib.shop.sight import listings_of
from vopt_lib.shop.tables import AuditEvent, Credential, Household, Listing, SignInTry

MOST_EVENTS: Final = 5_000
"""So many of the newest events are looked at: some milliseconds, however long the log is."""

_NO_WORK: Final = (Credential.__tablename__, SignInTry.__tablename__)
"""Of what the log says: who signed in is no work on the shop."""

Row = Any


def activities(session: Session, member: Member, most: int) -> tuple[Activity, ...]:
    """What was done lately, the newest first: by her, for an admin by everybody."""
    rows = session.execute(_counted(member)).all()
    first_known = min((row.first for row in rows), default=1)
    deeds: dict[object, list[Row]] = {}
    for row in rows:
        deeds.setdefault(row.batch or (row.at, row.person_id, row.deed), []).append(row)
    newest = list(islice(deeds.values(), most))
    titles = _titles(session, member, newest)
    names = names_of(session, member)
    is_cut = sum(row.rows for row in rows) == MOST_EVENTS
    return tuple(
        Activity(
            of_one[0].at,
            names.get(of_one[0].person_id),
            of_one[0].deed,
            tuple(
                Done(row.about, row.way, row.rows, titles.get(_only_id(row)), is_cut and row.first == first_known)
                for row in of_one
            ),
        )
        for of_one in newest
    )


def newest(session: Session, household_id: int) -> int:
    """The number of the newest event: while it is the same, nothing was changed."""
    return session.scalars(select(Household.audited).where(Household.id == household_id)).one()


def _counted(member: Member) -> Any:
    """How many rows of which table were changed in which way, at once by whom; what was done last comes first."""
    hers = select(AuditEvent).where(AuditEvent.household_id == member.household_id, AuditEvent.about.not_in(_NO_WORK))
    if not member.is_admin:
        hers = hers.where(AuditEvent.person_id == member.person_id)
    event = hers.order_by(AuditEvent.number.desc()).limit(MOST_EVENTS).subquery().c
    way = _way(event.before, event.after).label("way")
    together = (event.batch, event.at, event.person_id, event.deed, event.about, way)
    return (
        select(
            *together,
            func.count().label("rows"),
            func.min(event.number).label("first"),
            func.max(event.about_id).label("about_id"),
        )
        .group_by(*together)
        .order_by(func.max(event.number).desc())
    )


def _way(before: ColumnElement[Any], after: ColumnElement[Any]) -> ColumnElement[str]:
    """What happened to a row, from the columns that differ. What was erased of a person says nothing any more."""
    added, changed, removed, restored, forgotten = WAYS
    was, became = cast(before, String), cast(after, String)
    is_empty, was_empty = became == "{}", was == "{}"
    return case(
        (and_(is_empty, was_empty), forgotten),
        (was_empty & became.not_like('%"deleted_at":%'), added),
        (became.like('%"deleted_at":%'), removed),
        (was.like('%"deleted_at":%'), restored),
        else_=changed,
    )


def _only_id(row: Row) -> int | None:
    return row.about_id if row.about == Listing.__tablename__ and row.rows == 1 else None


def _titles(session: Session, member: Member, deeds: Iterable[Iterable[Row]]) -> dict[int | None, str]:
    ids = {_only_id(row) for rows in deeds for row in rows} - {None}
    known = listings_of(member).where(Listing.id.in_(ids)).with_only_columns(Listing.id, Listing.title)
    return dict(session.execute(known).all())
