"""This is where what a reader gives becomes facts, of listings and of orders. Strangers are in them as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from vopt_lib.schema.own_mails import MailKind, OwnMail
from vopt_lib.schema.own_records import Amount, Doubtful, OwnListing, OwnOrder
from vopt_lib.schema.vinted_terms import condition_id
from vopt_lib.shop.states import State
from vopt_lib.shop.taking_in.facts import (
    Fact,
    FactKind,
    Facts,
    Origin,
    bundle_key,
    digest,
    moment,
    number_anchor,
    sku_anchor,
    title_anchor,
    title_key,
)

LONGEST_WORD: Final = 200
LONGEST_SKU: Final = 40

TELLS_ALL: Final = frozenset({"archive", "wardrobe"})
"""Sources that show how a listing stands: what they do not call sold or hidden is on sale. A table may just not say."""

SALE: Final = "sale"
PURCHASE: Final = "purchase"


def listing_fact(origin: Origin, told: OwnListing, photos: Sequence[str] = ()) -> Fact:
    """What a source tells of a listing. photos: the hashes of its photos, in order.

    `now` says of each column what was told last, and when; `told` what it asked, and how often it was seen and marked,
    at each telling. Facts about the same listing are merged (`things.merged`).
    """
    now = {name: [origin.stamp, value] for name, value in _columns(origin, told).items() if value not in (None, [])}
    asked = str(told.asked.value) if told.asked else None
    telling = [origin.source, asked, _currency(origin, told.asked), told.views, told.favourites]
    anchors = [title_anchor(told.title), *([sku_anchor(told.sku)] if told.sku else [])]
    return Fact(
        FactKind.LISTING,
        listing_key(told),
        tuple(anchors),
        {
            "number": told.external_id,
            "now": now,
            "told": {origin.stamp: telling},
            "titles": [told.title],
            "photos": {photo: [origin.stamp, place] for place, photo in enumerate(photos)},
        },
        origin.source,
    )


def listing_key(told: OwnListing) -> str:
    """What a listing is known by: its number, else her code of the thing, else all that it says of itself."""
    if told.external_id is not None:
        return digest("listing", told.external_id)
    if told.sku:
        return digest("sku", told.sku)
    lasting = ("title", "description", "brand", "size", "condition", "colours", "materials", "parcel_size")
    return digest("listing", [getattr(told, name) for name in (*lasting, "listed_at", "bought_on")])


def _columns(origin: Origin, told: OwnListing) -> Facts:
    """{a column: its value}; those of the thing itself begin with "item."."""
    colours = [*(_word(one) for one in told.colours), None, None]
    return {
        "title": told.title,
        "description": told.description,
        "brand": _word(told.brand),
        "size": _word(told.size),
        "condition_id": condition_id(told.condition) if told.condition else None,
        "colour": colours[0],
        "second_colour": colours[1],
        "material": _word(", ".join(told.materials) or None),
        "parcel_size": _word(told.parcel_size),
        "listed_at": told.listed_at and told.listed_at.isoformat(),
        "asked": str(told.asked.value) if told.asked else None,
        "currency": _currency(origin, told.asked) if told.asked else None,
        "url": told.url,
        "catalog_id": told.catalog_id,
        "quantity": told.quantity if (told.quantity or 1) > 1 else None,
        "sold_at": told.sold_at and told.sold_at.isoformat(),
        "state": _state(origin, told),
        "item.sku": told.sku and told.sku[:LONGEST_SKU],
        "item.place": _word(told.place),
        "item.cost": str(told.cost.value) if told.cost else None,
        "item.currency": _currency(origin, told.cost) if told.cost else None,
        "item.bought_on": told.bought_on and told.bought_on.isoformat(),
        "item.tags": [tag for one in told.tags if (tag := _word(one))],
    }


def _state(origin: Origin, told: OwnListing) -> str | None:
    if told.is_sold or told.sold_at:
        return State.SOLD
    if told.is_reserved:
        return State.RESERVED
    if told.is_closed:
        return State.WITHDRAWN
    if told.is_hidden:
        return State.PAUSED
    return State.PUBLISHED if origin.source in TELLS_ALL else None


def booked_fact(origin: Origin, told: OwnListing) -> Fact | None:
    """The sale that a row of a listing tells, where it says when it was; None: it tells none."""
    if told.sold_at is None:
        return None
    facts = {
        "side": SALE,
        "title": told.title,
        "listing": listing_key(told),
        "completed_at": told.sold_at.isoformat(),
        "received": str(told.received.value) if told.received else None,
        "currency": _currency(origin, told.received),
    }
    return _fact(FactKind.BOOKED, origin, told.sold_at, facts)


def order_fact(origin: Origin, told: OwnOrder) -> Fact:
    """What a row tells of a sale or a purchase. `side` is None where nothing says which of them it is."""
    side = told.kind or _side(origin.login, told)
    stranger = pseudonym(origin, told.seller if side == PURCHASE else told.buyer)
    changed_at = told.changed_at or told.ordered_at
    facts = {
        "side": side,
        "title": told.title,
        "things": [[thing.title, str(thing.price) if thing.price else None] for thing in told.things],
        "stranger": stranger,
        "number": told.transaction,
        "ordered_at": told.ordered_at and told.ordered_at.isoformat(),
        "changed_at": changed_at and changed_at.isoformat(),
        "status": told.status,
        **_amounts(origin, told),
    }
    identity = digest("order", title_key(told.title), facts["ordered_at"], side, stranger, told.transaction)
    return _fact(FactKind.ORDER, origin, told.ordered_at, {**facts, "identity": identity})


def _amounts(origin: Origin, told: OwnOrder) -> Facts:
    amounts = {name: getattr(told, name) for name in ("total", "received", "paid", "fee", "shipping")}
    first = next((amount for amount in amounts.values() if amount), None)
    return {
        **{name: str(amount.value) if amount else None for name, amount in amounts.items()},
        "currency": _currency(origin, first),
    }


def _side(login: str, told: OwnOrder) -> str | None:
    """Sale or purchase, by which of the two she is."""
    buyer, seller, her = ((name or "").casefold() for name in (told.buyer, told.seller, login))
    if her in (buyer, seller) and buyer != seller:
        return PURCHASE if her == buyer else SALE
    if bool(buyer) != bool(seller):
        return SALE if buyer else PURCHASE
    return None


def mail_fact(origin: Origin, told: OwnMail, label: str | None = None) -> Fact:
    """What an e-mail tells of a sale or a purchase. label: the hash of the label that came with it."""
    facts = {
        "side": {MailKind.PURCHASE: PURCHASE, MailKind.SENT: None}.get(told.kind, SALE),
        "title": told.title,
        "things": told.things,
        "number": told.transaction,
        "stranger": pseudonym(origin, told.buyer),
        "currency": told.currency,
        "tracking": told.tracking,
        "label": label,
        "label_name": told.label.name if told.label else None,
        **{name: str(value) if (value := getattr(told, name)) is not None else None for name in _MAILED_MONEY},
        **{name: value.isoformat() if (value := getattr(told, name)) else None for name in ("send_by", "completed_at")},
    }
    at = told.sent_at or told.completed_at or told.send_by
    return _fact(FactKind(told.kind), origin, at, {**facts, "message": digest(told.message_id)})


_MAILED_MONEY: Final = ("price", "shipping", "received")


def _fact(kind: FactKind, origin: Origin, at: Any, facts: Facts) -> Fact:
    """A fact of an order; what it does not say is left out."""
    told = {name: value for name, value in facts.items() if value is not None and value != []}
    things = told.get("things", ()) if kind is FactKind.ORDER else ()
    titles = [told.get("title"), *(thing[0] for thing in things)]
    anchors = [title_anchor(title) for title in titles if title]
    if number := told.get("number"):
        anchors.append(number_anchor(number))
    if bundle := bundle_key(told):
        anchors.append(bundle)
    key = digest(kind, told, at and at.isoformat())
    return Fact(kind, key, tuple(dict.fromkeys(anchors)) or (digest("alone", key),), told, origin.source, at)


def pseudonym(origin: Origin, name: str | None) -> str | None:
    """A stranger's name as it is kept: a keyed hash."""
    if not name:
        return None
    return hmac.new(origin.strangers_key, name.strip().casefold().encode(), hashlib.sha256).hexdigest()


def _word(text: str | None) -> str | None:
    return " ".join(text.split())[:LONGEST_WORD] or None if text else None


def _currency(origin: Origin, amount: Amount | None) -> str:
    return (amount.currency if amount else None) or origin.currency


def as_plain_listing(row: Doubtful) -> Facts:
    """What is sure of a listing that could not be read whole; {}: it has not even a title.

    Its number is not known there: where the archive tells it whole later, that is another listing.
    """
    names = {"title": "title", "description": "description", "brand": "brand", "size": "size", "status": "condition"}
    names |= {"parcel_size": "parcel_size"}
    if not row.facts.get("title"):
        return {}
    return {column: row.facts[name] for name, column in names.items() if row.facts.get(name)}


def as_plain_fact(fact: Fact) -> Facts:
    """A fact as JSON keeps it."""
    return {**asdict(fact), "at": fact.at.isoformat() if fact.at else None}


def plain_fact(told: Facts) -> Fact:
    """A fact again that was kept so."""
    return Fact(
        FactKind(told["kind"]), told["key"], tuple(told["anchors"]), told["facts"], told["source"], moment(told["at"])
    )
