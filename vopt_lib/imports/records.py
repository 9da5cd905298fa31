"""This is where one row of somebody's table becomes a listing or a sale, or is refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from vopt_lib.imports.cells import amount, day, is_nothing, moment, text_of, whole
from vopt_lib.schema.own_records import Amount, Doubtful, OrderedThing, OwnListing, OwnOrder
from vopt_lib.schema.own_tables import LONGEST_CELL, Cell
from vopt_lib.schema.vinted_terms import catalogue_nodes, folded
from vopt_lib.words import N_

REASONS: Final = {
    "no_title": N_("it has no title"),
    "a_sum": N_("it looks like the sum of the others"),
    "bad_price": N_("an amount cannot be read: write it as 12,50"),
    "bad_time": N_("a date cannot be read: write it as 20/11/2026"),
    "bad_number": N_("a number cannot be read"),
    "bad_link": N_("its link is no web address"),
    "bad_state": N_("vopt does not know this state"),
    "too_long": N_("a text in it is too long"),
    "seen_twice": N_("its order number stands in an earlier row, too"),
}

LONGEST: Final = {"title": 500, "sku": 40, "description": LONGEST_CELL, "url": 2_000}
LONGEST_WORD: Final = 200
"""Characters of all other texts. Source: `shop.columns.Word`."""

SALES: Final = frozenset({"transaction", "paid", "fee", "shipping", "buyer"})
"""Fields that only a table of sales has."""

_SUMS: Final = frozenset({"totale", "total", "totali", "somma", "sum", "totale complessivo"})
_SOLD: Final = frozenset({"si", "s", "yes", "y", "vero", "true", "1", "x", "✓", "✔", "venduto", "venduta", "sold"})
_ON_SALE: Final = frozenset(
    {"no", "n", "falso", "false", "0", "in vendita", "on sale", "published", "pubblicato", "attivo", "active"}
    | {"disponibile", "available", "riservato", "riservata", "prenotato", "prenotata", "reserved"}
)
_HIDDEN: Final = frozenset(
    {"nascosto", "hidden", "bozza", "draft", "in pausa", "sospeso", "paused", "ritirato", "withdrawn", "archiviato"}
    | {"archived"}
)
_LINK: Final = re.compile(r"https?://[^\s<>\"]+", re.I)
_IN_LINK: Final = re.compile(r"/items/(\d{6,15})(?!\d)")
_BETWEEN_TAGS: Final = re.compile(r"\s*[,;|#]\s*")
_BETWEEN_WORDS: Final = re.compile(r"\s*[,;/|&+]\s*|\s+e\s+|\s+and\s+", re.I)

Record = OwnListing | OwnOrder | Doubtful

Read = TypeVar("Read")


class Refused(ValueError):
    """A row that cannot be read as it stands: a name of REASONS."""


@dataclass(frozen=True)
class TableRow:
    """One row: {field: what stands there}, and its number."""

    cells: Mapping[str, Cell]
    number: str

    def listing(self) -> OwnListing:
        """A thing of hers, on sale or sold. Raises: Refused."""
        title = self._title()
        sold_at = self._read("sold_at", moment, "bad_time")
        state, sold_at = self._state(sold_at)
        received = self._amount("received")
        is_paid = received is not None and received.value > 0
        url = self._link()
        catalog_id, unknown_category = _category(self._text("category"))
        return OwnListing(
            title=title,
            external_id=self._number("listing_number") or _number_in(url),
            description=self._text("description"),
            brand=self._text("brand"),
            size=self._text("size"),
            condition=self._text("condition"),
            colours=(*self._several("colour", _BETWEEN_WORDS), *self._several("second_colour", _BETWEEN_WORDS)),
            materials=self._several("material", _BETWEEN_WORDS),
            parcel_size=self._text("parcel_size"),
            listed_at=self._read("listed_at", moment, "bad_time"),
            asked=self._amount("price"),
            views=self._number("views"),
            favourites=self._number("favourites"),
            is_sold=state == "sold" or sold_at is not None or is_paid,
            is_hidden=state == "hidden",
            sku=self._text("sku"),
            place=self._text("place"),
            cost=self._amount("cost"),
            bought_on=self._read("bought_on", day, "bad_time"),
            tags=(*self._several("tags", _BETWEEN_TAGS), *unknown_category),
            sold_at=sold_at,
            received=received if is_paid or sold_at else None,
            url=url,
            catalog_id=catalog_id,
            quantity=self._number("quantity") or 1,
        )

    def sale(self) -> OwnOrder:
        """Something that she sold. Raises: Refused."""
        title, price = self._title(), self._amount("price")
        return OwnOrder(
            title=title,
            ordered_at=self._read("sold_at", moment, "bad_time"),
            buyer=self._text("buyer"),
            total=price,
            received=self._amount("received"),
            status=self._text("state"),
            changed_at=self._read("completed_at", moment, "bad_time"),
            things=(OrderedThing(title, price.value if price else None),),
            kind="sale",
            transaction=self._text("transaction"),
            paid=self._amount("paid"),
            fee=self._amount("fee"),
            shipping=self._amount("shipping"),
        )

    def refused(self, why: Refused) -> Doubtful:
        """What stood there, cut, but for the buyer: nobody is named where rows wait to be looked at."""
        facts = {field: text_of(cell)[:LONGEST_WORD] for field, cell in self.cells.items() if field != "buyer"}
        return Doubtful(str(why), self.number, {field: text for field, text in facts.items() if text})

    def _title(self) -> str:
        """Its title, where the row as a whole can be one of the table."""
        title = self._text("title")
        if not title:
            raise Refused("no_title")
        if folded(title).rstrip(":") in _SUMS:
            raise Refused("a_sum")
        if any(len(text_of(cell)) > LONGEST.get(field, LONGEST_WORD) for field, cell in self.cells.items()):
            raise Refused("too_long")
        return title

    def _text(self, field: str) -> str | None:
        text = text_of(self.cells.get(field))
        return None if is_nothing(text) else text

    def _several(self, field: str, between: re.Pattern[str]) -> tuple[str, ...]:
        return tuple(word for word in between.split(self._text(field) or "") if word)

    def _read(self, field: str, read: Callable[[Cell], Read], otherwise: str) -> Read:
        try:
            return read(self.cells.get(field))
        except (ValueError, OverflowError) as error:
            raise Refused(otherwise) from error

    def _number(self, field: str) -> int | None:
        return self._read(field, whole, "bad_number")

    def _amount(self, field: str) -> Amount | None:
        """Money in the currency that stands beside it, else in that of the row."""
        found = self._read(field, amount, "bad_price")
        if found is None or found.currency:
            return found
        row = (self._text("currency") or "").upper()
        row = {"€": "EUR", "EURO": "EUR"}.get(row, row)
        return replace(found, currency=row) if re.fullmatch("[A-Z]{3}", row) else found

    def _state(self, sold_at: datetime | None) -> tuple[str, datetime | None]:
        """sold, hidden or "", and when it was sold: a column called “sold” holds a yes as often as a day."""
        text = folded(self._text("state") or "")
        if text in _SOLD:
            return "sold", sold_at
        if text in _HIDDEN:
            return "hidden", sold_at
        if not text or text in _ON_SALE:
            return "", sold_at
        return "sold", sold_at or self._read("state", moment, "bad_state")

    def _link(self) -> str | None:
        text = self._text("url")
        if text and not _LINK.fullmatch(text):
            raise Refused("bad_link")
        return text


def _number_in(url: str | None) -> int | None:
    found = _IN_LINK.search(url or "")
    return int(found[1]) if found else None


def _category(text: str | None) -> tuple[int | None, Sequence[str]]:
    """The catalogue of this number, path or name; one that vopt does not know becomes a tag, so that it is not lost."""
    if text is None:
        return None, ()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text), ()
    asked, nodes = folded(text), catalogue_nodes()
    found = [node for node in nodes if folded(node.path) == asked] or [n for n in nodes if folded(n.title) == asked]
    return (found[0].catalog_id, ()) if len(found) == 1 else (None, (text,))
