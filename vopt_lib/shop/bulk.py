"""This is where many listings are changed at once: looked at before, made in one transaction, and taken back.

What is done at once bears one name, the batch of its author: by it the audit finds what was before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.errors import (
    ChangedMeanwhile,
    NothingToUndo,
    PriceMissing,
    PriceTooLow,
    SoldAlready,
    UnknownListing,
    VoptError,
)
from vopt_lib.schema.bulk import BulkChange, Plan, Planned, PriceChange, Undone
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.audit import values
from vopt_lib.shop.columns import CENT
from vopt_lib.shop.listings import change_state, few, note_prices, tidy_tags, versions, write
from vopt_lib.shop.sight import deleted_listings_of, listings_of
from vopt_lib.shop.states import State, check_change
from vopt_lib.shop.tables import AuditEvent, Item, Listing

_KINDS: Final = ("item", "listing")


def preview(session: Session, member: Member, ids: Iterable[int], change: BulkChange) -> Plan:
    """What would become of these listings of hers, in the order of their numbers; nothing is changed.

    Raises: TextTooLong, for a tag.
    """
    wanted = replace(change, add_tags=tuple(tidy_tags(change.add_tags)))
    hers = few(session, listings_of(member), Listing.id, ids)
    known = {listing.id for listing in hers}
    missing = (Planned(one, "", (), UnknownListing(id=one)) for one in sorted(set(ids)) if one not in known)
    return Plan(wanted, (*(_planned(listing, wanted) for listing in hers), *missing))


def apply(session: Session, member: Member, plan: Plan) -> Plan:
    """Make the changes of a plan that were not refused. Returns: what was made.

    A listing that somebody changed since the plan was made is left as it is, and refused with ChangedMeanwhile.
    """
    ids = [row.listing_id for row in plan.rows]
    now = {row.listing_id: row for row in preview(session, member, ids, plan.change).rows}
    made = tuple(_as_seen(row, now[row.listing_id]) for row in plan.rows)
    by_id = {listing.id: listing for listing in few(session, listings_of(member), Listing.id, ids)}
    for row in made:
        if row.refusal is None:
            _make(session, by_id[row.listing_id], dict(row.changes), plan.change)
    session.flush()
    note_prices(
        session, [by_id[row.listing_id] for row in made if row.refusal is None and "asked" in dict(row.changes)]
    )
    return replace(plan, rows=made)


def undo(session: Session, member: Member, batch: str) -> Undone:
    """Bring back what was before all that bears this name, where it is still as that left it.

    Raises: NothingToUndo, when nothing of it is hers to see.
    """
    told = select(AuditEvent).where(AuditEvent.household_id == member.household_id, AuditEvent.batch == batch)
    # What was erased with somebody says nothing any more, and its row's number may be another's now.
    events = [one for one in session.scalars(told.order_by(AuditEvent.number.desc())) if one.before or one.after]
    listings = _listings_of_events(session, member, [event for event in events if not _is_new(event)])
    back: dict[int, Listing] = {}
    kept: dict[int, tuple[str, VoptError]] = {}
    for event, listing in listings:
        row = listing if event.about == "listing" else listing.item
        if listing.deleted_at is not None or not _is_as_left(row, event):
            kept[listing.id] = (listing.title, ChangedMeanwhile())
        else:
            _put_back(row, event)
            back[listing.id] = listing
    if not listings:
        raise NothingToUndo
    session.flush()
    note_prices(session, [listing for listing in back.values() if _asked_differs(events, listing)])
    return Undone(tuple(sorted(back)), tuple(kept[one] for one in sorted(kept)))


def _planned(listing: Listing, change: BulkChange) -> Planned:
    seen = versions(listing)
    try:
        changes = _changes(listing, change)
    except VoptError as refusal:
        return Planned(listing.id, listing.title, (), refusal, seen)
    differing = tuple((name, pair) for name, pair in changes.items() if pair[0] != pair[1])
    return Planned(listing.id, listing.title, differing, versions=seen)


def _changes(listing: Listing, change: BulkChange) -> dict[str, tuple[Any, Any]]:
    """{field: (before, after)}. Raises: NotPossible; NotWritable."""
    changes: dict[str, tuple[Any, Any]] = {}
    if change.price is not None:
        changes["asked"] = (listing.asked, changed_price(listing, change.price))
    if change.state is not None:
        check_change(State(listing.state), State(change.state))
        changes["state"] = (listing.state, change.state)
    if change.reason or change.state not in (None, listing.state):
        changes["reason"] = (listing.reason, change.reason)
    if change.place is not None:
        changes["place"] = (listing.item.place, change.place.strip() or None)
    if change.add_tags or change.remove_tags:
        kept = [tag for tag in listing.item.tags if tag not in change.remove_tags]
        changes["tags"] = (listing.item.tags, tidy_tags((*kept, *change.add_tags)))
    return changes


def changed_price(listing: Listing, change: PriceChange) -> Decimal:
    """What it would ask. Raises: PriceMissing; PriceTooLow; SoldAlready."""
    if listing.state == State.SOLD:
        raise SoldAlready
    if listing.asked is None:
        raise PriceMissing
    exact = listing.asked * (1 + change.share) + change.amount
    price = _ending(exact, Decimal(change.ending) / 100) if change.ending else exact.quantize(CENT, ROUND_HALF_UP)
    if price <= 0 or price < change.floor:
        raise PriceTooLow
    return price


def _ending(price: Decimal, cents: Decimal) -> Decimal:
    """The nearest amount with these cents; halfway between two, the higher one."""
    return ((price - cents).quantize(Decimal(1), ROUND_HALF_UP) + cents).quantize(CENT)


def _as_seen(row: Planned, now: Planned) -> Planned:
    if row.refusal is not None or row == now:
        return row
    return replace(row, changes=(), refusal=now.refusal or ChangedMeanwhile())


def _make(session: Session, listing: Listing, changes: dict[str, tuple[Any, Any]], change: BulkChange) -> None:
    fields = {name: after for name, (_, after) in changes.items() if name != "state"}
    write(session, listing, fields)
    if "state" in changes or "reason" in changes:
        change_state(session, listing, State(change.state or listing.state), change.reason)


def _listings_of_events(session: Session, member: Member, events: list[AuditEvent]) -> list[tuple[AuditEvent, Listing]]:
    """Each event with the listing of hers that it is about, itself or its thing. What is not hers is left out."""
    found: dict[tuple[str, int], Listing] = {}
    for hers in (deleted_listings_of(member), listings_of(member)):
        for column, about in ((Listing.item_id, "item"), (Listing.id, "listing")):
            ids = {event.about_id for event in events if event.about == about}
            for listing in few(session, hers, column, ids):
                found[about, listing.item_id if about == "item" else listing.id] = listing
    return [(event, found[event.about, event.about_id]) for event in events if (event.about, event.about_id) in found]


def _is_new(event: AuditEvent) -> bool:
    """Whether it tells that something was made: nothing was before."""
    return event.about not in _KINDS or ("currency" in event.after and "currency" not in event.before)


def _is_as_left(row: Item | Listing, event: AuditEvent) -> bool:
    left = values(event.after, type(row))
    return all(getattr(row, name) == left.get(name) for name in {*event.before, *event.after} - {"edited"})


def _put_back(row: Item | Listing, event: AuditEvent) -> None:
    before = values(event.before, type(row))
    for name in {*event.before, *event.after} - {"edited"}:
        setattr(row, name, before.get(name))
    noted = set(event.after.get("edited", ())) - set(event.before.get("edited", ()))
    row.edited = sorted(set(row.edited) - noted)


def _asked_differs(events: Iterable[AuditEvent], listing: Listing) -> bool:
    return any(event.about_id == listing.id and event.about == "listing" and "asked" in event.after for event in events)
