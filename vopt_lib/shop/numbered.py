"""This is where a listing of a household is found by its number on the marketplace."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.tables import Listing


@dataclass(frozen=True)
class Numbered:
    """A listing, deleted or not, and whether the member who asked may see it."""

    listing: Listing
    is_hers: bool


def with_number(session: Session, member: Member, number: int, *, besides: Listing) -> Numbered | None:
    """Another listing of this household that has this number on the marketplace, whoever's it is; None: none has it."""
    every = select(Listing).where(Listing.household_id == member.household_id, Listing.external_id == number)
    found = session.scalars(every.where(Listing.id != besides.id).order_by(Listing.id)).first()
    if found is None:
        return None
    return Numbered(found, member.is_admin or found.account.person_id == member.person_id)
