"""This is where the photos of own things are listed: all of them for vopt, and for a person those that she may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.listings import find
from vopt_lib.shop.sight import listings_of, photos_of
from vopt_lib.shop.tables import Item, Listing, Photo

FACTS: Final = ("title", "brand", "catalog_id", "size", "condition_id", "currency", "asked", "state")
"""What is told of the listing of a thing."""


@dataclass(frozen=True)
class Photographed:
    """A listing of hers as far as its photo goes. external_id: its number on the marketplace; photos: the thing's by
    hash and by how many quarters each is turned clockwise, the first one first.
    """

    listing_id: int
    item_id: int
    external_id: int | None
    title: str
    photos: tuple[tuple[str, int], ...]


def all_photos(session: Session) -> list[tuple[int, str]]:
    """Number of the thing and hash of the file of every photo in this shop, whosever it is; what was deleted is not."""
    there = select(Photo.item_id, Photo.sha256).join(Item).where(Item.deleted_at.is_(None))
    return [(item_id, sha256) for item_id, sha256 in session.execute(there.order_by(Photo.item_id, Photo.sha256))]


def her_photos(session: Session, member: Member) -> list[dict[str, Any]]:
    """The photos that she may see, with the listings they are of.

    Returns: photo_sha256, item_id, listing_id (the shop's own number), and FACTS; a row for each photo and listing.
    """
    facts = [getattr(Listing, name) for name in FACTS]
    asked = (
        select(Photo.sha256, Photo.item_id, Listing.id, *facts)
        .join(Listing, Listing.item_id == Photo.item_id)
        .where(Photo.id.in_(photos_of(member).with_only_columns(Photo.id)))
        .where(Listing.id.in_(listings_of(member).with_only_columns(Listing.id)))
        .order_by(Photo.item_id, Listing.id, Photo.position, Photo.id)
    )
    names = ("photo_sha256", "item_id", "listing_id", *FACTS)
    return [dict(zip(names, row, strict=True)) for row in session.execute(asked)]


def photographed(session: Session, member: Member, listing_id: int) -> Photographed:
    """One of her listings with its photos. Raises: UnknownListing."""
    listing = find(session, member, listing_id)
    asked = select(Photo.sha256, Photo.quarters).where(Photo.item_id == listing.item_id)
    rows = session.execute(asked.order_by(Photo.is_primary.desc(), Photo.position, Photo.id))
    photos = tuple((sha256, quarters) for sha256, quarters in rows)
    return Photographed(listing.id, listing.item_id, listing.external_id, listing.title, photos)
