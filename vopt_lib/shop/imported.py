"""This is where it is looked up what somebody has taken in, and which listings she may name for it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_imports import PastImport
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.sight import listings_of
from vopt_lib.shop.tables import Import, Listing, Person


def past_imports(session: Session, member: Member, *, limit: int) -> list[PastImport]:
    """The files taken in last, the newest first; an admin sees the whole household's."""
    rows = select(Import).where(Import.household_id == member.household_id)
    if not member.is_admin:
        rows = rows.where(Import.person_id == member.person_id)
    whose = other_people(session, member)
    return [
        PastImport(
            row.kind,
            row.file_name,
            row.begun_at,
            is_whole=row.ended_at is not None,
            read=row.counts.get("read", {}),
            made=row.counts.get("made", {}),
            whose=whose.get(row.person_id),
        )
        for row in session.scalars(rows.order_by(Import.begun_at.desc(), Import.id.desc()).limit(limit))
    ]


def other_people(session: Session, member: Member) -> dict[int | None, str]:
    """Names of all others of the household."""
    others = select(Person).where(Person.household_id == member.household_id, Person.id != member.person_id)
    return {person.id: person.name for person in session.scalars(others)}


def newest_listings(session: Session, member: Member, *, limit: int) -> list[tuple[int, str]]:
    """Number and title of her newest listings."""
    rows = session.scalars(listings_of(member).order_by(Listing.id.desc()).limit(limit))
    return [(row.id, row.title) for row in rows]
