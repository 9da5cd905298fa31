"""This is where it is remembered what was said of two that may be the same, and what own photos are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.errors import UnknownDuplicate
from vopt_lib.schema.duplicates_page import Decision
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import audit
from vopt_lib.shop.sight import items_of, listings_of, photos_of
from vopt_lib.shop.tables import ChannelAccount, DuplicateDecision, Item, Listing, Person, Photo

FACTS: Final = ("external_id", "url", "title", "asked", "currency", "state", "listed_at")


@dataclass(frozen=True)
class Decided:
    """What was said of two, by whom, and when."""

    decision: Decision
    by: str | None
    at: datetime


def photographed_things(session: Session, member: Member) -> list[dict[str, Any]]:
    """The photos that she may see, with the listings of the things that they are of, the newest listing first.

    Returns: photo_sha256, item_id, listing_id (the shop's own number), account, and FACTS.
    """
    facts = [getattr(Listing, name) for name in FACTS]
    asked = (
        select(Photo.sha256, Photo.item_id, Listing.id, ChannelAccount.name, *facts)
        .join(Listing, Listing.item_id == Photo.item_id)
        .join(ChannelAccount, Listing.account_id == ChannelAccount.id)
        .where(Photo.id.in_(photos_of(member).with_only_columns(Photo.id)))
        .where(Listing.id.in_(listings_of(member).with_only_columns(Listing.id)))
        .order_by(Photo.item_id, Photo.position, Photo.id, Listing.id.desc())
    )
    names = ("photo_sha256", "item_id", "listing_id", "account", *FACTS)
    return [dict(zip(names, row, strict=True)) for row in session.execute(asked)]


def numbers_elsewhere(session: Session, household_id: int) -> set[int]:
    """The marketplace's numbers of all listings of the household, those that were deleted, too."""
    asked = select(Listing.external_id).where(Listing.household_id == household_id, Listing.external_id.is_not(None))
    return {number for number in session.scalars(asked) if number is not None}


def decisions(session: Session, member: Member) -> dict[str, Decided]:
    """{"ITEM OTHER": what was said} of what she may see."""
    asked = (
        select(DuplicateDecision, Person.name)
        .outerjoin(Person, DuplicateDecision.decided_by == Person.id)
        .where(DuplicateDecision.item_id.in_(_hers(member)))
    )
    return {
        f"{row.item_id} {row.other}": Decided(row.decision, name or None, row.decided_at)  # type: ignore[arg-type]
        for row, name in session.execute(asked)
    }


def decide(session: Session, member: Member, key: str, decision: Decision, *, at: datetime) -> None:
    """Remember what she says of two; what was said before is forgotten. Raises: UnknownDuplicate."""
    item_id, other = _taken_apart(session, member, key)
    known = _known(session, item_id, other)
    if known is None:
        other_item = int(other.removeprefix(OWN)) if other.startswith(OWN) else None
        who = {"household_id": member.household_id, "item_id": item_id, "other": other, "other_item_id": other_item}
        known = DuplicateDecision(**who, decision=decision, decided_at=at)
        session.add(known)
    known.decision, known.decided_by, known.decided_at = decision, member.person_id, at
    session.flush()
    audit.note(session, DuplicateDecision.__tablename__, known.id, {"decision": decision})


def ask_again(session: Session, member: Member, key: str) -> None:
    """Forget what was said of two, so that they wait again. Raises: UnknownDuplicate."""
    known = _known(session, *_taken_apart(session, member, key))
    if known is None:
        raise UnknownDuplicate
    audit.note(session, DuplicateDecision.__tablename__, known.id, {})
    session.delete(known)


OWN: Final = "own "
"""How the other one begins where it is a thing of the shop, before its number."""


def _taken_apart(session: Session, member: Member, key: str) -> tuple[int, str]:
    """The thing and the other one, both hers to decide."""
    number, _, other = key.partition(" ")
    things = [number, *([other.removeprefix(OWN)] if other.startswith(OWN) else [])]
    if not other or not all(one.isdecimal() for one in things):
        raise UnknownDuplicate
    wanted = {int(one) for one in things}
    found = set(session.scalars(_hers(member).where(Item.id.in_(wanted))))
    if found != wanted:
        raise UnknownDuplicate
    return int(number), other


def _known(session: Session, item_id: int, other: str) -> DuplicateDecision | None:
    asked = select(DuplicateDecision).where(DuplicateDecision.item_id == item_id, DuplicateDecision.other == other)
    return session.scalars(asked).first()


def _hers(member: Member) -> Any:
    return items_of(member).with_only_columns(Item.id)
