"""This is where we say what the inventory page is told: by the desk, which reads the shop, to the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vopt_lib.errors import VoptError
from vopt_lib.schema.bulk import Plan
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.own_states import State
from vopt_lib.schema.phone import PhoneShown
from vopt_lib.schema.queries import Term
from vopt_lib.schema.searches import Told

ROWS_AT_ONCE = 48
"""Listings of one page of the list."""


@dataclass(frozen=True)
class OwnRow:
    """One listing of her own, in a list.

    days: on the market so far, or till it ended; None: it never was. views, favourites: the newest that are known.
    photo: what it is called as it is shown.
    """

    listing_id: int
    item_id: int
    title: str
    state: State
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
class Remark:
    """A note that somebody wrote."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Happened:
    """One change of the listing or of its thing: when, who (None: vopt itself; "": somebody who was erased since), with
    which deed, and what differs.

    before, after: {field: its value, as the audit keeps it}.
    """

    at: datetime
    who: str | None
    deed: str
    before: Mapping[str, object]
    after: Mapping[str, object]


@dataclass(frozen=True)
class OwnDetail:
    """All that is known of one listing of her own. fields: what a person writes, by its name in the shop.

    versions: the state of knowledge, which whoever saves hands back; next_states: what may follow; asked_until: when
    its last price ended, or now.
    """

    row: OwnRow
    fields: Mapping[str, Any]
    versions: tuple[int, int]
    next_states: tuple[State, ...]
    asked_until: datetime
    reason: str | None
    is_deleted: bool
    photos: tuple[OwnPhoto, ...]
    prices: tuple[PricePoint, ...]
    days: tuple[StatDay, ...]
    notes: tuple[Remark, ...]
    history: tuple[Happened, ...]
    alike: tuple[Alike, ...]
    is_hers: bool = True
    """Whether who looks may change it, too: an admin shares with a member only to look."""


@dataclass(frozen=True)
class InventoryPage:
    """Everything the list shows. trouble: why it cannot."""

    found: Found = Found()
    choices: OwnChoices = OwnChoices()
    trouble: VoptError | None = None


@dataclass(frozen=True)
class OwnPane:
    """What stands beside the list: one listing, or the fields of a new one (detail None). known: what fields offer.

    trouble: why it cannot be shown; phone: the code for photos from her phone, while it is open; typed: what stood in
    the fields when she pressed something at the photos, written on what she had `seen` (versions).
    """

    detail: OwnDetail | None = None
    is_new: bool = False
    catalogues: tuple[Term, ...] = ()
    conditions: tuple[Term, ...] = ()
    accounts: tuple[Choice, ...] = ()
    trouble: VoptError | None = None
    phone: PhoneShown | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)
    seen: tuple[int, int] | None = None


@dataclass(frozen=True)
class Answered:
    """What is told after a press. undo: the name under which it can be undone; restore: the listing to bring back;
    photo: the deleted photo to bring back; opens: the listing that is open from now on (0: none any more; None: as
    before)."""

    told: Told
    undo: str | None = None
    restore: int | None = None
    photo: int | None = None
    opens: int | None = None


@dataclass(frozen=True)
class Moment:
    """What one visitor's page remembers between two presses: what was told last, the change that she looks at before
    it is made, and how often she pressed."""

    answered: Answered | None = None
    plan: Plan | None = None
    turn: int = 0

    def then(self, outcome: Answered | Plan | None) -> Moment:
        """How it goes on after a press."""
        if isinstance(outcome, Plan):
            return Moment(plan=outcome, turn=self.turn + 1)
        is_refusal = outcome is not None and outcome.told.kind == "bad"
        return Moment(outcome, self.plan if is_refusal else None, self.turn + 1)
