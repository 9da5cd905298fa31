"""This is where the page of imports learns of her mailboxes, and where what she says about them is done.

Only her own: an admin reads nobody else's mail. Her password comes beside the page, and goes nowhere but to her mail
server and, locked, into the shop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.figures import only_hers
from vopt_lib.desk.shop.mailbox import check_mailbox, forget_mailbox, mailbox_of, mailboxes, set_mailbox
from vopt_lib.errors import MailboxError, VoptError
from vopt_lib.imports.mail_servers import PROVIDERS
from vopt_lib.schema.imports_page import MailService
from vopt_lib.schema.own_mailbox import MailboxFound
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.searches import Act, Told
from vopt_lib.words import N_, Words

SERVICES: Final = tuple(MailService(one.name, one.app_passwords, one.takes_passwords) for one in PROVIDERS)
LONGEST: Final = 320
"""Characters of an address: 64 before the @, 255 behind it. Source: RFC 5321 §4.5.3.1."""

_SERVER: Final = re.compile(r"([\w.-]+)(?::(\d{1,5}))?", re.ASCII)
_UNENCRYPTED_PORT: Final = 143
"""Where a server encrypts only after a first word. Source: RFC 8314 §4.1."""


def shown_mailboxes(desk: Desk, member: Member) -> tuple[tuple[str, str], ...]:
    """(address, server) of each of hers."""
    return tuple((one.address, one.host) for one in mailboxes(desk, only_hers(member)))


def mailbox_acts(words: Words) -> list[Act]:
    """What can be done with a mailbox of hers."""
    return [
        ("read", words.say(N_("Read it now"))),
        ("check", words.say(N_("Check"))),
        ("forget", words.say(N_("Forget it"))),
    ]


def keep(desk: Desk, member: Member, typed: Mapping[str, str], words: Words) -> str:
    """Look into the mailbox of which she typed the `address`, the `password`, and, if asked, `server` ("name" or
    "name:port"), `folder` and `checked_by`; and keep it when it opens. Returns: what was found, for her.

    Raises: MailboxError; ShopError.
    """
    told = {name: typed.get(name, "").strip()[:LONGEST] or None for name in ("server", "folder", "checked_by")}
    address = typed.get("address", "").strip()[:LONGEST]
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise MailboxError(address=address, why=N_("that is no e-mail address"))
    server = _server(address, told["server"]) if told["server"] else {}
    mailbox = mailbox_of(address, **server, folder=told["folder"], authserv_id=told["checked_by"])
    found = opens(address, set_mailbox(desk, only_hers(member), mailbox, typed.get("password", "")), words)
    if mailbox.authserv_id is not None:
        return found
    waits = N_("Its e-mails will wait for your look, because vopt does not know how your server signs.")
    return f"{found} {words.say(waits)}"


def check(desk: Desk, member: Member, address: str, words: Words) -> Told:
    """Look into a mailbox of hers."""
    try:
        return Told(opens(address, check_mailbox(desk, only_hers(member), address), words), "good")
    except VoptError as error:
        return Told(words.error(error), "bad")


def forget(desk: Desk, member: Member, address: str, words: Words) -> Told:
    """Forget a mailbox of hers, with its password."""
    try:
        forget_mailbox(desk, only_hers(member), address)
    except VoptError as error:
        return Told(words.error(error), "bad")
    said = N_("The mailbox {address} is forgotten, with its password. What was read of it stays.")
    return Told(words.say(said, address=address), "good")


def opens(address: str, found: MailboxFound, words: Words) -> str:
    """That a mailbox opens, and how many of Vinted's e-mails lie there."""
    return words.count(
        N_("{address} opens: {n} e-mail from Vinted lies there. vopt reads it and changes nothing."),
        N_("{address} opens: {n} e-mails from Vinted lie there. vopt reads them and changes nothing."),
        found.vinteds,
        address=address,
    )


def _server(address: str, told: str) -> dict[str, Any]:
    """A server as she writes it: its name, and its port where that is not the usual one."""
    found = _SERVER.fullmatch(told)
    if found is None or int(found[2] or 993) not in range(1, 65_536):
        raise MailboxError(address=address, why=N_("that is no name of a server"))
    port = int(found[2]) if found[2] else None
    return {"host": found[1], "port": port, "security": "starttls" if port == _UNENCRYPTED_PORT else None}
