"""This is where we say what a seller's own files tell: the types that imports hand to the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Amount:
    """Money as a file says it. currency: ISO 4217; None: the file does not say."""

    value: Decimal
    currency: str | None


@dataclass(frozen=True)
class OwnListing:
    """A listing of the seller's own, as an archive tells it. None: the archive does not say.

    external_id: from the path of its first photo; None: it has none. photos: names of files of the archive, in order.
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
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrderedThing:
    """One thing of an order. price None: the archive says none, or 0.0, which old orders say of everything."""

    title: str
    price: Decimal | None


@dataclass(frozen=True)
class OwnOrder:
    """An order of the seller's, a sale or a purchase: which of them is known by who is called the buyer."""

    title: str
    ordered_at: datetime | None
    buyer: str | None
    seller: str | None = None
    total: Amount | None = None
    received: Amount | None = None
    status: str | None = None
    changed_at: datetime | None = None
    things: tuple[OrderedThing, ...] = ()


@dataclass(frozen=True)
class Doubtful:
    """What could not be read as it stands: why (a name of `imports.archive.REASONS`), where, and what stood there."""

    reason: str
    where: str
    facts: dict[str, str] = field(default_factory=dict)
