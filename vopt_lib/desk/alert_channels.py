"""This is where we know whither alerts are sent: an e-mail server, and what Apprise reaches (ntfy, Telegram …).

An address of Apprise holds what opens it: it is never shown, logged or kept; what Apprise and what is below it would
log goes nowhere while they send.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from pydantic import SecretStr

from vopt_lib.desk.alert_mail import MailChannel
from vopt_lib.desk.alert_message import Message
from vopt_lib.errors import AlertNotSent
from vopt_lib.settings import Settings
from vopt_lib.words import N_


class Channel(Protocol):
    """A way to reach her. id: tells it from the others, and tells nothing else."""

    @property
    def name(self) -> str:
        """What it is called where somebody reads of it."""

    @property
    def id(self) -> str:
        """Its number."""

    def send(self, message: Message) -> None:
        """Send it. Raises: AlertNotSent."""


@dataclass(frozen=True)
class AppriseChannel:
    """One address of Apprise. name: the first word of the address, numbered where several begin so."""

    address: SecretStr
    name: str

    @property
    def id(self) -> str:
        """Tells it from the others; its address cannot be had from it."""
        return sha256(f"vopt apprise {self.address.get_secret_value()}".encode()).hexdigest()[:12]

    def send(self, message: Message) -> None:
        """Send it as plain text. Raises: AlertNotSent, saying what is wrong as far as Apprise tells."""
        from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType

        with _unlogged() as told:
            # Pictures would be fetched from elsewhere, and what is answered would be kept on the disk.
            asset = AppriseAsset(
                app_id="vopt",
                app_desc="vopt",
                app_url="",
                image_url_mask="",
                image_url_logo="",
                async_mode=False,
                http_redirects=False,
                storage_mode="memory",
            )
            kinds = {"info": NotifyType.INFO, "warn": NotifyType.WARNING, "bad": NotifyType.FAILURE}
            sender = Apprise(asset=asset)
            if not sender.add(self.address.get_secret_value()):
                raise AlertNotSent(channel=self.name, why=N_("this is no address that Apprise knows"))
            kind = kinds[message.level]
            if not sender.notify(
                body=message.text, title=message.subject, notify_type=kind, body_format=NotifyFormat.TEXT
            ):
                raise AlertNotSent(channel=self.name, why=_why(told))


def channels_of(settings: Settings) -> list[Channel]:
    """Every way that the settings name."""
    mail = MailChannel.of(settings)
    addresses = settings.alert_to.get_secret_value().split() if settings.alert_to else []
    return [*([mail] if mail else []), *_named(dict.fromkeys(addresses))]


def _named(addresses: dict[str, None]) -> Iterator[AppriseChannel]:
    known: dict[str, int] = {}
    for address in addresses:
        name = _SCHEME.match(address.casefold())
        kind = name[1] if name else "?"
        known[kind] = known.get(kind, 0) + 1
        yield AppriseChannel(SecretStr(address), kind if known[kind] == 1 else f"{kind} ({known[kind]})")


class _Told(logging.Handler):
    """Keeps of what is logged only why nothing was sent: the number of an answer, or that there was none."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: int | None = None
        self.is_unreachable = False

    def emit(self, record: logging.LogRecord) -> None:
        """Look for both."""
        text = record.getMessage()
        if found := _STATUS.search(text):
            self.status = int(found[1][:3])
        self.is_unreachable = self.is_unreachable or "onnection error" in text


@contextmanager
def _unlogged() -> Iterator[_Told]:
    """While it lasts, nothing of these goes into any log: addresses are in it, and tokens are in addresses."""
    told, loggers = _Told(), [logging.getLogger(name) for name in _TALKATIVE]
    before = [(logger, logger.propagate, logger.handlers) for logger in loggers]
    for logger in loggers:
        logger.propagate, logger.handlers = False, [told]
    try:
        yield told
    finally:
        for logger, propagate, handlers in before:
            logger.propagate, logger.handlers = propagate, handlers


def _why(told: _Told) -> str:
    match told.status:
        case 401 | 403:
            return N_("it refuses the name, password or token of the address")
        case 404:
            return N_("it knows nobody of this address")
        case 429:
            return N_("it has had too many messages lately")
    return N_("no connection") if told.is_unreachable else N_("it did not take the message")


_SCHEME: Final = re.compile(r"([a-z0-9]{1,20})://")
_STATUS: Final = re.compile(r"error=([1-5]\d\d)")
_TALKATIVE: Final = ("apprise", "requests", "urllib3")
