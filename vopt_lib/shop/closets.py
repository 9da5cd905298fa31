"""This is where we know which closets on a marketplace are hers, and what searches saw of her listings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.accounts import VINTED, own_accounts, stands_in
from vopt_lib.shop.sight import accounts_of
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import ChannelAccount, Listing, ListingStatDay

CRAWL: Final = "crawl"
"""The source of what searches saw."""


@dataclass(frozen=True)
class OwnNumber:
    """A listing of the household's, by its numbers here and on the marketplace."""

    household_id: int
    listing_id: int
    market: str
    external_id: int


@dataclass(frozen=True)
class SeenDay:
    """What searches saw of a listing on a day. asked: in `currency`."""

    of: OwnNumber
    day: date
    views: int | None
    favourites: int | None
    asked: Decimal | None
    currency: str | None


def account_called(session: Session, member: Member, login: str) -> ChannelAccount | None:
    """The account with this login that she may see; None: there is none."""
    there = session.scalars(accounts_of(member).where(ChannelAccount.channel == VINTED))
    return next((one for one in there if one.name.casefold() == login.casefold() and not stands_in(one)), None)


def only_account(session: Session, member: Member) -> ChannelAccount | None:
    """Her own account on Vinted, where she has exactly one and its login is known."""
    found = own_accounts(session, member)
    return found[0] if len(found) == 1 and not stands_in(found[0]) else None


def own_numbers(session: Session) -> list[OwnNumber]:
    """Every listing that may be on Vinted, of every household; what is filed away is left out."""
    wanted = (
        select(Listing.household_id, Listing.id, ChannelAccount.market, Listing.external_id)
        .join(ChannelAccount, Listing.account_id == ChannelAccount.id)
        .where(
            ChannelAccount.channel == VINTED,
            Listing.external_id.is_not(None),
            Listing.deleted_at.is_(None),
            Listing.state != State.ARCHIVED,
        )
    )
    found = session.execute(wanted).all()
    return [OwnNumber(house, listing, market, number) for house, listing, market, number in found if number]


def newest_seen_day(session: Session) -> date | None:
    """The newest day of which it is written what searches saw."""
    return session.scalar(select(func.max(ListingStatDay.day)).where(ListingStatDay.source == CRAWL))


def write_seen(session: Session, seen: Iterable[SeenDay], *, since: date) -> int:
    """Write what searches saw on these days from `since` on; once more changes nothing. Returns: how many differed."""
    written = select(ListingStatDay).where(ListingStatDay.source == CRAWL, ListingStatDay.day >= since)
    known = {(row.listing_id, row.day): row for row in session.scalars(written)}
    changed, new = 0, []
    for one in seen:
        told = {"views": one.views, "favourites": one.favourites, "asked": one.asked, "currency": one.currency}
        row = known.get((one.of.listing_id, one.day))
        if row is None:
            whose = {"household_id": one.of.household_id, "listing_id": one.of.listing_id}
            new.append({**whose, "day": one.day, "source": CRAWL, **told})
            continue
        for name, value in told.items():
            setattr(row, name, value)
        changed += session.is_modified(row)
    if new:
        session.execute(insert(ListingStatDay), new)
    return changed + len(new)
