"""This is where we say what the figures of a shop are: the types that the shop hands to the desk and the pages.

docs/figures.md says of each what it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Europe/Rome")
"""Whose days, months and years a shop is told in: what was completed on 31 December at 23:30 UTC is next year's."""

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days of the shop (ZONE), the first and the last included."""

    first: date
    last: date

    @classmethod
    def of_year(cls, year: int) -> Period:
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def until(cls, last: date, days: int) -> Period:
        """So many days, of which this is the last."""
        return cls(last - (days - 1) * DAY, last)

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def begin(self) -> datetime:
        """The moment at which it begins (UTC)."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment at which it is over (UTC)."""
        return _midnight(self.last + DAY)

    @property
    def before(self) -> Period:
        """What it is compared with: from 1 January on the same days a year earlier, else as many days just before."""
        if (self.first.month, self.first.day) == (1, 1):
            return Period(_a_year_earlier(self.first), _a_year_earlier(self.last))
        return Period.until(self.first - DAY, self.days)


def local_day(at: datetime) -> date:
    """The day of the shop on which a moment lies."""
    return at.astimezone(ZONE).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def _a_year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


@dataclass(frozen=True)
class Total:
    """Money added up over sales, in one currency. amount: of those that tell it, None where none of them does; missing:
    how many do not.
    """

    amount: Decimal | None = Decimal(0)
    missing: int = 0


@dataclass(frozen=True)
class Figures:
    """What was sold in a period, in one currency. Shares are 0 to 1; None: not known."""

    sales: int = 0
    things: int = 0
    revenue: Total = Total()
    at_asked: int = 0
    received: Total = Total()
    fees: Total = Total()
    cost: Total = Total()
    expenses: Decimal = Decimal(0)
    profit: Total = Total()
    margin: float | None = None
    average_price: Decimal | None = None
    days_on_market: float | None = None
    sell_through: float | None = None


Key = int | str | date | None
"""What a group is of: a person's or a catalogue's number, a brand, a day; None: of none, or nobody knows of which."""

Groups = Mapping[Key, Figures]


@dataclass(frozen=True)
class InCurrency:
    """All figures of a period in one currency, and the same of each person, catalogue (by number) and brand."""

    currency: str
    figures: Figures = Figures()
    people: Groups = field(default_factory=dict)
    catalogues: Groups = field(default_factory=dict)
    brands: Groups = field(default_factory=dict)


@dataclass(frozen=True)
class Ageing:
    """Things on sale that were listed so many days ago. to_days None: and more."""

    from_days: int
    to_days: int | None
    things: int = 0
    asked: Total = Total()


@dataclass(frozen=True)
class Stock:
    """What can still be sold, in one currency: things with a listing that is a draft, on sale or paused."""

    things: int = 0
    stock_at_cost: Total = Total()
    stock_at_asked: Total = Total()
    ageing: tuple[Ageing, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """Sales that are reserved or shipped, but not completed: money to come, in one currency."""

    sales: int = 0
    revenue: Total = Total()


@dataclass(frozen=True)
class Reported:
    """What a marketplace counts of a person in a calendar year before it reports her (DAC7).

    amount: in euro; missing: sales whose amount is not known, or in another currency. share: how far the nearer of the
    two limits is reached.
    """

    person_id: int
    person: str
    channel: str
    year: int
    sales: int
    amount: Decimal
    missing: int

    @property
    def share(self) -> float:
        """How far the nearer limit is reached; from 1 on she is reported."""
        return max(self.sales / REPORTED_SALES, float(self.amount / REPORTED_AMOUNT))

    @property
    def is_reported(self) -> bool:
        """Whether the marketplace reports her: at the number of sales, or above the sum."""
        return self.sales >= REPORTED_SALES or self.amount > REPORTED_AMOUNT

    @property
    def is_near(self) -> bool:
        """Whether she should be told: one of the limits is reached to 80 %."""
        return self.share >= REPORTED_WARNING


REPORTED_SALES: Final = 30
REPORTED_AMOUNT: Final = Decimal(2000)
"""EUR. At 30 sales, or above 2,000 €, in a calendar year: Council Directive (EU) 2021/514 (DAC7), Annex V, I.B.4."""

REPORTED_WARNING: Final = 0.8
"""Our own: early enough to choose what still to sell this year."""
