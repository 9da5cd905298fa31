"""This is where what was done at once is found again by the name of its batch, as the audit has it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.sight import listings_of
from vopt_lib.shop.tables import AuditEvent, Listing


def listing_of_batch(session: Session, member: Member, batch: str) -> Listing | None:
    """Her newest listing that was written in this batch; None: there is none, or it is deleted."""
    told = select(AuditEvent.about_id).where(
        AuditEvent.household_id == member.household_id,
        AuditEvent.batch == batch,
        AuditEvent.about == Listing.__tablename__,
    )
    return session.scalars(listings_of(member).where(Listing.id.in_(told)).order_by(Listing.id.desc())).first()
