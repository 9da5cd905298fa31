"""This is where we say what a mailbox of hers is: the types that rooms hand each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Security = Literal["tls", "starttls"]
"""Encrypted from the first byte, or after a first word. There is no third way."""


@dataclass(frozen=True)
class Mailbox:
    """A mailbox of hers, and how far it is read.

    authserv_id: the name with which its own server signs what it has checked; None: no mail is believed without her.
    uid_validity, last_uid: of the last mail that was read (RFC 3501 §2.3.1.1); None and 0: none was.
    """

    address: str
    host: str
    port: int = 993
    security: Security = "tls"
    folder: str = "INBOX"
    authserv_id: str | None = None
    uid_validity: int | None = None
    last_uid: int = 0


@dataclass(frozen=True)
class MailboxFound:
    """What a look into a mailbox found: how many mails lie in its folder, and how many of them are Vinted's."""

    mails: int
    vinteds: int
