"""This is where e-mails of Vinted are read: what was sold, what to send by when, and what was paid out.

A sale says that something is sold, only a completion says what money came; what a mail does not say stays unknown.
Nothing is believed of a mail that may be forged: its sender must be Vinted's address itself, and a mail server that she
named must have found the signature good. All else waits for her.

Source: facts/seller-imports.md §2.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import mailbox
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from lxml import html

from vopt_lib.schema.own_mails import Attachment, DoubtfulMail, MailKind, OwnMail
from vopt_lib.words import N_

REASONS: Final = {
    "not_proven": N_("nobody has proved that it comes from Vinted"),
    "unknown": N_("vopt does not know this kind of e-mail"),
    "incomplete": N_("something is missing in it"),
    "too_large": N_("it is too large"),
    "unreadable": N_("it cannot be read"),
}

LARGEST_MAIL: Final = 25 * 2**20
"""Bytes of a mail that is read; Vinted's labels have some hundred kB."""

MOST_HEADERS: Final = 2**16
"""Bytes of a larger one that are read, to say whose it is."""

LONGEST_TEXT: Final = 20_000
"""Characters of a mail that are looked at, and shown to her."""

MARKETS: Final = (
    *("at", "be", "co.uk", "com", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt", "lu"),
    *("lv", "nl", "pl", "pt", "ro", "se", "si", "sk"),
)
"""The endings of its own domains, country by country: anybody may own one of another ending."""

_VINTED: Final = rf"vinted\.(?:{'|'.join(map(re.escape, MARKETS))})(?![\w.-])"

_SENDER: Final = re.compile(rf"^no-?reply@{_VINTED}$")
_SIGNED: Final = re.compile(rf"\bdkim=pass\b[^;]*\bheader\.(?:d|i)=@?(?:[\w-]+\.)*{_VINTED}")
_AMOUNT: Final = r"(?:(?P<before>€|£|EUR|GBP)\s*)?(?P<value>\d{1,6}[.,]\d{2})(?:\s*(?P<after>€|£|zł|EUR|GBP|PLN))?"
_CURRENCIES: Final = {"€": "EUR", "£": "GBP", "zł": "PLN"}
_TRANSACTION: Final = re.compile(
    r"(?:N\.?[º°] de transacci[oó]n|N[º°] de transaction|ID do pedido)\s*:?\s*#?(\d{6,20})", re.I
)
_LABEL_FILE: Final = re.compile(r"^(?:Bordereau-Vinted|Vinted(?:-Digital)?-Label)-(\d{6,20})\.pdf$", re.I)

SUBJECTS: Final[dict[MailKind, re.Pattern[str]]] = {
    MailKind.SOLD: re.compile(
        r"^(?:Hai venduto un articolo su Vinted|Has vendido un artículo en Vinted|Ton article s[’']est vendu ?!)", re.I
    ),
    MailKind.LABEL: re.compile(
        r"^(?:(?P<it>.+) etichetta\b|Etiqueta de envío para (?P<es>.+)|Bordereau d[’']envoi Vinted)", re.I
    ),
    MailKind.SENT: re.compile(r"^Atualização do pedido para (?P<pt>.+)", re.I),
    MailKind.COMPLETED: re.compile(
        r"^(?:La transacción se ha completado|Este pedido está concluído|La transaction est finalisée)", re.I
    ),
    MailKind.PURCHASE: re.compile(r"^(?:Ton reçu pour la commande|Your receipt for [“\"](?P<en>.+)[”\"])", re.I),
}

_PRICE: Final = re.compile(rf"(?:Precio del artículo|Recebido pelo artigo)\s*:?\s*{_AMOUNT}", re.I)
_SHIPPING: Final = re.compile(rf"(?:Precio del envío|Recebido pelo envio)\s*:?\s*{_AMOUNT}", re.I)
_RECEIVED: Final = re.compile(
    rf"(?:Transfer(?:encia|ido) a tu saldo Vinted|Transferido para o teu Saldo Vinted)\s*:?\s*{_AMOUNT}", re.I
)
_TRACKING: Final = re.compile(r"N\.?º de seguimiento\s*:?\s*([A-Z0-9]{6,40})", re.I)
_SEND_BY: Final = re.compile(r"Fecha límite de envío\s*:?\s*(\d{2}/\d{2}/\d{4}), (\d{2}):(\d{2})", re.I)
_DATE: Final = re.compile(r"(?:Data|Fecha)\s*:?\s*(\d{2}/\d{2}/\d{4}), (\d{2})[h:](\d{2})", re.I)
_BUNDLE: Final = re.compile(r"^Set di (\d{1,3}) articoli$", re.I)
_BOUGHT: Final = re.compile(r"^(?:ha comprato|a acheté)\b", re.I)

_ZONES: Final = {"it": "Europe/Rome", "es": "Europe/Madrid", "fr": "Europe/Paris", "pt": "Europe/Lisbon"}


def read_mails(file: Path, *, mail_server: str | None = None) -> Iterator[OwnMail | DoubtfulMail]:
    """The mails of Vinted in an .eml file or an mbox, those of others left out.

    mail_server: the name with which her own mail server signs what it has checked (`Authentication-Results`).

    Raises: OSError.
    """
    with file.open("rb") as stream:
        is_mbox = stream.read(5) == b"From "
    for raw in _of_mbox(file) if is_mbox else _of_one(file):
        found = read_mail(raw, mail_server=mail_server)
        if found is not None:
            yield found


def senders(market: str) -> tuple[str, str]:
    """The addresses from which Vinted writes in a country ("it", "co.uk" …)."""
    return f"no-reply@vinted.{market}", f"noreply@vinted.{market}"


def read_mail(raw: bytes, *, mail_server: str | None = None, is_cut: bool = False) -> OwnMail | DoubtfulMail | None:
    """What one mail says; None: it is not Vinted's. is_cut: it was too large to be fetched whole."""
    is_large = is_cut or len(raw) > LARGEST_MAIL
    message = email.message_from_bytes(raw[:MOST_HEADERS] if is_large else raw, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not _is_vinteds(message):
        return None
    subject, text = _line(str(message.get("Subject", ""))), ""
    told = (_message_id(message, raw), _sent_at(message), subject)
    if is_large:
        return DoubtfulMail("too_large", *told, text)
    try:
        text = _text(message)
    except (LookupError, UnicodeError, ValueError):
        return DoubtfulMail("unreadable", *told, text)
    kind = next((kind for kind, pattern in SUBJECTS.items() if pattern.search(subject)), None)
    if kind is None:
        return DoubtfulMail("unknown", *told, text)
    found = _told(kind, message, subject, text)
    if not _is_proven(message, mail_server):
        return DoubtfulMail("not_proven", *told, text, found if _is_enough(found) else None)
    return found if _is_enough(found) else DoubtfulMail("incomplete", *told, text)


def _is_vinteds(message: EmailMessage) -> bool:
    """Whether the one sender is Vinted's address: a display name says nothing."""
    senders = getaddresses([str(value) for value in message.get_all("From", [])])
    return len(senders) == 1 and bool(_SENDER.match(senders[0][1].strip().lower()))


def _is_proven(message: EmailMessage, mail_server: str | None) -> bool:
    """Whether her own mail server found Vinted's signature good.

    Only the topmost word of that server counts: what stands below may have come with the mail.
    """
    if not mail_server:
        return False
    results = message.get_all("Authentication-Results", [])
    first = _line(str(results[0])) if results else ""
    server, _, verdict = first.partition(";")
    return server.split(" ")[0].casefold() == mail_server.casefold() and bool(_SIGNED.search(verdict.casefold()))


def _told(kind: MailKind, message: EmailMessage, subject: str, text: str) -> OwnMail:
    label = _label(message)
    numbers = [_TRANSACTION.search(text), _LABEL_FILE.match(label.name) if label else None]
    price, shipping, received = (_money(pattern, text) for pattern in (_PRICE, _SHIPPING, _RECEIVED))
    tracking = _TRACKING.search(text)
    title = SUBJECTS[kind].search(subject)
    zone = _zone(message)
    found = OwnMail(
        kind,
        _message_id(message, b""),
        _sent_at(message),
        transaction=next((number[1] for number in numbers if number), None),
        title=next((one for one in title.groups() if one), None) if title else None,
        price=price and price[0],
        shipping=shipping and shipping[0],
        received=received and received[0],
        currency=next((one[1] for one in (received, price, shipping) if one and one[1]), None),
        tracking=tracking[1] if tracking else None,
        send_by=_moment(_SEND_BY, text, zone),
        completed_at=_moment(_DATE, text, zone) if kind is MailKind.COMPLETED else None,
        label=label,
    )
    return _with_sale(found, text) if kind is MailKind.SOLD else found


def _with_sale(found: OwnMail, text: str) -> OwnMail:
    """The buyer, the thing and the price of a sale, which stand in lines of their own."""
    lines = [line for line in text.splitlines() if line]
    place = next((n for n, line in enumerate(lines) if _BOUGHT.match(line)), None)
    if place is None or place == 0:
        return found
    after = [line for line in lines[place + 1 : place + 6] if not line.isdigit() and line != "!"]
    amount = next((n for n, line in enumerate(after) if re.fullmatch(_AMOUNT, line)), None)
    if not after or not amount:
        return replace(found, buyer=lines[place - 1])
    title = after[0].removesuffix("!").strip()
    bundle, told = _BUNDLE.match(title), re.fullmatch(_AMOUNT, after[amount])
    return replace(
        found,
        buyer=lines[place - 1],
        title=title,
        things=int(bundle[1]) if bundle else 1,
        price=_decimal(told["value"]) if told else None,
        currency=_currency(told) if told else None,
    )


def _is_enough(found: OwnMail) -> bool:
    """Whether it says what its kind must say."""
    match found.kind:
        case MailKind.SOLD:
            return bool(found.title and found.price is not None and found.sent_at)
        case MailKind.COMPLETED:
            return bool(found.transaction and found.received is not None)
        case _:
            return bool(found.transaction or found.title)


def _label(message: EmailMessage) -> Attachment | None:
    for part in message.iter_attachments():
        name = Path(part.get_filename() or "").name
        if part.get_content_type() == "application/pdf" and name:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.startswith(b"%PDF-"):
                return Attachment(name[:200], content)
    return None


def _text(message: EmailMessage) -> str:
    """The words of a mail, line by line, without markup."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())[: 20 * LONGEST_TEXT]
    if part.get_content_subtype() == "html" and content.strip():
        tree = html.fromstring(content.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
        for hidden in tree.xpath("//script|//style|//head"):
            hidden.drop_tree()
        content = "\n".join(tree.itertext())
    return "\n".join(line for raw in content[:LONGEST_TEXT].splitlines() if (line := _line(raw)))


def _line(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u200b", "").split())


def _message_id(message: EmailMessage, raw: bytes) -> str:
    """What a mail is known by: its own id, else a hash of it."""
    named = _line(str(message.get("Message-ID", "")))
    return named[:200] or hashlib.sha256(raw or message.as_bytes()).hexdigest()


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(message.get("Date", "")))
    except (TypeError, ValueError):
        return None
    return sent.astimezone(UTC) if sent.tzinfo else None


def _zone(message: EmailMessage) -> ZoneInfo:
    """The clock by which a mail of that country tells its times."""
    address = getaddresses([str(message.get("From", ""))])[0][1]
    return ZoneInfo(_ZONES.get(address.rpartition(".")[2].lower(), "Europe/Rome"))


def _moment(pattern: re.Pattern[str], text: str, zone: ZoneInfo) -> datetime | None:
    found = pattern.search(text)
    if not found:
        return None
    try:
        told = datetime.strptime(f"{found[1]} {found[2]}:{found[3]}", "%d/%m/%Y %H:%M")  # noqa: DTZ007
    except ValueError:
        return None
    return told.replace(tzinfo=zone).astimezone(UTC)


def _money(pattern: re.Pattern[str], text: str) -> tuple[Decimal, str | None] | None:
    found = pattern.search(text)
    return (_decimal(found["value"]), _currency(found)) if found else None


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _currency(found: re.Match[str]) -> str | None:
    sign = found["before"] or found["after"]
    return _CURRENCIES.get(sign, sign) if sign else None


def _of_mbox(file: Path) -> Iterator[bytes]:
    box = mailbox.mbox(file, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as stream:
                yield stream.read(LARGEST_MAIL + 1)
    finally:
        box.close()


def _of_one(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        yield stream.read(LARGEST_MAIL + 1)
