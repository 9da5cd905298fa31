"""This is where a person works on a listing and on the thing that it offers: writes, publishes, copies, deletes.

What she writes herself is noted in `edited`, so that no import changes it any more. All of it happens in the
transaction of the session that is handed in; its author says who and when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from vopt_lib.errors import (
    ChangedMeanwhile,
    NoSuchAccount,
    NoTitle,
    SkuTaken,
    TextTooLong,
    UnknownListing,
    UnknownListingName,
)
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.accounts import currency_of, own_accounts, stand_in
from vopt_lib.shop.audit import author_of
from vopt_lib.shop.sight import accounts_of, deleted_listings_of, listings_of
from vopt_lib.shop.states import ENDS, State, check_change
from vopt_lib.shop.tables import (
    ChannelAccount,
    Item,
    Listing,
    ListingPrice,
    Note,
)

COPIED: Final = (
    *("title", "description", "catalog_id", "brand", "size", "condition_id", "colour", "second_colour", "material"),
    *("parcel_size", "asked"),
)
"""What a copy of a listing has from it."""

OF_LISTING: Final = frozenset({*COPIED, "quantity"})
OF_ITEM: Final = frozenset({"sku", "place", "cost", "bought_on", "proof", "notes", "tags"})
"""What a person writes: of the offer, and of the thing."""

BY_HAND: Final = "person"
"""The source of a price that a person wrote."""

FIRST_SKU: Final = "A-"
LONGEST_PROSE: Final = 5000
LONGEST_TITLE: Final = 200
LONGEST_TAG: Final = 30
MOST_TAGS: Final = 20
_AT_ONCE: Final = 500


def find(session: Session, member: Member, listing_id: int) -> Listing:
    """One of her listings. Raises: UnknownListing."""
    found = session.scalars(listings_of(member).where(Listing.id == listing_id)).one_or_none()
    if found is None:
        raise UnknownListing(id=listing_id)
    return found


def find_called(session: Session, member: Member, called: str) -> Listing:
    """Her listing of this number, or the newest that offers the thing with this code ("A-0012").

    Raises: UnknownListingName.
    """
    hers = listings_of(member).join(Listing.item)
    is_meant = Item.sku == called
    if called.isascii() and called.isdecimal() and len(called) < 10:
        is_meant |= Listing.id == int(called)
    found = session.scalars(hers.where(is_meant).order_by((Item.sku == called).desc(), Listing.id.desc())).first()
    if found is None:
        raise UnknownListingName(name=called)
    return found


def few(
    session: Session, statement: Select[Listing], column: InstrumentedAttribute[int], wanted: Iterable[int]
) -> list[Listing]:
    """The listings of a statement whose column has one of these numbers, with their things, in the numbers' order."""
    numbers = sorted(set(wanted))
    found: list[Listing] = []
    for start in range(0, len(numbers), _AT_ONCE):
        some = statement.where(column.in_(numbers[start : start + _AT_ONCE])).options(joinedload(Listing.item))
        found += session.scalars(some.order_by(column, Listing.id))
    return found


def account_to_sell_on(session: Session, member: Member) -> ChannelAccount:
    """Her first account; whoever has none gets one that bears her name, until an import tells her login."""
    return next(iter(own_accounts(session, member)), None) or stand_in(session, member)


def create(session: Session, member: Member, fields: Mapping[str, Any], account_id: int | None = None) -> Listing:
    """A new thing of hers and the draft that offers it, with what she wrote (`OF_LISTING`, `OF_ITEM`).

    Without a SKU it gets the next free one of the household. account_id: None: her first.

    Raises: NotWritable; NoSuchAccount.
    """
    listing = _begun(session, member, account_id, sku=fields.get("sku"))
    _write(session, listing.item, _of(fields, OF_ITEM - {"sku"}))
    _write(session, listing, {"title": "", **_of(fields, OF_LISTING)})
    session.add(listing)
    session.flush()
    note_prices(session, [listing])
    return listing


def begin(session: Session, member: Member, account_id: int | None = None) -> Listing:
    """The same, and nothing is known of it yet: a draft without a title. Raises: NoSuchAccount."""
    listing = _begun(session, member, account_id)
    session.add(listing)
    session.flush()
    return listing


def edit(session: Session, listing: Listing, fields: Mapping[str, Any], seen: tuple[int, int] | None = None) -> None:
    """Write these fields (`OF_LISTING`, `OF_ITEM`). seen: the `versions` that she had before her eyes.

    Raises: NotWritable; ChangedMeanwhile.
    """
    if seen is not None and seen != versions(listing):
        raise ChangedMeanwhile
    before = listing.asked
    write(session, listing, fields)
    session.flush()
    if listing.asked != before:
        note_prices(session, [listing])


def write(session: Session, listing: Listing, fields: Mapping[str, Any]) -> None:
    """Write these fields, of the offer and of the thing; a price still has to be noted. Raises: NotWritable."""
    kept = fields if fields.get("sku") else _of(fields, fields.keys() - {"sku"})
    _write(session, listing.item, _of(kept, OF_ITEM))
    _write(session, listing, _of(fields, OF_LISTING))


def versions(listing: Listing) -> tuple[int, int]:
    """The state of knowledge that a change rests on: of the listing and of its thing."""
    return listing.version, listing.item.version


def change_state(session: Session, listing: Listing, wanted: State, reason: str | None = None) -> None:
    """Let it become this, with the time from which it is on sale, or on sale no more.

    What she takes off sale stays so, whatever an import says; what she puts on sale goes on as its source tells.

    Raises: NotPossible; NoTitle, for a draft without one that is to be put on sale.
    """
    check_change(State(listing.state), wanted)
    if wanted is State.PUBLISHED and listing.state == State.DRAFT and not listing.title:
        raise NoTitle
    if wanted == listing.state and not reason:
        return
    at = author_of(session).at
    listing.state, listing.reason = wanted.value, reason or None
    listing.ended_at = (listing.ended_at or at) if wanted in ENDS else None
    if wanted is State.DRAFT:
        listing.listed_at = None
    elif wanted is State.PUBLISHED:
        listing.listed_at = listing.listed_at or at
    is_hers = {"state"} if wanted not in (State.PUBLISHED, State.DRAFT) else set()
    listing.edited = sorted(set(listing.edited) - {"state"} | is_hers)


def duplicate(session: Session, member: Member, listing: Listing) -> Listing:
    """A draft for another thing of the same kind, with a code of its own: where it lies and its tags are the same."""
    item = listing.item
    fields = {name: getattr(listing, name) for name in COPIED} | {"place": item.place, "tags": list(item.tags)}
    return create(session, member, fields, listing.account_id)


def relist(session: Session, listing: Listing) -> Listing:
    """A new draft that offers the same thing once more."""
    facts = {name: getattr(listing, name) for name in ("household_id", "item_id", "account_id", "currency", *COPIED)}
    again = Listing(**facts, state=State.DRAFT.value, edited=sorted(name for name in COPIED if facts[name]), quantity=1)
    session.add(again)
    session.flush()
    note_prices(session, [again])
    return again


def delete(session: Session, listing: Listing) -> None:
    """Put it away, to be brought back. Its thing goes with its last listing."""
    at = author_of(session).at
    listing.deleted_at = at
    if all(one.deleted_at for one in listing.item.listings):
        listing.item.deleted_at = at


def restore(session: Session, member: Member, listing_id: int) -> Listing:
    """Bring back what was deleted, and its thing. Raises: UnknownListing."""
    found = session.scalars(deleted_listings_of(member).where(Listing.id == listing_id)).one_or_none()
    if found is None:
        raise UnknownListing(id=listing_id)
    found.deleted_at = found.item.deleted_at = None
    return found


def add_note(session: Session, member: Member, listing: Listing, text: str) -> Note | None:
    """Write something beside a listing; nothing is written where there is nothing to say. Raises: TextTooLong."""
    told = _short(text.strip(), LONGEST_PROSE)
    if not told:
        return None
    about = {"household_id": listing.household_id, "about": Listing.__tablename__, "about_id": listing.id}
    note = Note(**about, person_id=member.person_id, text=told)
    session.add(note)
    return note


def next_sku(session: Session, household_id: int) -> str:
    """The next free code: "A-0001", "A-0002" …"""
    every = select(Item.sku).where(Item.household_id == household_id)
    newest = every.order_by(Item.id.desc()).limit(_AT_ONCE)
    guess = _after(session.scalars(newest))
    if guess.endswith("-0001") or _is_taken(session, household_id, guess):
        return _after(session.scalars(every.where(Item.sku.like(f"{FIRST_SKU}%"))))
    return guess


def note_prices(session: Session, listings: Collection[Listing]) -> None:
    """Write into their histories what these listings ask from now on."""
    at = author_of(session).at
    known: dict[int, ListingPrice] = {}
    ids = [listing.id for listing in listings]
    for start in range(0, len(ids), _AT_ONCE):
        some = ListingPrice.listing_id.in_(ids[start : start + _AT_ONCE])
        known |= {
            row.listing_id: row for row in session.scalars(select(ListingPrice).where(some, ListingPrice.at == at))
        }
    for listing in listings:
        if listing.asked is None:
            continue
        row = known.get(listing.id)
        if row is None:
            common = {"household_id": listing.household_id, "listing_id": listing.id, "at": at}
            row = ListingPrice(**common, asked=listing.asked, currency=listing.currency)
            session.add(row)
        row.asked, row.currency, row.source = listing.asked, listing.currency, BY_HAND


def tidy_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: in small letters, each once, in their order. Raises: TextTooLong."""
    tidy = dict.fromkeys(" ".join(tag.casefold().split()) for tag in tags)
    return [_short(tag, LONGEST_TAG) for tag in tidy if tag][:MOST_TAGS]


def _begun(session: Session, member: Member, account_id: int | None, sku: str | None = None) -> Listing:
    account = _account(session, member, account_id)
    common = {"household_id": member.household_id, "currency": currency_of(account)}
    item = Item(**common, person_id=account.person_id, sku="", tags=[], edited=[])
    listing = Listing(**common, item=item, account=account, state=State.DRAFT.value, title="", edited=[], quantity=1)
    _write(session, item, {"sku": sku or next_sku(session, member.household_id)})
    return listing


def _account(session: Session, member: Member, account_id: int | None) -> ChannelAccount:
    if account_id is None:
        return account_to_sell_on(session, member)
    found = session.scalars(accounts_of(member).where(ChannelAccount.id == account_id)).one_or_none()
    if found is None:
        raise NoSuchAccount(id=account_id)
    return found


def _of(fields: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in names}


def _write(session: Session, row: Item | Listing, fields: Mapping[str, Any]) -> None:
    """What differs, checked, and noted as written by a person."""
    changes = {name: _kept(row, name, value) for name, value in fields.items()}
    changes = {name: value for name, value in changes.items() if value != getattr(row, name)}
    if "sku" in changes and _is_taken(session, row.household_id, changes["sku"]):
        raise SkuTaken(sku=changes["sku"])
    for name, value in changes.items():
        setattr(row, name, value)
    if "title" in fields and not row.title:  # type: ignore[union-attr] # only a listing has one
        raise NoTitle
    if changes:
        row.edited = sorted({*row.edited, *changes})


def _kept(row: Item | Listing, name: str, value: Any) -> Any:
    """A field as it is kept: text without blanks around it, nothing instead of an empty one."""
    if name == "tags":
        return tidy_tags(value)
    if not isinstance(value, str):
        return value
    if name == "title":
        return _short(" ".join(value.split()), LONGEST_TITLE)
    column = row.__table__.columns[name]
    told = _short(value.strip(), getattr(column.type, "length", None) or LONGEST_PROSE)
    return told or (None if column.nullable else "")


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise TextTooLong(text=text[:40] + "…", most=most)
    return text


def _after(skus: Iterable[str]) -> str:
    numbers = (sku.removeprefix(FIRST_SKU) for sku in skus if sku.startswith(FIRST_SKU))
    highest = max((int(number) for number in numbers if number.isascii() and number.isdigit()), default=0)
    return f"{FIRST_SKU}{highest + 1:04d}"


def _is_taken(session: Session, household_id: int, sku: str) -> bool:
    with session.no_autoflush:
        same = select(Item.id).where(Item.household_id == household_id, Item.sku == sku)
        return session.scalars(same).first() is not None
