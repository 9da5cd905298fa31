"""This is where a draft becomes a listing on Vinted in vopt's eyes: by the address that she pastes once it is there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.errors import NotToPublish, NumberOfDeleted, NumberTaken, VoptError
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_states import State
from vopt_lib.schema.searches import Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import listings
from vopt_lib.shop.numbered import with_number
from vopt_lib.shop.tables import Listing
from vopt_lib.sources.vinted.listing_links import ListingLink, listing_in
from vopt_lib.words import N_

_OVER: Final[Mapping[State, str]] = {
    State.SOLD: N_("it is sold"),
    State.WITHDRAWN: N_("it was withdrawn"),
    State.ARCHIVED: N_("it is archived"),
}
"""{state in which a listing gets no address: why}."""


def mark_published(desk: Desk, visitor: Visitor, listing_id: int, pasted: str) -> Answered:
    """Note the number and the address of a listing that she put on Vinted: a draft is on sale from now on.

    pasted: its address, or a text with that in it. Told twice, it is noted once. Refusals are told in a sentence.
    """
    try:
        return _mark(desk, visitor, listing_id, pasted)
    except VoptError as error:
        return Answered(Told(visitor.words.error(error), "bad"))


def _mark(desk: Desk, visitor: Visitor, listing_id: int, pasted: str) -> Answered:
    member, batch = member_of(desk, visitor), secrets.token_hex(16)
    with shop_of(desk).writing(author_of(desk, member, "publish listing", batch)) as session:
        listing = listings.find(session, member, listing_id)
        link = listing_in(pasted, default_market=listing.account.market)
        title = listing.title[:80]
        _check(session, member, listing, link)
        if listing.external_id == link.number and listing.state != State.DRAFT:
            return Answered(Told(visitor.words.say(N_("That is noted already.")), "info"))
        listing.external_id = link.number
        listing.url = f"{desk.settings.vinted_www.format(tld=link.market)}/items/{link.number}"
        if listing.state == State.DRAFT:
            listings.change_state(session, listing, State.PUBLISHED)
    said = visitor.words.say(N_("“{title}” is on sale on Vinted: vopt knows its address now."), title=title)
    return Answered(Told(said, "good"), undo=batch)


def _check(session: Any, member: Member, listing: Listing, link: ListingLink) -> None:
    """Let a link pass that may be this listing's: a draft that was on Vinted once gets its new number.

    Raises: NotToPublish; NumberTaken.
    """
    why = _OVER.get(State(listing.state))
    if why is None and listing.state != State.DRAFT and listing.external_id not in (None, link.number):
        why = N_("it has another number on Vinted already")
    if why is not None:
        raise NotToPublish(title=listing.title[:80], why=why)
    other = with_number(session, member, link.number, besides=listing)
    if other is None:
        return
    if not other.is_hers:
        raise NumberTaken(number=link.number, which=N_("a listing of somebody else of your household"))
    which = f"“{other.listing.title[:80]}” ({other.listing.item.sku})"
    raise (NumberOfDeleted if other.listing.deleted_at else NumberTaken)(number=link.number, which=which)
