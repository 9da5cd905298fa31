"""This is where we say what somebody may see of the shop: an admin all of her household, a member what is her own.

A member whom an admin lets look at everything gets a Member that does (`looks_at_all`) where she only looks: whatever
changes something asks for a Member without it, and finds her own.

Whatever reads the shop for a person starts from one of these. What was deleted is left out.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.tables import Alert, AssistantUse, Changing, ChannelAccount, Expense, Item, Listing, Order, Photo


def accounts_of(member: Member) -> Select[ChannelAccount]:
    """Her accounts."""
    return select(ChannelAccount).where(_there(ChannelAccount, member), _hers(ChannelAccount.person_id, member))


def items_of(member: Member) -> Select[Item]:
    """Her things."""
    return select(Item).where(_there(Item, member), _hers(Item.person_id, member))


def listings_of(member: Member) -> Select[Listing]:
    """The listings on her accounts."""
    return select(Listing).where(_there(Listing, member), _on_her_accounts(Listing.account_id, member))


def deleted_listings_of(member: Member) -> Select[Listing]:
    """The listings of her accounts that were deleted, and can be brought back."""
    is_gone = and_(Listing.household_id == member.household_id, Listing.deleted_at.is_not(None))
    return select(Listing).where(is_gone, _on_her_accounts(Listing.account_id, member))


def orders_of(member: Member) -> Select[Order]:
    """The sales and purchases of her accounts."""
    return select(Order).where(_there(Order, member), _on_her_accounts(Order.account_id, member))


def expenses_of(member: Member) -> Select[Expense]:
    """What she spent; an admin sees what the household spent, too."""
    return select(Expense).where(_there(Expense, member), _hers(Expense.person_id, member))


def assistant_uses_of(member: Member) -> Select[AssistantUse]:
    """What language models were asked for her; an admin sees everybody's, and that of who was erased."""
    uses = select(AssistantUse).where(AssistantUse.household_id == member.household_id)
    return uses if member.is_admin else uses.where(AssistantUse.person_id == member.person_id)


def alerts_of(member: Member) -> Select[Alert]:
    """What her household should know of; a member is not told what only an admin can mend."""
    alerts = select(Alert).where(Alert.household_id == member.household_id)
    return alerts if member.sees_all else alerts.where(Alert.for_admins.is_(False))


def photos_of(member: Member) -> Select[Photo]:
    """The photos of her things."""
    return select(Photo).where(Photo.item_id.in_(items_of(member).with_only_columns(Item.id)))


def _there(kind: type[Changing], member: Member) -> ColumnElement[bool]:
    return and_(kind.household_id == member.household_id, kind.deleted_at.is_(None))


def _hers(person_id: InstrumentedAttribute[Any], member: Member) -> ColumnElement[bool]:
    return true() if member.sees_all else person_id == member.person_id


def _on_her_accounts(account_id: InstrumentedAttribute[int], member: Member) -> ColumnElement[bool]:
    if member.sees_all:
        return true()
    hers = select(ChannelAccount.id).where(
        ChannelAccount.household_id == member.household_id, ChannelAccount.person_id == member.person_id
    )
    return account_id.in_(hers)
