"""This is where the studio's drafts are kept: listings that are being written, with what is remembered beside them.

A draft is a listing like any other: its fields, photos and history are those of the shop. What no column of a listing
has (pattern, flaws, what the photos tell, earlier texts) is in `tables.StudioDraft`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_states import State
from vopt_lib.shop import listings
from vopt_lib.shop.audit import author_of
from vopt_lib.shop.sight import listings_of
from vopt_lib.shop.tables import Item, Listing, StudioDraft

MOST_TEXTS: Final = 12
"""Texts that she can go back to."""

MOST_STYLE: Final = 8
LEAST_STYLE: Final = 120
"""Texts of hers that show how she writes, and the signs that a description must have to show it."""

PUBLIC: Final = (State.PUBLISHED.value, State.RESERVED.value, State.SOLD.value)

MOST_DRAFTS: Final = 60
"""Drafts that are listed, the newest ones."""


@dataclass(frozen=True)
class Remembered:
    """What is remembered of a draft; as it begins where nothing is. Columns: `tables.StudioDraft`."""

    language: str = "it"
    tone: str = "friendly"
    facts: Mapping[str, Any] = field(default_factory=dict)
    analysis: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Any] = field(default_factory=dict)


def remembered(session: Session, listing: Listing) -> Remembered:
    """What is remembered of a draft."""
    row = session.get(StudioDraft, listing.id)
    if row is None:
        return Remembered()
    return Remembered(row.language, row.tone, row.facts, row.analysis, row.texts)


def remember(session: Session, listing: Listing, **changes: Any) -> None:
    """Remember something of a draft anew: fields of `Remembered`."""
    row = session.get(StudioDraft, listing.id)
    if row is None:
        begun = Remembered()
        facts = {name: getattr(begun, name) for name in ("language", "tone", "facts", "analysis", "texts")}
        row = StudioDraft(household_id=listing.household_id, listing_id=listing.id, **facts)
        session.add(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.changed_at = author_of(session).at


def write(session: Session, listing: Listing, fields: Mapping[str, Any]) -> None:
    """Write fields of a draft (`listings.OF_LISTING`), whose title may still be empty. Raises: NotWritable."""
    if not str(fields.get("title", "…")).strip():
        listing.title = ""
        fields = {name: value for name, value in fields.items() if name != "title"}
    listings.edit(session, listing, fields)


def with_text(texts: Mapping[str, Any], text: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a draft with another one, which is shown."""
    written = [*texts.get("written", []), dict(text)][-MOST_TEXTS:]
    return {"written": written, "at": len(written) - 1}


def turned(texts: Mapping[str, Any], steps: int) -> dict[str, Any]:
    """The texts of a draft, with an earlier (-1) or later (1) one shown, as far as there is one."""
    written = list(texts.get("written", []))
    at = max(0, min(texts.get("at", 0) + steps, len(written) - 1))
    return {"written": written, "at": at}


def past_texts(session: Session, member: Member, but: int) -> list[tuple[str, str]]:
    """Title and description of listings of her own that are or were on sale, the newest first; not of this one."""
    is_whole = func.length(Listing.description) >= LEAST_STYLE
    hers = listings_of(member).where(Listing.state.in_(PUBLIC), Listing.id != but, is_whole)
    newest = hers.with_only_columns(Listing.title, Listing.description).order_by(Listing.id.desc()).limit(MOST_STYLE)
    return [(title, description) for title, description in session.execute(newest)]


def drafts_of(session: Session, member: Member) -> Sequence[tuple[Listing, datetime]]:
    """Her drafts with their photos, and when each was last changed: the newest first, MOST_DRAFTS at most."""
    asked = (
        listings_of(member)
        .where(Listing.state == State.DRAFT.value)
        .options(joinedload(Listing.item).selectinload(Item.photos), selectinload(Listing.account))
        .order_by(Listing.changed_at.desc(), Listing.id.desc())
        .limit(MOST_DRAFTS)
    )
    found = list(session.scalars(asked))
    ids = [listing.id for listing in found]
    rows = select(StudioDraft.listing_id, StudioDraft.changed_at).where(StudioDraft.listing_id.in_(ids))
    at = {row.listing_id: row.changed_at for row in session.execute(rows)}
    newest = [(one, max(one.changed_at, at.get(one.id, one.changed_at))) for one in found]
    return sorted(newest, key=lambda pair: pair[1], reverse=True)
