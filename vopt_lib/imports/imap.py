"""This is where her mailbox is read, and only read: opened with EXAMINE, its mails looked at with BODY.PEEK.

Nothing is marked as read, moved or written. Mails that were read are known by their numbers (UIDVALIDITY and UID), so
that each is fetched once. Source: RFC 3501.
"""

from __future__ import annotations

import base64
import imaplib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from vopt_lib.errors import MailboxError, MailFolderMissing, MailRefused, MailServerSilent, MailServerWrong
from vopt_lib.imports.imap_wire import WIRE, Bounded, Wire, connected, on_the_wire
from vopt_lib.imports.mail import LARGEST_MAIL, MOST_HEADERS
from vopt_lib.schema.own_mailbox import Mailbox
from vopt_lib.words import N_

MOST_MAILS: Final = 50_000
"""Mails of Vinted that are read at once: a shop with 5,000 sales a year gets half as many."""

_SIZES_AT_ONCE: Final = 200
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_OUT_OF_ORDER: Final = ("[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "[LIMIT]")
"""Why a server may refuse her for now, whatever her password. Source: RFC 5530 §3, RFC 9051 §7.1."""


@dataclass(frozen=True)
class RawMail:
    """A mail as it lies there. is_cut: it is too large to be fetched whole, and this is its beginning."""

    uid: int
    raw: bytes
    is_cut: bool


@dataclass(frozen=True)
class Folder:
    """An opened folder of a mailbox. uid_validity: while it is the same, a mail keeps its number."""

    connection: Bounded
    mailbox: Mailbox
    uid_validity: int
    mails: int

    def numbers(self, senders: Sequence[str], since: date) -> list[int]:
        """The numbers of the mails of these senders that came since a day and were not read yet, oldest first."""
        known = self.mailbox.last_uid if self.mailbox.uid_validity == self.uid_validity else 0
        asked = (f"UID {known + 1}:*", f"SINCE {since.day:02}-{_MONTHS[since.month - 1]}-{since.year}", _any(senders))
        said = self._ask("SEARCH", *asked)
        lines = [line for line in said if isinstance(line, bytes)]
        found = sorted({int(number) for number in re.findall(rb"\b[1-9]\d{0,9}\b", b" ".join(lines))})
        # "7:*" always holds the last mail, also where its number is below 7 (RFC 3501 §6.4.8).
        return [number for number in found if number > known][:MOST_MAILS]

    def read(self, numbers: Sequence[int]) -> Iterator[RawMail]:
        """These mails one after the other; what was taken away meanwhile is left out."""
        for start in range(0, len(numbers), _SIZES_AT_ONCE):
            part = numbers[start : start + _SIZES_AT_ONCE]
            sizes = self._sizes(part)
            for number in part:
                if number in sizes and (mail := self._fetch(number, sizes[number])):
                    yield mail

    def _sizes(self, numbers: Sequence[int]) -> dict[int, int]:
        sizes = {}
        for line in self._ask("FETCH", ",".join(map(str, numbers)), "(UID RFC822.SIZE)"):
            told = line if isinstance(line, bytes) else b""
            number, size = re.search(rb"\bUID (\d{1,10})\b", told), re.search(rb"\bRFC822\.SIZE (\d{1,19})\b", told)
            if number and size:
                sizes[int(number[1])] = int(size[1])
        return sizes

    def _fetch(self, number: int, size: int) -> RawMail | None:
        """A mail, or the beginning of one that is too large; None: it is no longer there."""
        most = MOST_HEADERS if size > LARGEST_MAIL else LARGEST_MAIL + 1
        said = self._ask("FETCH", str(number), f"(UID BODY.PEEK[]<0.{most}>)", most=most)
        for told, after in zip(said, [*said[1:], b""], strict=True):
            # Its number may stand before the mail or behind it.
            beside = told[0] + (after if isinstance(after, bytes) else b"") if isinstance(told, tuple) else b""
            if re.search(rb"\bUID %d\b" % number, beside):
                raw = told[1]
                return RawMail(number, raw[:most], size > LARGEST_MAIL or len(raw) > LARGEST_MAIL)
        return None

    def _ask(self, command: str, *given: str, most: int = 0) -> list[Any]:
        """What the server answers. Raises: MailServerWrong, when it will not."""
        with on_the_wire(self.mailbox.host):
            self.connection.allow(most)
            verdict, said = self.connection.uid(command, *given)
        if verdict != "OK":
            raise MailServerWrong(host=self.mailbox.host, why=N_("it does not show the mails"))
        return said


@contextmanager
def opened(mailbox: Mailbox, password: str, wire: Wire = WIRE) -> Iterator[Folder]:
    """The folder of a mailbox, opened to be read only.

    Raises: MailRefused; MailFolderMissing; MailServerSilent; MailServerUntrusted; MailServerWrong; MailboxError.
    """
    if not password:
        raise MailboxError(address=mailbox.address, why=N_("no password was given"))
    for text in (mailbox.address, mailbox.folder, password):
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
            raise MailboxError(
                address=mailbox.address, why=N_("its address, folder or password holds a sign that none has")
            )
    with connected(mailbox, wire) as connection:
        with on_the_wire(mailbox.host):
            connection.allow()
            _log_in(connection, mailbox, password)
            folder = _examined(connection, mailbox)
        yield folder


def _log_in(connection: Bounded, mailbox: Mailbox, password: str) -> None:
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            connection.authenticate("PLAIN", _once(f"\0{mailbox.address}\0{password}".encode()))
        elif (mailbox.address + password).isascii():
            connection.login(_quoted(mailbox.address), password)
        else:
            raise MailboxError(
                address=mailbox.address, why=N_("its server takes no letters with accents in a password")
            )
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if any(code in str(error).upper() for code in _OUT_OF_ORDER):
            raise MailServerSilent(host=mailbox.host, why=N_("it is out of order for now")) from None
        raise MailRefused(host=mailbox.host, address=mailbox.address) from None


def _once(answer: bytes) -> Callable[[bytes], bytes | None]:
    """Her password for the first question only: whoever asks again gets nothing."""
    answers = iter([answer])
    return lambda _: next(answers, None)


def _examined(connection: Bounded, mailbox: Mailbox) -> Folder:
    connection.allow()
    verdict, said = connection.select(_quoted(_in_utf7(mailbox.folder)), readonly=True)
    if verdict != "OK":
        raise MailFolderMissing(address=mailbox.address, folder=mailbox.folder)
    validity = connection.response("UIDVALIDITY")[1]
    return Folder(connection, mailbox, int(validity[0] or 0), int(said[0] or 0))


def _any(senders: Sequence[str]) -> str:
    """The question for mails of any of these: OR takes two, so that halves are joined."""
    if len(senders) == 1:
        return f"FROM {_quoted(senders[0])}"
    half = len(senders) // 2
    return f"OR {_any(senders[:half])} {_any(senders[half:])}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _in_utf7(folder: str) -> str:
    """The name of a folder as servers write it (RFC 3501 §5.1.3)."""

    def written(run: re.Match[str]) -> str:
        if run[0] == "&":
            return "&-"
        coded = base64.b64encode(run[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return f"&{coded.decode()}-"

    return re.sub(r"&|[^\x20-\x7e]+", written, folder)
