"""This is where we say which rows of every table are one person's: what is handed out to her, and what is erased.

What is on her accounts is hers, and things that are hers. A thing of hers that is listed on somebody else's account,
too, is only shared with her.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from vopt_lib.shop.tables import (
    Alert,
    AlertSeen,
    AssistantUse,
    AuditEvent,
    Base,
    ChannelAccount,
    ColumnMapping,
    Credential,
    DeletedPhoto,
    DuplicateDecision,
    Evidence,
    Expense,
    Follow,
    Household,
    Import,
    Item,
    Listing,
    ListingPrice,
    ListingStatDay,
    Note,
    Order,
    OrderLine,
    Person,
    Photo,
    Review,
    SearchWord,
    Shipment,
    SignInAddress,
    SignInLink,
    SignInTry,
    StudioDraft,
    WebSession,
)

SHARED: Final[frozenset[type[Base]]] = frozenset({Household, Follow, ColumnMapping, SearchWord, Alert})
"""Tables of the whole household: nothing in them is one person's (of search words, those of others stay;
of alerts, those that do not name her)."""

Hers = dict[type[Base], ColumnElement[bool]]


def rows_of(person_id: int) -> Hers:
    """{table: which of its rows are hers}, in an order in which they can be deleted. Not: her own row, what others did.

    The conditions look at other tables: whoever deletes takes them in this order.
    """
    accounts, orders, imports = accounts_of(person_id), orders_of(person_id), imports_of(person_id)
    listings, items = listings_of(person_id), items_of(person_id)
    return {
        DuplicateDecision: decision_about(person_id),
        Photo: Photo.item_id.in_(items),
        DeletedPhoto: DeletedPhoto.item_id.in_(items),
        AlertSeen: AlertSeen.person_id == person_id,
        Note: or_(Note.person_id == person_id, about_hers(Note.about, Note.about_id, person_id)),
        Expense: Expense.person_id == person_id,
        Shipment: Shipment.order_id.in_(orders),
        OrderLine: OrderLine.order_id.in_(orders),
        StudioDraft: StudioDraft.listing_id.in_(listings),
        ListingPrice: ListingPrice.listing_id.in_(listings),
        ListingStatDay: ListingStatDay.listing_id.in_(listings),
        Review: Review.import_id.in_(imports),
        Import: Import.person_id == person_id,
        Evidence: Evidence.account_id.in_(accounts),
        Order: Order.account_id.in_(accounts),
        Listing: Listing.account_id.in_(accounts),
        Item: Item.person_id == person_id,
        ChannelAccount: ChannelAccount.person_id == person_id,
        WebSession: WebSession.person_id == person_id,
        SignInLink: SignInLink.person_id == person_id,
        SignInTry: SignInTry.person_id == person_id,
        SignInAddress: SignInAddress.person_id == person_id,
        Credential: Credential.person_id == person_id,
    }


def kept_without_her(person_id: int) -> Hers:
    """{table: which of its rows are hers} of those that stay without her number (person_id) where she is erased.

    What language models were asked and what that cost stays in the sums of the household: no word of hers is in it.
    """
    return {AssistantUse: AssistantUse.person_id == person_id}


def events_of(person_id: int) -> ColumnElement[bool]:
    """The audit events about her and her rows."""
    return about_hers(AuditEvent.about, AuditEvent.about_id, person_id)


def about_hers(
    about: InstrumentedAttribute[str], about_id: InstrumentedAttribute[int], person_id: int
) -> ColumnElement[bool]:
    """Whether a row is about one of hers."""
    notes = select(Note.id).where(Note.person_id == person_id)
    expenses = select(Expense.id).where(Expense.person_id == person_id)
    shipments = select(Shipment.id).where(Shipment.order_id.in_(orders_of(person_id)))
    decisions = select(DuplicateDecision.id).where(decision_about(person_id))
    found: dict[type[Base], Any] = {
        Item: items_of(person_id),
        Listing: listings_of(person_id),
        Order: orders_of(person_id),
        Shipment: shipments,
        Expense: expenses,
        Note: notes,
        DuplicateDecision: decisions,
        ChannelAccount: accounts_of(person_id),
    }
    theirs = [and_(about == kind.__tablename__, about_id.in_(ids)) for kind, ids in found.items()]
    of_her = about.in_((Person.__tablename__, Credential.__tablename__))
    return or_(and_(of_her, about_id == person_id), *theirs)


def decision_about(person_id: int) -> ColumnElement[bool]:
    """Whether a decision is about one of her things; what she said of others' stays with them."""
    items = items_of(person_id)
    return or_(DuplicateDecision.item_id.in_(items), DuplicateDecision.other_item_id.in_(items))


def accounts_of(person_id: int) -> Select[int]:
    """The numbers of her accounts, those put aside included."""
    return select(ChannelAccount.id).where(ChannelAccount.person_id == person_id)


def listings_of(person_id: int) -> Select[int]:
    """The numbers of the listings on her accounts."""
    return select(Listing.id).where(Listing.account_id.in_(accounts_of(person_id)))


def orders_of(person_id: int) -> Select[int]:
    """The numbers of the orders of her accounts."""
    return select(Order.id).where(Order.account_id.in_(accounts_of(person_id)))


def items_of(person_id: int) -> Select[int]:
    """The numbers of her things."""
    return select(Item.id).where(Item.person_id == person_id)


def imports_of(person_id: int) -> Select[int]:
    """The numbers of what she had taken in."""
    return select(Import.id).where(Import.person_id == person_id)
