"""This is where what she presses on the inventory page is done, and answered in a sentence."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.written import LONGEST_REASON, bulk_change, listing_fields
from vopt_lib.errors import VoptError
from vopt_lib.schema.bulk import Plan
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_states import State
from vopt_lib.schema.searches import Kind, Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import bulk, listings
from vopt_lib.words import N_


def create_listing(desk: Desk, visitor: Visitor, typed: Mapping[str, Any]) -> Answered:
    """Keep a new thing and the draft that offers it; it is open then."""

    def create() -> Answered:
        fields = listing_fields(typed)
        account_id = fields.pop("account_id", None)
        with _at_work(desk, visitor, "create listing") as (session, member):
            made = listings.create(session, member, fields, account_id)
            said = visitor.words.say(N_("“{title}” is kept as a draft, with the code {sku}."), **_named(made))
            return Answered(Told(said, "good"), opens=made.id)

    return _answered(visitor, create)


def save_listing(
    desk: Desk, visitor: Visitor, listing_id: int, typed: Mapping[str, Any], *, seen: tuple[int, int]
) -> Answered:
    """Keep what she wrote about a listing and its thing. seen: the versions she had before her eyes."""

    def save() -> Answered:
        with _at_work(desk, visitor, "edit listing") as (session, member):
            listing = listings.find(session, member, listing_id)
            listings.edit(session, listing, listing_fields(typed), seen)
            return _said(visitor, N_("“{title}” is saved."), listing)

    return _answered(visitor, save)


def press_listing(desk: Desk, visitor: Visitor, act: str, listing_id: int, *, reason: str = "") -> Answered:
    """Do one of these with a listing: `duplicate`, `relist`, `delete`, `restore`, or become the state of this name."""
    deeds: Mapping[str, Callable[[], Answered]] = {
        "duplicate": lambda: _copy(desk, visitor, listing_id),
        "relist": lambda: _relist(desk, visitor, listing_id),
        "delete": lambda: _delete(desk, visitor, listing_id),
        "restore": lambda: _restore(desk, visitor, listing_id),
    }
    become = partial(_become, desk, visitor, listing_id, reason=reason)
    return _answered(visitor, deeds[act] if act in deeds else lambda: become(state=State(act)))


def write_note(desk: Desk, visitor: Visitor, listing_id: int, text: str) -> Answered:
    """Keep a note beside a listing."""

    def keep() -> Answered:
        with _at_work(desk, visitor, "note") as (session, member):
            listing = listings.find(session, member, listing_id)
            note = listings.add_note(session, member, listing, text)
            told = N_("Your note is kept.") if note else N_("There is nothing in your note yet.")
            return Answered(Told(visitor.words.say(told), "good" if note else "info"))

    return _answered(visitor, keep)


def preview_bulk(desk: Desk, visitor: Visitor, ids: Collection[int], typed: Mapping[str, Any]) -> Plan | Answered:
    """What would become of these listings, or why it cannot be said."""
    try:
        change = bulk_change(typed)
        with shop_of(desk).reading() as session:
            return bulk.preview(session, member_of(desk, visitor), ids, change)
    except VoptError as error:
        return Answered(Told(visitor.words.error(error), "bad"))


def apply_bulk(desk: Desk, visitor: Visitor, plan: Plan) -> Answered:
    """Make a change of many listings at once; it can be undone at once."""

    def make() -> Answered:
        batch = secrets.token_hex(16)
        with _at_work(desk, visitor, "bulk edit", batch) as (session, member):
            made = bulk.apply(session, member, plan)
        return Answered(_made(visitor, made), undo=batch if made.changing else None)

    return _answered(visitor, make)


def undo_bulk(desk: Desk, visitor: Visitor, batch: str) -> Answered:
    """Bring back what was before a change of many listings."""

    def bring_back() -> Answered:
        words = visitor.words
        with _at_work(desk, visitor, "undo", secrets.token_hex(16)) as (session, member):
            undone = bulk.undo(session, member, batch)
        told = words.count(N_("{n} listing is as it was."), N_("{n} listings are as they were."), len(undone.listings))
        if undone.kept:
            names = ", ".join(title[:40] for title, _ in undone.kept[:5])
            told += " " + words.say(N_("Changed since, and left as they are now: {names}."), names=names)
        return Answered(Told(told, "warn" if undone.kept else "good"))

    return _answered(visitor, bring_back)


def _copy(desk: Desk, visitor: Visitor, listing_id: int) -> Answered:
    with _at_work(desk, visitor, "duplicate listing") as (session, member):
        made = listings.duplicate(session, member, listings.find(session, member, listing_id))
        said = visitor.words.say(N_("“{title}” is kept as a draft, with the code {sku}."), **_named(made))
        return Answered(Told(said, "good"), opens=made.id)


def _relist(desk: Desk, visitor: Visitor, listing_id: int) -> Answered:
    with _at_work(desk, visitor, "relist") as (session, member):
        made = listings.relist(session, listings.find(session, member, listing_id))
        said = visitor.words.say(N_("A new draft offers “{title}” once more."), title=made.title[:80])
        return Answered(Told(said, "good"), opens=made.id)


def _delete(desk: Desk, visitor: Visitor, listing_id: int) -> Answered:
    with _at_work(desk, visitor, "delete listing") as (session, member):
        gone = listings.find(session, member, listing_id)
        listings.delete(session, gone)
        said = visitor.words.say(N_("“{title}” is deleted. It can be brought back."), title=gone.title[:80])
        return Answered(Told(said, "good"), restore=listing_id, opens=0)


def _restore(desk: Desk, visitor: Visitor, listing_id: int) -> Answered:
    with _at_work(desk, visitor, "restore listing") as (session, member):
        back = listings.restore(session, member, listing_id)
        said = visitor.words.say(N_("“{title}” is back."), title=back.title[:80])
        return Answered(Told(said, "good"), opens=listing_id)


def _become(desk: Desk, visitor: Visitor, listing_id: int, *, state: State, reason: str) -> Answered:
    words, batch = visitor.words, secrets.token_hex(16)
    with _at_work(desk, visitor, "change state", batch) as (session, member):
        listing = listings.find(session, member, listing_id)
        listings.change_state(session, listing, state, reason.strip()[:LONGEST_REASON])
        said = words.say(N_("“{title}” is now: {state}."), title=listing.title[:80], state=words.say(state.label))
        return Answered(Told(said, "good"), undo=batch)


@contextmanager
def _at_work(desk: Desk, visitor: Visitor, deed: str, batch: str | None = None) -> Iterator[tuple[Any, Member]]:
    """A transaction of the shop, and who of the household works in it."""
    member = member_of(desk, visitor)
    with shop_of(desk).writing(author_of(desk, member, deed, batch)) as session:
        yield session, member


def _answered(visitor: Visitor, deed: Callable[[], Answered]) -> Answered:
    try:
        return deed()
    except VoptError as error:
        return Answered(Told(visitor.words.error(error), "bad"))


def _made(visitor: Visitor, made: Plan) -> Told:
    words = visitor.words
    told = words.count(N_("{n} listing was changed."), N_("{n} listings were changed."), len(made.changing))
    kind: Kind = "good"
    if made.refused:
        left = len(made.refused)
        told += " " + words.count(N_("{n} stays as it was."), N_("{n} stay as they were."), left)
        kind = "warn"
    return Told(told, kind)


def _said(visitor: Visitor, sentence: str, listing: Any) -> Answered:
    return Answered(Told(visitor.words.say(sentence, title=listing.title[:80]), "good"))


def _named(listing: Any) -> dict[str, str]:
    return {"title": listing.title[:80], "sku": listing.item.sku}
