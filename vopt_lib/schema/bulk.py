"""This is where we say what is changed of many listings at once: what is wanted, and what would become of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from vopt_lib.errors import VoptError

Ending = Literal["00", "50", "90"]
ENDINGS: tuple[Ending, ...] = ("00", "50", "90")


@dataclass(frozen=True)
class PriceChange:
    """A raise or a cut (negative), in EUR or as a share (-0.1), or both: first the share.

    ending: the cents that each price shall have, by the nearest amount that has them; None: as it comes, to the cent.
    floor: the lowest price that it may come to, in EUR.
    """

    amount: Decimal = Decimal("0.00")
    share: Decimal = Decimal(0)
    ending: Ending | None = None
    floor: Decimal = Decimal("1.00")


@dataclass(frozen=True)
class BulkChange:
    """What is wanted of many listings. None: that stays as it is. place: "" takes it away; reason: why it becomes so,
    or is so.
    """

    price: PriceChange | None = None
    state: str | None = None
    reason: str | None = None
    place: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planned:
    """What would become of one listing: {field: (before, after)}, what differs only. refusal: why it stays as it is.

    versions: the state of knowledge that this rests on.
    """

    listing_id: int
    title: str
    changes: tuple[tuple[str, tuple[Any, Any]], ...]
    refusal: VoptError | None = None
    versions: tuple[int, int] | None = None


@dataclass(frozen=True)
class Plan:
    """A change of many listings before it is made, or as it was made."""

    change: BulkChange
    rows: tuple[Planned, ...]

    @property
    def changing(self) -> tuple[Planned, ...]:
        """What becomes different."""
        return tuple(row for row in self.rows if row.changes and row.refusal is None)

    @property
    def refused(self) -> tuple[Planned, ...]:
        """What cannot become so."""
        return tuple(row for row in self.rows if row.refusal is not None)


@dataclass(frozen=True)
class Undone:
    """What came back (numbers of listings), and what did not: its title, and why."""

    listings: tuple[int, ...]
    kept: tuple[tuple[str, VoptError], ...]
