"""This is where one listing of her own is told with all that is known of it, and how it came to be so."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from vopt_lib.errors import UnknownListing
from vopt_lib.schema.inventory_page import Happened, OwnDetail, PricePoint, Remark, StatDay
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.inventory import rows_of, similar
from vopt_lib.shop.listings import OF_ITEM, OF_LISTING, versions
from vopt_lib.shop.sight import deleted_listings_of, listings_of
from vopt_lib.shop.states import NEXT, State
from vopt_lib.shop.tables import AuditEvent, Listing, ListingStatDay, Note, Person

MOST_EVENTS: Final = 100
MOST_DAYS: Final = 90


def detail_of(session: Session, member: Member, listing_id: int, *, now: datetime) -> OwnDetail:
    """One listing of hers, a deleted one too. Raises: UnknownListing."""
    either = (listings_of(member), deleted_listings_of(member))
    found = (session.scalars(hers.where(Listing.id == listing_id)).one_or_none() for hers in either)
    listing = next((one for one in found if one), None)
    if listing is None:
        raise UnknownListing(id=listing_id)
    (row,) = rows_of(session, [listing_id], now)
    fields = {name: getattr(listing, name) for name in OF_LISTING}
    return OwnDetail(
        row=row,
        fields=fields | {name: getattr(listing.item, name) for name in OF_ITEM},
        versions=versions(listing),
        next_states=tuple(state for state in State if state in NEXT[row.state]),
        asked_until=listing.ended_at or now,
        reason=listing.reason,
        is_deleted=listing.deleted_at is not None,
        photos=tuple(OwnPhoto(photo.id, photo.sha256, photo.quarters) for photo in listing.item.photos),
        prices=tuple(PricePoint(one.at, one.asked, one.currency, one.source) for one in listing.prices),
        days=_days(session, listing_id),
        notes=_notes(session, listing),
        history=_history(session, listing),
        alike=similar(session, member, listing, now=now),
        is_hers=member.is_admin or listing.account.person_id == member.person_id,
    )


def _days(session: Session, listing_id: int) -> tuple[StatDay, ...]:
    """The newest days, in order of time; where two sources tell of one day, what the higher one says."""
    views, favourites = func.max(ListingStatDay.views), func.max(ListingStatDay.favourites)
    asked = select(ListingStatDay.day, views, favourites).where(ListingStatDay.listing_id == listing_id)
    rows = session.execute(asked.group_by(ListingStatDay.day).order_by(ListingStatDay.day.desc()).limit(MOST_DAYS))
    return tuple(StatDay(*row) for row in reversed(rows.all()))


def _notes(session: Session, listing: Listing) -> tuple[Remark, ...]:
    """What people wrote beside it, the newest first."""
    mine = (Note.about == "listing", Note.about_id == listing.id, Note.household_id == listing.household_id)
    asked = select(Note, Person.name).outerjoin(Person, Note.person_id == Person.id).where(*mine)
    rows = session.execute(asked.where(Note.deleted_at.is_(None)).order_by(Note.id.desc()))
    return tuple(Remark(note.created_at, name or "", note.text) for note, name in rows)


def _history(session: Session, listing: Listing) -> tuple[Happened, ...]:
    """What was done to it and to its thing, the newest first. What was erased with somebody is about another one: the
    number of a row that is gone is given again.
    """
    about = or_(
        and_(AuditEvent.about == "listing", AuditEvent.about_id == listing.id),
        and_(AuditEvent.about == "item", AuditEvent.about_id == listing.item_id),
    )
    asked = select(AuditEvent, Person.name).outerjoin(Person, AuditEvent.person_id == Person.id)
    hers = asked.where(AuditEvent.household_id == listing.household_id, about)
    rows = session.execute(hers.order_by(AuditEvent.number.desc()).limit(MOST_EVENTS))
    told = ((event, name) for event, name in rows if event.before or event.after)
    return tuple(Happened(event.at, name, event.deed, event.before, event.after) for event, name in told)
