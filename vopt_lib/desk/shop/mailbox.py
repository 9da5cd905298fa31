"""This is where her mailbox is set, looked into and read; it is never written to, and its password is never shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.keys import secrets_of
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.errors import AppPasswordNeeded, MailRefused, MailServerUnknown, PasswordsNotTaken
from vopt_lib.imports.imap import Folder, opened
from vopt_lib.imports.imap_wire import WIRE, Wire
from vopt_lib.imports.mail import MARKETS, read_mail, senders
from vopt_lib.imports.mail_servers import proposed, provider_of
from vopt_lib.schema.own_mailbox import Mailbox, MailboxFound
from vopt_lib.schema.own_mails import DoubtfulMail, OwnMail
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import mailboxes as room

FIRST_DAYS: Final = timedelta(days=730)
"""How old mails may be that are read the first time, unless she says since when."""


def mailboxes(desk: Desk, member: Member) -> list[Mailbox]:
    """The mailboxes that she may see."""
    with shop_of(desk).reading() as session:
        return room.mailboxes_of(session, member)


def mailbox_of(address: str, **given: object) -> Mailbox:
    """The mailbox of an address with its provider's server, but for what is given (those that are None count not).

    Raises: MailServerUnknown, when vopt does not know the server and none is given; PasswordsNotTaken.
    """
    told = {name: value for name, value in given.items() if value is not None}
    known = proposed(address)
    if known is None and "host" not in told:
        raise MailServerUnknown(address=address)
    mailbox = replace(known or Mailbox(address, ""), **told)  # type: ignore[arg-type]
    _must_take_passwords(mailbox)
    return mailbox


def set_mailbox(desk: Desk, member: Member, mailbox: Mailbox, password: str, *, wire: Wire = WIRE) -> MailboxFound:
    """Look into the mailbox with this password, and keep both when it opens.

    Raises: MailboxError, saying what is wrong and what to do; then nothing is kept.
    """
    found = _looked_into(desk, member, mailbox, password, wire=wire)
    locked = secrets_of(desk).lock(password)
    with shop_of(desk).writing(author_of(desk, member, "set mailbox")) as session:
        room.keep_mailbox(session, member, mailbox, locked)
    return found


def check_mailbox(desk: Desk, member: Member, address: str, *, wire: Wire = WIRE) -> MailboxFound:
    """What lies in a mailbox. Raises: MailboxError, saying what is wrong and what to do."""
    mailbox, password = _kept(desk, member, address)
    return _looked_into(desk, member, mailbox, password, wire=wire)


def forget_mailbox(desk: Desk, member: Member, address: str) -> None:
    """Forget a mailbox and its password; what was taken in of its mails stays. Raises: UnknownMailbox."""
    with shop_of(desk).writing(author_of(desk, member, "forget mailbox")) as session:
        room.forget_mailbox(session, member, address, desk.clock.now())


@contextmanager
def mailbox_mails(
    desk: Desk,
    member: Member,
    address: str,
    *,
    since: date | None = None,
    is_trial: bool = False,
    wire: Wire = WIRE,
) -> Iterator[Iterator[OwnMail | DoubtfulMail]]:
    """Vinted's mails that were not read yet, oldest first, one after the other.

    How far it is read is remembered when the `with` is left without an error, unless it is a trial: whoever was broken
    off gets them again.

    Example:
        >>> with mailbox_mails(desk, member, "anna@gmail.com") as mails:  # doctest: +SKIP
        ...     import_records(desk, member, mails)

    Raises: UnknownMailbox; MailboxError; SecretsLost.
    """
    mailbox, password = _kept(desk, member, address)
    read = [mailbox]
    with _opened(mailbox, password, wire) as folder:
        yield _mails(folder, _numbers(desk, member, folder, since), read)
    if is_trial:
        return
    with shop_of(desk).writing(author_of(desk, member, "read mailbox")) as session:
        room.note_read(session, member, read[-1])


def _mails(folder: Folder, numbers: list[int], read: list[Mailbox]) -> Iterator[OwnMail | DoubtfulMail]:
    """The mails; the last of `read` says how far they were taken."""
    for mail in folder.read(numbers):
        found = read_mail(mail.raw, mail_server=folder.mailbox.authserv_id, is_cut=mail.is_cut)
        if found is not None:
            yield found
        read[:] = [replace(folder.mailbox, uid_validity=folder.uid_validity, last_uid=mail.uid)]


def _looked_into(desk: Desk, member: Member, mailbox: Mailbox, password: str, *, wire: Wire) -> MailboxFound:
    with _opened(mailbox, password, wire) as folder:
        unread = replace(folder, mailbox=replace(mailbox, uid_validity=None))
        return MailboxFound(folder.mails, len(_numbers(desk, member, unread, None)))


def _numbers(desk: Desk, member: Member, folder: Folder, since: date | None) -> list[int]:
    with shop_of(desk).reading() as session:
        markets = room.markets_of(session, member) or list(MARKETS)
    everybody = [sender for market in markets for sender in senders(market)]
    return folder.numbers(everybody, since or desk.clock.now().date() - FIRST_DAYS)


def _kept(desk: Desk, member: Member, address: str) -> tuple[Mailbox, str]:
    with shop_of(desk).reading() as session:
        mailbox = room.mailbox_called(session, member, address)
        locked = room.locked_password(session, member, address)
    return mailbox, secrets_of(desk).open(locked)


@contextmanager
def _opened(mailbox: Mailbox, password: str, wire: Wire) -> Iterator[Folder]:
    """The opened folder; who is refused is told what her provider wants."""
    _must_take_passwords(mailbox)
    try:
        with opened(mailbox, password, wire) as folder:
            yield folder
    except MailRefused as refused:
        provider = provider_of(mailbox.address, mailbox.host)
        if provider and provider.app_passwords and provider.host == mailbox.host:
            raise AppPasswordNeeded(**refused.facts, where=provider.app_passwords) from refused
        raise


def _must_take_passwords(mailbox: Mailbox) -> None:
    provider = provider_of(mailbox.address, mailbox.host)
    if provider and provider.host == mailbox.host and not provider.takes_passwords:
        raise PasswordsNotTaken(provider=provider.name)
