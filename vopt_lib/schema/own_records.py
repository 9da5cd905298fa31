"""This is where we say what a seller's own files tell: the types that imports hand to the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Amount:
    """Money as a file says it. currency: ISO 4217; None: the file does not say."""

    value: Decimal
    currency: str | None


@dataclass(frozen=True)
class OwnListing:
    """A listing of the seller's own, as a file or her closet tells it. None: it does not say.

    external_id: the marketplace's number. photos: names of files of the archive, or addresses (https://…) where a
    closet told it, in order. is_closed: taken off the shelf without a sale. What only a table tells is of the thing
    (sku, place, cost, bought_on, tags) and of its sale (sold_at, received).
    """

    title: str
    external_id: int | None
    description: str | None = None
    brand: str | None = None
    size: str | None = None
    condition: str | None = None
    colours: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    parcel_size: str | None = None
    listed_at: datetime | None = None
    asked: Amount | None = None
    views: int | None = None
    favourites: int | None = None
    is_sold: bool = False
    is_hidden: bool = False
    is_reserved: bool = False
    is_closed: bool = False
    photos: tuple[str, ...] = ()
    sku: str | None = None
    place: str | None = None
    cost: Amount | None = None
    bought_on: date | None = None
    tags: tuple[str, ...] = ()
    sold_at: datetime | None = None
    received: Amount | None = None
    url: str | None = None
    catalog_id: int | None = None
    quantity: int = 1


@dataclass(frozen=True)
class OrderedThing:
    """One thing of an order. price None: the archive says none, or 0.0, which old orders say of everything."""

    title: str
    price: Decimal | None


@dataclass(frozen=True)
class OwnOrder:
    """An order of the seller's, a sale or a purchase: `kind` where the file says so, else known by who is the buyer.

    transaction: its number. total: of what the listings asked; paid: by the buyer; fee and shipping: of that.
    """

    title: str
    ordered_at: datetime | None
    buyer: str | None
    seller: str | None = None
    total: Amount | None = None
    received: Amount | None = None
    status: str | None = None
    changed_at: datetime | None = None
    things: tuple[OrderedThing, ...] = ()
    kind: str | None = None
    transaction: str | None = None
    paid: Amount | None = None
    fee: Amount | None = None
    shipping: Amount | None = None


@dataclass(frozen=True)
class Doubtful:
    """What could not be read as it stands: why (a name of the REASONS of what read it), where, and what stood there."""

    reason: str
    where: str
    facts: dict[str, str] = field(default_factory=dict)
