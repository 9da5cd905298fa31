"""This is where a mail server is spoken to: encrypted, its certificate checked, and never for longer than is sensible.

What a server sends is counted and timed by us: a hostile or broken one neither fills the memory nor keeps us waiting.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from typing import Final, cast

from vopt_lib.errors import MailServerSilent, MailServerUntrusted, MailServerWrong, VoptError
from vopt_lib.schema.own_mailbox import Mailbox
from vopt_lib.words import N_

MOST_TALK: Final = 2**20
"""Bytes that an answer may have beside a mail: the numbers of 50,000 mails have half as many."""

_CHUNK: Final = 2**16
_NOT_ENCRYPTED: Final = N_("it does not encrypt as it should")


@dataclass(frozen=True)
class Wire:
    """How a server is reached. trust: whose certificates are good; None: those that this computer trusts.

    silent_s: how long it may say nothing; answer_s: how long one answer may take; both in seconds.
    """

    trust: ssl.SSLContext | None = None
    silent_s: float = 30
    answer_s: float = 300


WIRE: Final = Wire()


class Bounded(imaplib.IMAP4):
    """A connection whose answers have a limit in bytes and in time."""

    def __init__(self, mailbox: Mailbox, wire: Wire) -> None:
        self._mailbox, self._wire = mailbox, wire
        self._trust = wire.trust or ssl.create_default_context()
        self.allow()
        super().__init__(mailbox.host, mailbox.port, wire.silent_s)

    def allow(self, most: int = 0) -> None:
        """Let the next answer have so many bytes beside the usual talk."""
        self._left = most + MOST_TALK
        self._until = time.monotonic() + self._wire.answer_s

    def encrypt(self) -> None:
        """Encrypt from now on, where it was not from the first byte."""
        if self._mailbox.security == "starttls":
            if "STARTTLS" not in self.capabilities:
                raise MailServerUntrusted(host=self._mailbox.host, why=_NOT_ENCRYPTED)
            self.starttls(self._trust)

    def read(self, size: int) -> bytes:
        """So many bytes. Raises: MailServerWrong, where that is more than the answer may have."""
        if size > self._left:
            self._too_much()
        pieces = []
        while size and (piece := self._stream.read1(min(size, _CHUNK))):
            self._count(piece)
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def readline(self) -> bytes:
        """One line, or what came of it before the end."""
        line = b""
        while waiting := self._stream.peek():
            end = waiting.find(b"\n") + 1
            piece = self._stream.read1(end or len(waiting))
            self._count(piece)
            line += piece
            if end:
                break
        return line

    @property
    def _stream(self) -> BufferedReader:
        return cast(BufferedReader, self.file)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout)
        if self._mailbox.security != "tls":
            return plain
        try:
            return self._trust.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def _count(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            self._too_much()
        if time.monotonic() > self._until:
            raise TimeoutError

    def _too_much(self) -> None:
        raise MailServerWrong(host=self._mailbox.host, why=N_("it is larger than any real answer"))


@contextmanager
def connected(mailbox: Mailbox, wire: Wire) -> Iterator[Bounded]:
    """An encrypted connection to the server, ended with a word where all went well.

    Raises: MailServerSilent; MailServerUntrusted; MailServerWrong.
    """
    with on_the_wire(mailbox.host), _encrypting(mailbox.host):
        connection = Bounded(mailbox, wire)
    try:
        with on_the_wire(mailbox.host), _encrypting(mailbox.host):
            connection.encrypt()
        yield connection
        with on_the_wire(mailbox.host):
            connection.allow()
            connection.logout()
    finally:
        with suppress(OSError):
            connection.shutdown()


@contextmanager
def _encrypting(host: str) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailServerUntrusted(host=host, why=error.verify_message) from error
    except ssl.SSLError as error:
        raise MailServerUntrusted(host=host, why=_NOT_ENCRYPTED) from error


@contextmanager
def on_the_wire(host: str) -> Iterator[None]:
    """What goes wrong with the server, in words for a person. What it says itself is never repeated."""
    try:
        yield
    except VoptError:
        raise
    except socket.gaierror as error:
        raise MailServerSilent(host=host, why=N_("there is no server of that name")) from error
    except TimeoutError as error:
        raise MailServerSilent(host=host, why=N_("no answer in time")) from error
    except OSError as error:
        raise MailServerSilent(host=host, why=N_("no connection")) from error
    except imaplib.IMAP4.abort as error:
        raise MailServerSilent(host=host, why=N_("it broke off")) from error
    except (imaplib.IMAP4.error, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise MailServerWrong(host=host, why=N_("something unreadable")) from error
