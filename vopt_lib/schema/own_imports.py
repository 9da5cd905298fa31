"""This is where we say what became of a file that was taken in, and what waits for a person to look at it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ImportReport:
    """What became of one file.

    is_known: it was taken in before, and nothing was done. is_trial: nothing was kept. read: how many of which kind
    stood in it (listings, orders, mails, doubtful); made: how many rows of the shop are new or changed by it.
    """

    kind: str
    file_name: str
    account: str
    is_known: bool = False
    is_trial: bool = False
    read: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True)
class ReviewChoice:
    """An answer that a question has. target: what it is about; told: what is known of that."""

    decision: str
    target: str
    told: dict[str, Any]


@dataclass(frozen=True)
class WaitingReview:
    """A question that only a person can answer. reason: see `desk.shop.reviews.REASONS`; told: what was read; whose:
    the name of the person whose file it was, None for one's own.
    """

    id: int
    reason: str
    file_name: str
    told: dict[str, Any]
    choices: tuple[ReviewChoice, ...]
    decision: str | None = None
    decided_at: datetime | None = None
    whose: str | None = None


@dataclass(frozen=True)
class PastImport:
    """A file that was taken in, or broken off: what stood in it, and what it made, as ImportReport counts; whose: the
    name of the person whose file it was, None for one's own.
    """

    kind: str
    file_name: str
    begun_at: datetime
    is_whole: bool
    read: dict[str, int]
    made: dict[str, int]
    whose: str | None = None
