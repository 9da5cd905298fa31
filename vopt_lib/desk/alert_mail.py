"""This is where a message leaves as an e-mail, over an encrypted connection. What the server says is never repeated."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from pydantic import SecretStr

from vopt_lib.desk.alert_message import Message
from vopt_lib.errors import AlertNotSent
from vopt_lib.settings import Settings
from vopt_lib.words import N_

SILENT_S: Final = 20.0
"""How long a server may say nothing."""

_ADDRESS: Final = re.compile(r"[!-~]+@[A-Za-z0-9.-]+")
_BETWEEN: Final = re.compile(r"[\s,;]+")
_HERE: Final = ("127.0.0.1", "::1", "localhost")

NO_ADDRESS: Final = N_("the setting VOPT_ALERT_SMTP_TO holds no e-mail address")
UNENCRYPTED: Final = N_("the password would be sent unencrypted; set VOPT_ALERT_SMTP_SECURITY to tls")


@dataclass(frozen=True)
class MailChannel:
    """A mail server and who gets what is sent. trust: whose certificates are good; None: those this computer trusts."""

    host: str
    port: int
    security: str
    sender: str
    receivers: tuple[str, ...]
    user: str | None = None
    password: SecretStr | None = None
    trust: ssl.SSLContext | None = None

    @classmethod
    def of(cls, settings: Settings) -> MailChannel | None:
        """The one that the settings describe; None: none is set."""
        if not settings.alert_smtp_host:
            return None
        sender = settings.alert_smtp_from or settings.alert_smtp_user or ""
        receivers = tuple(filter(None, _BETWEEN.split(settings.alert_smtp_to or sender)))
        return cls(
            settings.alert_smtp_host,
            settings.alert_smtp_port,
            settings.alert_smtp_security,
            (sender or "".join(receivers[:1])).strip(),
            receivers=receivers,
            user=settings.alert_smtp_user,
            password=settings.alert_smtp_password,
        )

    @property
    def name(self) -> str:
        """What it is called where somebody reads of it."""
        return f"e-mail ({self.host})"

    @property
    def id(self) -> str:
        """Tells it from the others."""
        return sha256(f"vopt smtp {self.host} {self.receivers}".encode()).hexdigest()[:12]

    def send(self, message: Message) -> None:
        """Send it to everybody. Raises: AlertNotSent, saying what is wrong."""
        self._check()
        mail = self._mail(message)
        with self._told(), self._connected() as server:
            if self.security == "starttls":
                server.starttls(context=self._trust)
            if self.user and self.password:
                server.login(self.user, self.password.get_secret_value())
            server.send_message(mail, self.sender, list(self.receivers))

    def _check(self) -> None:
        if not self.receivers or not all(map(_ADDRESS.fullmatch, (self.sender, *self.receivers))):
            raise AlertNotSent(channel=self.name, why=NO_ADDRESS)
        if self.security == "none" and self.password and self.host not in _HERE:
            raise AlertNotSent(channel=self.name, why=UNENCRYPTED)

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = message.subject
        mail["From"], mail["To"] = self.sender, ", ".join(self.receivers)
        mail["Date"] = format_datetime(message.at)
        number = sha256(f"{message.at.isoformat()} {message.text}".encode()).hexdigest()[:24]
        mail["Message-ID"] = f"<{number}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        return mail

    @property
    def _trust(self) -> ssl.SSLContext:
        return self.trust or ssl.create_default_context()

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A connection. How it ends is of no matter: what was taken by then is taken."""
        server = self._opened()
        try:
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _opened(self) -> smtplib.SMTP:
        # Its own name for this computer would ask the network, and tell strangers.
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, "localhost", timeout=SILENT_S, context=self._trust)
        return smtplib.SMTP(self.host, self.port, "localhost", timeout=SILENT_S)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the server, in words for a person."""
        try:
            yield
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise AlertNotSent(channel=self.name, why=_why(error)) from None


def _why(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return N_("it refuses the name or the password (many providers want one made for programs)")
        case smtplib.SMTPNotSupportedError():
            return N_("it does not encrypt, or takes no password; look at VOPT_ALERT_SMTP_SECURITY")
        case smtplib.SMTPRecipientsRefused():
            return N_("it takes no e-mail for this address")
        case smtplib.SMTPSenderRefused():
            return N_("it takes no e-mail from this sender; set VOPT_ALERT_SMTP_FROM")
        case smtplib.SMTPServerDisconnected():
            return N_("it broke off")
        case smtplib.SMTPException():
            return N_("it did not take the message")
        case ssl.SSLCertVerificationError():
            return N_("its certificate is not good")
        case ssl.SSLError():
            return N_("it does not encrypt as it should; look at VOPT_ALERT_SMTP_SECURITY")
        case socket.gaierror():
            return N_("there is no server of that name")
        case TimeoutError():
            return N_("no answer in time")
        case OSError():
            return N_("no connection")
        case _:
            return N_("it did not take the message")
