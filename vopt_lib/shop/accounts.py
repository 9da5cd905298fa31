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

STANDS_IN: Final = "stands_in"
"""Where they keep that its name is not her login there: nobody has said that yet."""

CURRENCIES: Final = {
    **{"uk": "GBP", "co.uk": "GBP", "pl": "PLN", "cz": "CZK"},
    **{"se": "SEK", "dk": "DKK", "hu": "HUF", "ro": "RON"},
}
"""What a country's site asks prices in, where that is not the euro."""


def own_accounts(session: Session, member: Member) -> Sequence[ChannelAccount]:
    """Her own accounts on Vinted, the first one first; an admin's are not those of the others."""
    hers = accounts_of(member).where(ChannelAccount.person_id == member.person_id, ChannelAccount.channel == VINTED)
    return session.scalars(hers.order_by(ChannelAccount.id)).all()


def own_logins(session: Session, member: Member) -> list[str]:
    """Her logins on Vinted, as far as they are known."""
    return [account.name for account in own_accounts(session, member) if not stands_in(account)]


def stand_in(session: Session, member: Member) -> ChannelAccount:
    """An account that bears her own name, until her login is known: what she lists meanwhile is on it."""
    is_taken = _called(session, member.household_id, member.name) is not None
    name = _numbered(member.name, member.person_id) if is_taken else member.name
    return _made(session, member.household_id, member.person_id, name, settings={STANDS_IN: True})


def stands_in(account: ChannelAccount) -> bool:
    """Whether nobody has said yet what her login there is."""
    return bool(account.settings.get(STANDS_IN))


def name_account(session: Session, account: ChannelAccount, login: str) -> None:
    """This is her login there."""
    _make_way(session, account.household_id, login, besides=account)
    account.name = login
    account.settings = {name: value for name, value in account.settings.items() if name != STANDS_IN}


def new_account(session: Session, household_id: int, person_id: int, *, login: str, market: str) -> ChannelAccount:
    """The account of a login that is new: the one that stands in for it, else one more."""
    hers = select(ChannelAccount).where(ChannelAccount.person_id == person_id, ChannelAccount.channel == VINTED)
    there = session.scalars(hers.where(ChannelAccount.deleted_at.is_(None)).order_by(ChannelAccount.id))
    account = next((one for one in there if stands_in(one)), None)
    if account is None:
        _make_way(session, household_id, login)
        return _made(session, household_id, person_id, login, market=market)
    name_account(session, account, login)
    account.market = market
    return account


def vinted_account(session: Session, member: Member, login: str | None, *, market: str = "it") -> ChannelAccount:
    """Her account of this login, made if it is new; without a login, her only one whose login is known.

    Raises: AccountMissing; AccountUnclear; AccountOfAnother.
    """
    every = session.scalars(
        select(ChannelAccount)
        .where(ChannelAccount.household_id == member.household_id, ChannelAccount.channel == VINTED)
        .where(ChannelAccount.deleted_at.is_(None))
        .order_by(ChannelAccount.id)
    ).all()
    if login:
        name = login.strip().removeprefix("@")
        known = _named(session, member, name, every)
        return known or new_account(session, member.household_id, member.person_id, login=name, market=market)
    hers = [account for account in every if account.person_id == member.person_id and not stands_in(account)]
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
    called = (account for account in every if account.name.casefold() == login.casefold() and not stands_in(account))
    found = next(called, None)
    if found and found.person_id != member.person_id:
        person = session.get_one(Person, found.person_id)
        raise AccountOfAnother(login=login, person=person.name)
    return found


def _called(session: Session, household_id: int, name: str) -> ChannelAccount | None:
    """The account of just this name, also one that was put aside."""
    there = (ChannelAccount.household_id == household_id, ChannelAccount.channel == VINTED)
    return session.scalars(select(ChannelAccount).where(*there, ChannelAccount.name == name)).first()


def _make_way(session: Session, household_id: int, login: str, besides: ChannelAccount | None = None) -> None:
    """Call an account that stands in otherwise, where it bears the name that is a login."""
    found = _called(session, household_id, login)
    if found is not None and found is not besides and stands_in(found):
        found.name = _numbered(found.name, found.person_id)
        session.flush()


def _numbered(name: str, person_id: int) -> str:
    """No login has a blank in it."""
    return f"{name} {person_id}"


def _made(
    session: Session,
    household_id: int,
    person_id: int,
    name: str,
    *,
    market: str = "it",
    settings: dict[str, object] | None = None,
) -> ChannelAccount:
    account = ChannelAccount(
        household_id=household_id,
        person_id=person_id,
        channel=VINTED,
        market=market,
        name=name,
        settings=settings or {},
    )
    session.add(account)
    session.flush()
    return account
