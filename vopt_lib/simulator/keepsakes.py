"""This is where a made-up seller gets what a real one has at home: her archive, Vinted's e-mails, a list of her costs.

They have the shapes of real ones. Source: facts/seller-imports.md.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from vopt_lib.schema.vinted_terms import colours, conditions
from vopt_lib.simulator.closet import COMPLETED_AFTER, Sale, listed, sales
from vopt_lib.simulator.draws import stable_number
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import ImageFormat, Offer, Seller

ARCHIVE_AGE: Final = timedelta(days=1)
"""How old her archive is: what was sold since, only her e-mails know."""

ON_ITS_WAY: Final = "Pacco spedito"
"""What the archive says of an order whose parcel is on its way. Made up: no archive with such an order is known."""

MAIL_SERVER: Final = "mx.famiglia.example"
"""Who says of her e-mails that Vinted signed them."""

PHOTO_SIZE: Final = (360, 480)
"""Small, so that a hundred are drawn in a moment."""
LABEL_AFTER: Final = timedelta(hours=9)
FORGED_BEFORE: Final = timedelta(hours=20)
"""How long ago somebody wrote to her who is not Vinted."""
_SOLD: Final = "Hai venduto un articolo su Vinted"
_SIGNED: Final = "dkim=pass header.d=vinted.it header.s=s1; spf=pass"
_LABEL_DPI: Final = 203
_LABEL_SIZE: Final = (839, 1_183)
"""A6 in dots of a label printer."""

_ROME: Final = ZoneInfo("Europe/Rome")
_PAGE: Final = (
    '<!DOCTYPE html><html lang="it"><head><meta charset="utf-8"></head><body><div class="list">{}</div></body></html>'
)

Painter = Callable[[Offer, int, tuple[int, int], ImageFormat], bytes]


def archive(market: StockedMarket, seller: Seller, now: datetime, paint: Painter) -> bytes:
    """Her personal-data archive (.zip), of yesterday: her listings with their first photos, and what she sent."""
    at, file = now - ARCHIVE_AGE, io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        offers = listed(market, seller, at)
        made.writestr("listings/index.html", _PAGE.format("".join(map(_listing, offers))))
        for offer in offers:
            made.writestr(f"listings/{_photo(offer)}", paint(offer, 1, PHOTO_SIZE, "webp"))
        sent = (_order(sale, seller, at) for sale in sales(market, seller, at) if sale.sent_at <= at)
        made.writestr("orders/index.html", _PAGE.format("".join(sent)))
    return file.getvalue()


def mails(market: StockedMarket, seller: Seller, now: datetime) -> bytes:
    """What Vinted wrote to her (mbox) of sales that her archive does not know as completed, in Italian.

    And what somebody else wrote in Vinted's name, of something that she has on sale still.
    """
    since = now - ARCHIVE_AGE - COMPLETED_AFTER
    recent = (sale for sale in sales(market, seller, now) if sale.at > since)
    told = [(mail, at) for sale in recent for mail, at in _mails_of(sale, now)]
    unsold = [offer for offer in listed(market, seller, now) if offer.status == "on_sale"]
    told += [(_forged(offer), now - FORGED_BEFORE) for offer in unsold[:1]]
    return b"".join(_in_mbox(mail, at) for mail, at in sorted(told, key=lambda one: one[1]))


def things(market: StockedMarket, seller: Seller, now: datetime) -> bytes:
    """The list of what her things cost her and where they lie (.csv), as a spreadsheet in Italian writes it."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(["ID annuncio", "Titolo", "Costo", "Data acquisto", "Posto"])
    for offer in listed(market, seller, now - ARCHIVE_AGE):
        share = Decimal(15 + stable_number("cost", offer.listing_id) % 35) / 100
        cost = (offer.price * share * 2).quantize(Decimal(1), ROUND_HALF_UP) / 2
        bought = offer.created_at - timedelta(days=20 + stable_number("bought", offer.listing_id) % 300)
        place = f"Scatola {1 + stable_number('place', offer.listing_id) % 8}"
        title = " ".join(offer.title.split())
        rows.writerow([offer.listing_id, title, f"{cost:.2f}".replace(".", ","), f"{bought:%d/%m/%Y}", place])
    return text.getvalue().encode("utf-8-sig")


def _listing(offer: Offer) -> str:
    shades = {colour.id: colour.labels["it"] for colour in colours()}
    labels = {condition.id: condition.labels["it"] for condition in conditions()}
    told = [
        ("description", offer.description),
        ("brand", offer.brand.title if offer.brand else ""),
        ("size", offer.size.title if offer.size else ""),
        ("status", labels.get(offer.condition_id or 0, "")),
        *(("color", shades[colour]) for colour in offer.colour_ids),
        ("material", offer.material or ""),
        ("parcel_size", ("Piccolo", "Medio", "Grande")[offer.listing_id % 7 // 3]),
        ("created_at", _moment(offer.published_at)),
        ("order_value", f"{offer.price.normalize():f} {offer.currency}"),
        ("views_count", str(offer.views)),
        ("favourite_count", str(offer.favourites)),
        *([("marked_as_sold", "true")] if offer.status == "sold" else []),
    ]
    hidden = '<div class="cell-description">È nascosto</div>' if offer.status == "hidden" else ""
    photo = f'<a href="{_photo(offer)}"><img itemprop="item_photo" src="{_photo(offer)}"></a>'
    title = f'<div class="cell-header" itemprop="title">{escape(offer.title)}</div>'
    return f'<div class="cell" itemscope>{title}{_spans(told)}{hidden}{photo}</div>'


def _order(sale: Sale, seller: Seller, at: datetime) -> str:
    amount, is_done = f"{sale.price} {sale.offers[0].currency}", sale.completed_at <= at
    told = [
        ("order_purchased", _moment(sale.at)),
        ("last_updated", _moment(sale.completed_at if is_done else sale.sent_at)),
        ("buyer", sale.buyer),
        ("seller", seller.login),
        ("order_value", amount),
        *([("wallet_amount", amount)] if is_done else []),
        ("status", "Order completed!" if is_done else ON_ITS_WAY),
    ]
    lines = "".join(
        f"<li itemscope>{_spans([('item_title', offer.title), ('item_price', str(offer.price))])}</li>"
        for offer in sale.offers
    )
    return f'<div class="cell" itemscope>{_spans(told)}<ul itemprop="items">{lines}</ul></div>'


def _spans(told: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<span itemprop="{name}">{escape(value)}</span>' for name, value in told if value)


def _photo(offer: Offer) -> str:
    return f"photos/{offer.listing_id}/1.webp"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(_ROME):%Y-%m-%d %H:%M:%S %z}"


def _mails_of(sale: Sale, now: datetime) -> Iterator[tuple[EmailMessage, datetime]]:
    yield _mail(f"sold.{sale.number}", _SOLD, _sold(sale.buyer, sale.title, sale.price)), sale.at
    if sale.at + LABEL_AFTER < now:
        text = f"Ecco l'etichetta per il tuo ordine.\nInvialo entro 5 giorni.\n{sale.title}"
        mail = _mail(f"label.{sale.number}", f"{sale.title} etichetta di spedizione", text)
        name = f"Vinted-Label-{sale.number}.pdf"
        mail.add_attachment(_label(sale), maintype="application", subtype="pdf", filename=name)
        yield mail, sale.at + LABEL_AFTER


def _forged(offer: Offer) -> EmailMessage:
    """What a swindler writes, who wants a thing that nobody paid: her mail server found no signature on it."""
    text = _sold("mario.rossi.85", offer.title, offer.price)
    more = "\nPer ricevere il pagamento conferma la tua carta: https://vinted.pagamenti.example/conferma"
    return _mail(f"sold.{offer.listing_id}", _SOLD, text + more, checked="dkim=none; spf=softfail")


def _sold(buyer: str, title: str, price: Decimal) -> str:
    return "\n".join(("Ciao!", buyer, "ha comprato", title, "!", f"{price:.2f}", "Invia l'ordine entro 5 giorni"))


def _mail(name: str, subject: str, text: str, *, checked: str = _SIGNED) -> EmailMessage:
    message = EmailMessage()
    message["Authentication-Results"] = f"{MAIL_SERVER}; {checked}"
    message["From"] = "Vinted <no-reply@vinted.it>"
    message["To"] = "famiglia@famiglia.example"
    message["Subject"] = subject
    message["Message-ID"] = f"<{name}@vinted.it>"
    message.set_content(text)
    return message


def _in_mbox(mail: EmailMessage, at: datetime) -> bytes:
    mail["Date"] = format_datetime(at.astimezone(_ROME))
    return b"From no-reply@vinted.it " + f"{at:%a %b %d %H:%M:%S %Y}\n".encode() + bytes(mail) + b"\n"


def _label(sale: Sale) -> bytes:
    """A label as a carrier's: an address that is nobody's, bars, a number."""
    sheet = Image.new("L", _LABEL_SIZE, 255)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((20, 20, _LABEL_SIZE[0] - 20, _LABEL_SIZE[1] - 20), outline=0, width=6)
    for place, line in enumerate(("VINTED", "Punto di ritiro 12", "00000 Città di Prova", f"N. {sale.number}")):
        draw.text((60, 60 + 90 * place), line, fill=0, font_size=64)
    left, bars = 60, stable_number("bars", sale.number)
    for bit in range(48):
        width = 6 if bars >> bit & 1 else 12
        draw.rectangle((left, 620, left + width, 1_080), fill=0 if bit % 2 else 255)
        left += width + 3
    file = io.BytesIO()
    sheet.save(file, "PDF", resolution=_LABEL_DPI)
    return file.getvalue()
