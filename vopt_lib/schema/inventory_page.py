"""This is where we say what the inventory page is told: by the desk, which reads the shop, to the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from vopt_lib.errors import VoptError
from vopt_lib.schema.market_page import Choice


@dataclass(frozen=True)
class OwnRow:
    """One listing of her own, in a list. state: its name; state_label: a message id.

    days: on the market so far, or till it ended; None: it never was. views, favourites: the newest that are known.
    photo: the hash of the file.
    """

    listing_id: int
    item_id: int
    title: str
    state: str
    state_label: str
    sku: str
    brand: str | None
    size: str | None
    condition_id: int | None
    catalog_id: int | None
    place: str | None
    tags: tuple[str, ...]
    asked: Decimal | None
    currency: str
    listed_at: datetime | None
    days: int | None
    views: int | None
    favourites: int | None
    photo: str | None
    account: str
    url: str | None


@dataclass(frozen=True)
class Found:
    """Listings that fit, those of one page of the list. total: all that fit.

    instead: {word that she typed: the words that were looked for in its place}.
    """

    rows: tuple[OwnRow, ...] = ()
    total: int = 0
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnChoices:
    """What can be chosen to narrow the list, each with how many listings have it. total: all there are."""

    states: tuple[Choice, ...] = ()
    catalogues: tuple[Choice, ...] = ()
    brands: tuple[Choice, ...] = ()
    sizes: tuple[Choice, ...] = ()
    conditions: tuple[Choice, ...] = ()
    places: tuple[Choice, ...] = ()
    tags: tuple[Choice, ...] = ()
    people: tuple[Choice, ...] = ()
    accounts: tuple[Choice, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class Alike:
    """A listing of her own that is like another. why: message ids of what they share, by weight; shared: words."""

    row: OwnRow
    why: tuple[str, ...]
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class PricePoint:
    """What it asked from a moment on, and who says so."""

    at: datetime
    asked: Decimal
    currency: str
    source: str


@dataclass(frozen=True)
class StatDay:
    """What it was looked at and marked by a day, in all."""

    day: date
    views: int | None
    favourites: int | None


@dataclass(frozen=True)
class OwnPhoto:
    """A photo of the thing: its number, and the hash of its file."""

    photo_id: int
    sha256: str


@dataclass(frozen=True)
class Remark:
    """A note that somebody wrote."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Happened:
    """One change, as the reader's sentence: when, who (""; vopt itself), and what became what."""

    at: datetime
    who: str
    deed: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class OwnDetail:
    """All that is known of one listing of her own. fields: what a person writes, by its name in the shop.

    versions: the state of knowledge, which whoever saves hands back. next_states: (name, message id) of
    what may follow.
    """

    row: OwnRow
    fields: Mapping[str, object]
    versions: tuple[int, int]
    next_states: tuple[tuple[str, str], ...]
    reason: str | None
    is_deleted: bool
    ended_at: datetime | None
    photos: tuple[OwnPhoto, ...]
    prices: tuple[PricePoint, ...]
    days: tuple[StatDay, ...]
    notes: tuple[Remark, ...]
    history: tuple[Happened, ...]
    alike: tuple[Alike, ...]


@dataclass(frozen=True)
class InventoryPage:
    """Everything the page shows. trouble: why it cannot."""

    found: Found = Found()
    choices: OwnChoices = OwnChoices()
    detail: OwnDetail | None = None
    trouble: VoptError | None = None
