"""This is where we say what an e-mail of Vinted tells: the types that the mail import hands to the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class MailKind(StrEnum):
    """What an e-mail is about."""

    SOLD = "sold"
    LABEL = "label"
    SENT = "sent"
    COMPLETED = "completed"
    PURCHASE = "purchase"


@dataclass(frozen=True)
class Attachment:
    """A file that came with an e-mail: a label to print."""

    name: str
    content: bytes


@dataclass(frozen=True)
class OwnMail:
    """What one e-mail that is proved to come from Vinted says; None: it does not say.

    transaction: its number, the key of an order; title: of the thing; things: how many a bundle holds. price, shipping,
    received: amounts in `currency`.
    """

    kind: MailKind
    message_id: str
    sent_at: datetime | None
    transaction: str | None = None
    title: str | None = None
    things: int | None = None
    buyer: str | None = None
    price: Decimal | None = None
    shipping: Decimal | None = None
    received: Decimal | None = None
    currency: str | None = None
    tracking: str | None = None
    send_by: datetime | None = None
    completed_at: datetime | None = None
    label: Attachment | None = None


@dataclass(frozen=True)
class DoubtfulMail:
    """An e-mail that a person must look at: why, its subject, and its text as it can be shown.

    told: what it says, where only nobody has proved whose it is.
    """

    reason: str
    message_id: str
    sent_at: datetime | None
    subject: str
    text: str
    told: OwnMail | None = None
