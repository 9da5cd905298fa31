"""This is where we say what waits for a look: who shows her photos, and what she seems to offer twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from vopt_lib.errors import VoptError
from vopt_lib.schema.duplicates import PairKind
from vopt_lib.schema.own_states import State
from vopt_lib.schema.searches import Acts, Told
from vopt_lib.words import N_

ASKED_AGAIN_AFTER: Final = timedelta(days=7)
"""How long what she put off stays away."""


class DuplicateKind(StrEnum):
    """What was found: somebody else's listing with a photo of hers, or two of her own that are perhaps one thing."""

    REUSED = "reused"
    TWICE = "twice"


Decision = Literal["same", "different", "later"]

DECISIONS: Final[dict[Decision, str]] = {
    "same": N_("It is the same"),
    "different": N_("It is not"),
    "later": N_("Later"),
}
"""{decision: what stands on its button}."""


@dataclass(frozen=True)
class Side:
    """One of the two, as it is shown. photo: hash of her own; thumbnail_url: where the photo of a listing lies.

    listed_at: since when it is on the market; of a stranger's listing when vopt first saw it. listing_id: the shop's
    own number of one of hers, else the marketplace's. url: its page at the marketplace.
    """

    title: str
    asked: Decimal | None
    currency: str
    listed_at: datetime | None
    is_own: bool
    listing_id: int
    state: State | None = None
    photo: str | None = None
    thumbnail_url: str | None = None
    url: str | None = None
    market: str = "it"
    who: str = ""


@dataclass(frozen=True)
class Duplicate:
    """Two that show the same. key: "ITEM OTHER", as it is decided by; decision: what was said, by whom and when."""

    key: str
    kind: DuplicateKind
    pair: PairKind
    is_mirrored: bool
    ours: Side
    other: Side
    decision: Decision | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Duplicates:
    """What waits (`open`), most pressing first, and what was decided, the last first. compared: own photos that were
    compared; 0: none yet. photos: those of listings that they were compared with.
    """

    open: tuple[Duplicate, ...] = ()
    decided: tuple[Duplicate, ...] = ()
    compared: int = 0
    photos: int = 0

    def count(self, kind: DuplicateKind) -> int:
        """How many of this kind wait."""
        return sum(one.kind is kind for one in self.open)


@dataclass(frozen=True)
class DuplicatesPage:
    """What the page shows, and what can be pressed: for each by its key, and "" to take the last answer back."""

    found: Duplicates = Duplicates()
    acts: Acts = field(default_factory=dict)
    may_fetch_photos: bool = False
    trouble: VoptError | None = None


@dataclass(frozen=True)
class DuplicatesMoment:
    """What was said of what was pressed last, and the key by which it can be taken back. turn: rises with each press,
    so that the page looks again.
    """

    told: Told | None = None
    undo: str = ""
    turn: int = 0
