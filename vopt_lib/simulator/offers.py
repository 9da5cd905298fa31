"""This is where we say what the simulated market and its web server tell each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, Protocol

from vopt_lib.schema.queries import Term
from vopt_lib.simulator.arrays import Rows

Status = Literal["on_sale", "reserved", "sold", "deleted", "hidden"]
FilterCode = Literal["catalog", "brand", "size", "status", "color", "material"]
ImageFormat = Literal["webp", "jpeg"]

FEE_COHORTS: tuple[tuple[Decimal, Decimal], ...] = (
    (Decimal("0.70"), Decimal("0.05")),
    (Decimal("0.35"), Decimal("0.07")),
    (Decimal("0.10"), Decimal("0.085")),
)
"""Fixed part and share of the buyer-protection fee. Source: facts/vinted-web.md §5 (384 French rows, May 2026)."""

_CENT = Decimal("0.01")


def buyer_fee(price: Decimal, cohort: int) -> Decimal:
    """The buyer-protection fee on an asked price, to the cent."""
    fixed, share = FEE_COHORTS[cohort]
    return (fixed + price * share).quantize(_CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Conversion:
    """A price that the site converted from the seller's currency; `rate` is buyer's money per unit of the seller's."""

    seller_price: Decimal
    seller_currency: str
    rate: Decimal
    markup: Decimal


@dataclass(frozen=True)
class BorrowedPhotos:
    """Photos that a listing shows though their thing was photographed for another one.

    title, material, colours, photo_seed and seller_id are the other listing's. change_seed says what was done to its
    files, or for a thing photographed once more, how.
    """

    title: str
    material: str | None
    colour_ids: tuple[int, ...]
    photo_seed: int
    seller_id: int
    change_seed: int
    is_retaken: bool


@dataclass(frozen=True)
class Offer:
    """One listing at one moment: what any era of the web API needs to show it.

    created_at is when the draft got its id, published_at when it came on sale. promoted_score is 0 for a listing that
    is never a paid placement, else how much is paid for it (up to 1). `wire` holds raw JSON values that the server lays
    over the finished item as they are, for rows that are spoiled on purpose; None nearly always. `borrowed` says whose
    photos it shows; None: its own.
    """

    listing_id: int
    title: str
    description: str
    catalog_id: int
    brand: Term | None
    size: Term | None
    condition_id: int | None
    colour_ids: tuple[int, ...]
    material: str | None
    price: Decimal
    currency: str
    conversion: Conversion | None
    fee_cohort: int
    service_fee: Decimal
    favourites: int
    views: int
    seller_id: int
    seller_login: str
    seller_is_business: bool
    seller_country: str
    promoted_score: float
    created_at: datetime
    published_at: datetime
    status: Status
    photo_seed: int
    photo_count: int
    wire: Mapping[str, Any] | None = None
    borrowed: BorrowedPhotos | None = None

    @property
    def total(self) -> Decimal:
        """What a buyer pays before shipping."""
        return self.price + self.service_fee


@dataclass(frozen=True)
class Seller:
    """One person (or shop) who sells: what her public profile shows."""

    seller_id: int
    login: str
    is_business: bool
    country: str
    joined_at: datetime
    feedback_count: int


@dataclass(frozen=True)
class ShelfQuery:
    """What a search asks of the market, in ids. Empty means any; both price limits are inclusive asked prices."""

    catalog_ids: tuple[int, ...] = ()
    brand_ids: tuple[int, ...] = ()
    size_ids: tuple[int, ...] = ()
    condition_ids: tuple[int, ...] = ()
    colour_ids: tuple[int, ...] = ()
    material_ids: tuple[int, ...] = ()
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    search_text: str | None = None
    published_by: datetime | None = None
    """What came on sale later is left out."""


FILTERED_BY: Mapping[FilterCode, str] = {
    "catalog": "catalog_ids",
    "size": "size_ids",
    "brand": "brand_ids",
    "status": "condition_ids",
    "color": "colour_ids",
    "material": "material_ids",
}
"""The field of a ShelfQuery that each filter fills, in the site's order of filters."""


class SimulatedMarket(Protocol):
    """A market over virtual time. Every answer depends on its arguments alone, never on what was asked before.

    A row is the place of a listing in the market's own tables; it never changes.
    """

    def search(self, query: ShelfQuery, at: datetime) -> Rows:
        """Rows that fit and are on sale at that moment, newest publication first, uncapped."""
        ...

    def promoted(self, query: ShelfQuery, at: datetime) -> Rows:
        """Rows of paid placements that may be mixed into this result, the best paid first.

        They are on sale and of the same root catalogue, whether or not they fit the filters.
        """
        ...

    def sorted_by_price(self, rows: Rows, at: datetime, *, descending: bool = False) -> Rows:
        """The rows by their asked price of that moment; equal prices stay in the order given."""
        ...

    def offers(self, rows: Iterable[int], at: datetime) -> list[Offer]:
        """The listings of these rows as they stand at that moment, in the order given."""
        ...

    def row_of(self, listing_id: int) -> int | None:
        """Row of a listing, published or not; None for an id that was never given."""
        ...

    def of_seller(self, seller_id: int, at: datetime) -> Rows:
        """Rows of a seller's closet at that moment (on sale, reserved and sold), newest first."""
        ...

    def seller(self, seller_id: int) -> Seller | None:
        """A seller's profile; None for an unknown id."""
        ...

    def count_by(self, query: ShelfQuery, at: datetime, code: FilterCode) -> list[tuple[Term, int]]:
        """How many fitting listings are on sale under each value of a filter: facets, most first, zeros left out.

        The filter asked for is not applied to its own counts. "catalog" counts parents with their leaves.
        """
        ...

    def terms(self, code: FilterCode) -> Sequence[Term]:
        """Every value of a filter that this market knows, by title."""
        ...

    def truth_told(self) -> dict[str, Any] | None:
        """What no visitor sees, as JSON; None for a market that knows no more than it shows."""
        ...
