"""This is where everything that is ever on sale is kept: one row per listing, and what happens to it over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, get_args

import numpy as np

from vopt_lib.schema.queries import Term
from vopt_lib.simulator.arrays import Codes, Flags, Floats, Ints, Rows, Texts
from vopt_lib.simulator.offers import Conversion, Seller, Status

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
ON_SALE, RESERVED, SOLD, DELETED, HIDDEN = range(5)
UNPUBLISHED: Final = -1
NEVER: Final = 2**62
"""A moment that does not come, in epoch seconds."""
_INTEREST_DAYS = 12.0


@dataclass(frozen=True)
class Moment:
    """How rows stand at one moment: status codes (UNPUBLISHED before the first event), prices, favourites."""

    status: Codes
    cents: Ints
    favourites: Ints


@dataclass(frozen=True)
class Timeline:
    """What happens to each listing, in order: (rows, events) arrays, moments in epoch seconds, NEVER where no more.

    An event sets status, price and favourites until the next; `gain` favourites more come slowly with age.
    """

    event_s: Ints
    status: Codes
    cents: Ints
    favourites: Ints
    gain: Floats

    def at(self, moment_s: int, rows: Rows | slice = slice(None)) -> Moment:
        """How the rows stand at that moment."""
        event_s = self.event_s[rows]
        last = (event_s <= moment_s).sum(axis=1) - 1
        here = np.arange(len(last)), np.maximum(last, 0)
        age_days = np.maximum(moment_s - event_s[:, 0], 0) / 86_400.0
        grown = self.gain[rows][here] * -np.expm1(-age_days / _INTEREST_DAYS)
        return Moment(
            status=np.where(last < 0, UNPUBLISHED, self.status[rows][here]).astype(np.int8),
            cents=self.cents[rows][here],
            favourites=self.favourites[rows][here] + grown.astype(np.int64),
        )

    def status_and_cents(self, moment_s: int, rows: Rows | slice = slice(None)) -> tuple[Codes, Ints]:
        """Status and price of the rows at that moment: what a search looks at."""
        last = (self.event_s[rows] <= moment_s).sum(axis=1) - 1
        here = np.arange(len(last)), np.maximum(last, 0)
        status, cents = self.status[rows][here], self.cents[rows][here]
        return np.where(last < 0, np.int8(UNPUBLISHED), status), cents


@dataclass(frozen=True)
class Reuse:
    """Listings that show photos taken for others, one value per row.

    origin is the row whose photos it shows, -1 for its own. is_own: that one is its own seller's, hence the same thing;
    is_retaken: photographed once more. change_seed says what was done to the photos, or how they were retaken.
    """

    origin: Ints
    is_own: Flags
    is_retaken: Flags
    change_seed: Ints


@dataclass(frozen=True)
class Stock:
    """Attributes of every listing, newest publication first. Ids are 0 and condition is 0 where there is none."""

    listing_id: Ints
    created_s: Ints
    published_s: Ints
    catalog_id: Ints
    brand: Sequence[Term | None]
    size: Sequence[Term | None]
    condition_id: Ints
    colour_ids: Ints
    material: Sequence[Term | None]
    title: Sequence[str]
    description: Sequence[str]
    currency: Sequence[str]
    conversion: Sequence[Conversion | None] | None
    seller_currency: Sequence[str] | None
    fee_cohort: Ints
    service_fee: Sequence[Decimal | None] | None
    views_at_first: Ints
    views_per_favourite: Floats
    seller: Ints
    sellers: Sequence[Seller]
    promoted_score: Floats
    photo_seed: Ints
    photo_count: Ints
    wire: Sequence[Mapping[str, Any] | None] | None
    timeline: Timeline
    reuse: Reuse | None = None

    def __len__(self) -> int:
        return len(self.listing_id)


@dataclass(frozen=True)
class Truth:
    """What no visitor of a generated market can see, one value per row of its stock.

    family says how its things sell (`hazard.FAMILIES`). fair_eur is what a thing is worth: its attributes and
    exp(hidden_log), which no attribute shows. first_asked_eur was asked at publication. oddity is "", "nonsense"
    (a price that means nothing) or "bundle". sale_days is the age at which each would sell if nobody took it down,
    unsold the chances of its hazard that it has not by each of `fates.UNSOLD_DAYS`, (n, days). exit_kind is sold,
    deleted or hidden, exit_at_s when. returned marks listings that were reserved and came back on sale; relist_of is
    the listing_id that the same thing had before, else 0. photos_of is the listing_id whose photos it shows, edited,
    and same_thing_as that of the very same thing in its seller's closet (its photos or new ones), else 0; a relist of
    either has the same two.
    """

    family: str
    fair_eur: Floats
    hidden_log: Floats
    first_asked_eur: Floats
    oddity: Texts
    sale_days: Floats
    unsold: Floats
    exit_at_s: Ints
    exit_kind: Texts
    returned: Flags
    relist_of: Ints
    photos_of: Ints
    same_thing_as: Ints


def epoch_s(at: datetime) -> int:
    """The moment in whole seconds since 1970."""
    return int(at.timestamp() // 1)
