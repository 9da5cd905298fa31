"""This is where we say what waits to be sent, and what money is on its way: the types that rooms hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from vopt_lib.errors import VoptError


@dataclass(frozen=True)
class Parcel:
    """A sale that waits to be sent: a bundle is one parcel with several things. Who bought it is not known here.

    titles: of its things, or of the bundle. send_by: until when it must be sent; is_estimated: nobody said so, it is
    the usual time after the sale. amount: what it brings; None: unknown. shipment_id: by which its label is asked for;
    None: it has none. carrier, tracking: with whom it goes, and under which number, as far as that is said.
    """

    order_id: int
    titles: tuple[str, ...]
    things: int
    sold_at: datetime
    send_by: datetime
    is_estimated: bool
    amount: Decimal | None
    currency: str
    shipment_id: int | None = None
    carrier: str | None = None
    tracking: str | None = None

    def days_left(self, now: datetime) -> int:
        """Whole days of the calendar until it must be sent, below 0 when that day is over. In this machine's zone."""
        return (self.send_by.astimezone().date() - now.astimezone().date()).days

    def is_late(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.send_by < now


@dataclass(frozen=True)
class Money:
    """What sales of late bring in one currency: what waits, what was received; of so many nobody knows how much."""

    currency: str
    waiting: Decimal = Decimal("0.00")
    received: Decimal = Decimal("0.00")
    waiting_unknown: int = 0
    received_unknown: int = 0


@dataclass(frozen=True)
class ToShip:
    """All that waits, what is late first. old: sales that nobody marked as sent, too long ago to wait any more.

    has_shop: whether there is anything of hers at all; trouble: why nothing is known.
    """

    at: datetime
    parcels: tuple[Parcel, ...] = ()
    old: tuple[int, ...] = ()
    money: tuple[Money, ...] = ()
    has_shop: bool = True
    trouble: VoptError | None = None

    @property
    def labels(self) -> tuple[int, ...]:
        """The parcels that have a label to print."""
        return tuple(parcel.shipment_id for parcel in self.parcels if parcel.shipment_id is not None)


@dataclass(frozen=True)
class Sent:
    """What she just did with parcels: the sentence, and those that she can take back.

    batch: the name under which what she wrote of one can be undone; writing: the sale whose fields are open; typed:
    what stands in them, where it could not be kept.
    """

    text: str = ""
    order_ids: tuple[int, ...] = ()
    batch: str | None = None
    writing: int | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    is_bad: bool = False
    turn: int = 0


class Layout(StrEnum):
    """How labels stand on paper: one, two or four on a sheet of A4, or each on its own of 100 × 150 mm."""

    A4_1 = "a4-1"
    A4_2 = "a4-2"
    A4_4 = "a4-4"
    THERMAL = "thermal"
