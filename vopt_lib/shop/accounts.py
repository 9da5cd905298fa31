"""This is where we find the account that something comes from, and make it the first time that it is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.errors import AccountMissing, AccountOfAnother, AccountUnclear
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.sight import accounts_of
from vopt_lib.shop.tables import ChannelAccount, Person

VINTED: Final = "vinted"

MAIL_SERVER: Final = "mail_server"
"""Where an account's settings keep whose word on its e-mails is believed (`Authentication-Results`)."""

CURRENCIES: Final = {
    **{"uk": "GBP", "co.uk": "GBP", "pl": "PLN", "cz": "CZK"},
    **{"se": "SEK", "dk": "DKK", "hu": "HUF", "ro": "RON"},
}
"""What a country's site asks prices in, where that is not the euro."""


def own_accounts(session: Session, member: Member) -> Sequence[ChannelAccount]:
    """Her own accounts on Vinted, the first one first; an admin's are not those of the others."""
    hers = accounts_of(member).where(ChannelAccount.person_id == member.person_id, ChannelAccount.channel == VINTED)
    return session.scalars(hers.order_by(ChannelAccount.id)).all()


def vinted_account(session: Session, member: Member, login: str | None, *, market: str = "it") -> ChannelAccount:
    """Her account of this login, made if it is new; without a login, her only one.

    Raises: AccountMissing; AccountUnclear; AccountOfAnother.
    """
    every = session.scalars(
        select(ChannelAccount)
        .where(ChannelAccount.household_id == member.household_id, ChannelAccount.channel == VINTED)
        .where(ChannelAccount.deleted_at.is_(None))
        .order_by(ChannelAccount.id)
    ).all()
    if login:
        return _named(session, member, login.strip().removeprefix("@"), every) or _new(session, member, login, market)
    hers = [account for account in every if account.person_id == member.person_id]
    if not hers:
        raise AccountMissing(person=member.name)
    if len(hers) > 1:
        raise AccountUnclear(person=member.name, known=", ".join(account.name for account in hers))
    return hers[0]


def remember_mail_server(account: ChannelAccount, name: str) -> None:
    """Remember whose word on e-mails is believed."""
    if account.settings.get(MAIL_SERVER) != name:
        account.settings = {**account.settings, MAIL_SERVER: name}


def remembered_mail_server(session: Session, member: Member, login: str | None) -> str | None:
    """The mail server named for this account; None: none was, or the account is new."""
    hers = select(ChannelAccount).where(
        ChannelAccount.household_id == member.household_id,
        ChannelAccount.channel == VINTED,
        ChannelAccount.person_id == member.person_id,
    )
    names = {account.name.casefold(): account.settings.get(MAIL_SERVER) for account in session.scalars(hers)}
    found: str | None = names.get(login.casefold()) if login else next(iter(names.values()), None)
    return found


def currency_of(account: ChannelAccount) -> str:
    """What its prices are in where nothing else is said."""
    return CURRENCIES.get(account.market, "EUR")


def _named(session: Session, member: Member, login: str, every: Sequence[ChannelAccount]) -> ChannelAccount | None:
    found = next((account for account in every if account.name.casefold() == login.casefold()), None)
    if found and found.person_id != member.person_id:
        person = session.get_one(Person, found.person_id)
        raise AccountOfAnother(login=login, person=person.name)
    return found


def _new(session: Session, member: Member, login: str, market: str) -> ChannelAccount:
    account = ChannelAccount(
        household_id=member.household_id,
        person_id=member.person_id,
        channel=VINTED,
        market=market,
        name=login.strip().removeprefix("@"),
        settings={},
    )
    session.add(account)
    session.flush()
    return account
