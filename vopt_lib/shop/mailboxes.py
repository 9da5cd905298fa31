"""This is where her mailboxes are kept: their servers, their locked passwords, and how far each is read."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from vopt_lib.errors import MailboxError, UnknownMailbox
from vopt_lib.schema.own_mailbox import Mailbox
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.accounts import VINTED
from vopt_lib.shop.sight import accounts_of
from vopt_lib.shop.tables import ChannelAccount
from vopt_lib.words import N_

MAIL: Final = "mail"


def mailboxes_of(session: Session, member: Member) -> list[Mailbox]:
    """The mailboxes that she may see."""
    found = session.scalars(accounts_of(member).where(ChannelAccount.channel == MAIL).order_by(ChannelAccount.name))
    return [_mailbox(account) for account in found]


def mailbox_called(session: Session, member: Member, address: str) -> Mailbox:
    """The mailbox of this address. Raises: UnknownMailbox."""
    return _mailbox(_account(session, member, address))


def locked_password(session: Session, member: Member, address: str) -> bytes:
    """Its password, as `secrets` locked it. Raises: UnknownMailbox."""
    locked = _account(session, member, address).credentials
    if locked is None:
        raise UnknownMailbox(address=address)
    return locked


def keep_mailbox(session: Session, member: Member, mailbox: Mailbox, locked: bytes) -> None:
    """Keep a mailbox of hers with its locked password; how far it is read stays, where it is the same folder.

    Raises: MailboxError, when somebody else of the household has it.
    """
    account = _any_account(session, member, mailbox.address)
    if account is None:
        own = {"household_id": member.household_id, "person_id": member.person_id}
        account = ChannelAccount(**own, channel=MAIL, market="", name=mailbox.address)
        session.add(account)
    elif account.deleted_at is None and account.person_id != member.person_id:
        raise MailboxError(address=mailbox.address, why=N_("somebody else of your household has it"))
    else:
        before = _mailbox(account)
        if (before.host, before.folder) == (mailbox.host, mailbox.folder):
            mailbox = replace(mailbox, uid_validity=before.uid_validity, last_uid=before.last_uid)
    account.person_id, account.deleted_at = member.person_id, None
    account.credentials, account.settings = locked, _settings(mailbox)


def forget_mailbox(session: Session, member: Member, address: str, at: datetime) -> None:
    """Put a mailbox aside; its password is gone. Raises: UnknownMailbox."""
    account = _account(session, member, address)
    account.credentials, account.deleted_at = None, at


def note_read(session: Session, member: Member, read: Mailbox) -> None:
    """Remember how far a mailbox is read, unless it was set anew meanwhile. Raises: UnknownMailbox."""
    account = _account(session, member, read.address)
    known = _mailbox(account)
    if (known.host, known.folder) == (read.host, read.folder):
        account.settings = _settings(replace(known, uid_validity=read.uid_validity, last_uid=read.last_uid))


def markets_of(session: Session, member: Member) -> list[str]:
    """The countries in which she sells on Vinted."""
    found = session.scalars(accounts_of(member).where(ChannelAccount.channel == VINTED))
    return sorted({account.market for account in found})


def _account(session: Session, member: Member, address: str) -> ChannelAccount:
    there = session.scalars(accounts_of(member).where(ChannelAccount.channel == MAIL))
    found = next((one for one in there if one.name.casefold() == address.strip().casefold()), None)
    if found is None:
        raise UnknownMailbox(address=address)
    return found


def _any_account(session: Session, member: Member, address: str) -> ChannelAccount | None:
    """The household's account of this address, whoever's it is, also one that was put aside."""
    there = select(ChannelAccount).where(
        ChannelAccount.household_id == member.household_id, ChannelAccount.channel == MAIL
    )
    return next((one for one in session.scalars(there) if one.name.casefold() == address.casefold()), None)


def _mailbox(account: ChannelAccount) -> Mailbox:
    return Mailbox(account.name, **account.settings)


def _settings(mailbox: Mailbox) -> dict[str, object]:
    return {name: value for name, value in asdict(mailbox).items() if name != "address"}
