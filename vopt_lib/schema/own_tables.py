"""This is where we say what the columns of a seller's own table may mean, and which text a spreadsheet would run.

The reader of tables and the writer of exports share it: what goes out under a head is known by that head when it comes
back, and what was put before a formula is taken away again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vopt_lib.schema.vinted_terms import folded
from vopt_lib.words import N_

Cell = str | int | Decimal | bool | date | datetime | None
"""What a cell of a table holds. A moment without a zone is one of the seller's own clock."""

Columns = Mapping[str, str]
"""{name of a field: the head of its column}."""

LONGEST_CELL: Final = 32_767
"""Characters (of UTF-16) in a cell. Source: Microsoft, "Excel specifications and limits"."""

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, its heads included. Source: the same page."""


class FileForm(StrEnum):
    """How numbers and dates are written in a file: as Italian spreadsheets read them, or as programs do."""

    ITALIAN = "italian"
    ISO = "iso"


class FileKind(StrEnum):
    """What kind of file rows become."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Field:
    """Something that a column can be. title: its head in exports, a message id; called: its other heads, folded."""

    title: str
    called: str

    @property
    def heads(self) -> tuple[str, ...]:
        """Every head that means it."""
        return tuple(self.called.split(", "))


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "title": Field(
            N_("Title"),
            "titolo, title, nome, name, articolo, nome articolo, titolo annuncio, item, item name, listing "
            "title, oggetto, prodotto, product, capo, articoli, things, items",
        ),
        "description": Field(N_("Description"), "descrizione, description, testo"),
        "brand": Field(N_("Brand"), "marca, brand, marchio, firma"),
        "size": Field(N_("Size"), "taglia, size, misura, numero scarpe"),
        "condition": Field(N_("Condition"), "condizione, condizioni, condition, stato articolo, usura"),
        "category": Field(
            N_("Category"),
            "categoria, category, catalogo, catalogue, catalog id, reparto",
        ),
        "colour": Field(N_("Colour"), "colore, colour, color, colori, colours, colors"),
        "second_colour": Field(N_("Second colour"), "secondo colore, colore 2, second colour, second color"),
        "material": Field(N_("Material"), "materiale, material, materiali, materials, tessuto"),
        "state": Field(N_("State"), "stato, state, status, venduto, sold, stato annuncio"),
        "price": Field(
            N_("Asked price"),
            "prezzo richiesto, asked price, prezzo, price, asked, asking price, prezzo di vendita, prezzo "
            "vendita, prezzo annuncio, listing price, sale price, richiesto, importo",
        ),
        "currency": Field(N_("Currency"), "valuta, currency, moneta"),
        "quantity": Field(N_("Quantity"), "quantita, quantity, q ta, qta, qty, pezzi"),
        "sku": Field(N_("SKU"), "codice, sku, codice articolo, cod, riferimento, code"),
        "place": Field(
            N_("Place"),
            "posto, place, scatola, box, scaffale, ubicazione, dove, location",
        ),
        "cost": Field(
            N_("Cost"),
            "costo, cost, prezzo acquisto, prezzo di acquisto, prezzo d acquisto, costo acquisto, prezzo "
            "pagato, pagato, purchase price, buying price, cost price, spesa",
        ),
        "bought_on": Field(
            N_("Bought on"),
            "comprato il, bought on, data acquisto, data di acquisto, acquistato il, data d acquisto, "
            "purchase date, purchased on, date bought, bought",
        ),
        "tags": Field(N_("Tags"), "etichette, tags, tag, parole chiave"),
        "parcel_size": Field(N_("Parcel size"), "misura del pacco, parcel size, pacco, dimensione pacco"),
        "listed_at": Field(
            N_("Listed on"),
            "pubblicato il, listed on, data pubblicazione, data annuncio, inserito il, caricato il, list "
            "date, date listed, listed",
        ),
        "sold_at": Field(
            N_("Sold on"),
            "venduto il, sold on, data vendita, data di vendita, sale date, date sold, sold at, data ordine, "
            "order date",
        ),
        "completed_at": Field(N_("Completed on"), "concluso il, completed on, completato il, data incasso"),
        "received": Field(
            N_("Received"),
            "incassato, received, incasso, ricavo, guadagno, accreditato, earnings, payout, netto",
        ),
        "paid": Field(N_("Paid by the buyer"), "pagato dall acquirente, paid by the buyer, buyer paid"),
        "fee": Field(N_("Fee"), "commissione, fee, commissioni, fees, protezione acquisti"),
        "shipping": Field(N_("Shipping"), "spedizione, shipping, costo spedizione, spese di spedizione"),
        "url": Field(N_("Link"), "link, url, indirizzo, link annuncio"),
        "listing_number": Field(
            N_("Listing number"),
            "numero annuncio, listing number, id annuncio, annuncio, listing id, item id, id",
        ),
        "transaction": Field(
            N_("Order number"),
            "numero ordine, order number, transazione, transaction, numero transazione, ordine, order, "
            "transaction number, transaction id, order id, id ordine, id transazione, n ordine",
        ),
        "buyer": Field(N_("Buyer"), "acquirente, buyer, compratore, cliente, customer"),
        "views": Field(N_("Views"), "visualizzazioni, views, visite"),
        "favourites": Field(N_("Favourites"), "preferiti, favourites, favorites, likes, cuori"),
    }
)
"""Every field by its name, which `vopt import table --map` takes, too."""


def head_word(head: str) -> str:
    """A head as heads are compared: without accents, case, signs, and what stands in brackets.

    Example:
        >>> head_word("Prezzo d’acquisto (€)")
        'prezzo d acquisto'
    """
    plain = folded(head)
    without = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", plain)
    return _words(without) or _words(plain)


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text))


_BEFORE_A_FORMULA: Final = frozenset("\"' \N{NO-BREAK SPACE}")
_BEGINS_A_FORMULA: Final = frozenset("=+-@\t\r\n")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take this text for a formula: also behind spaces, quotes and signs that nobody sees,
    and in full-width form.

    Source: OWASP, "CSV Injection".
    """
    for sign in text:
        if unicodedata.normalize("NFKC", sign)[:1] in _BEGINS_A_FORMULA:
            return True
        if sign not in _BEFORE_A_FORMULA and unicodedata.category(sign) not in ("Cf", "Zs", "Cc"):
            return False
    return False


def guarded(text: str) -> str:
    """The text as no spreadsheet runs it: behind an apostrophe where it may be a formula."""
    return "'" + text if is_formula(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text
