"""This is where we decide what becomes of each listing: price cuts, reservations, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Codes, Flags, Floats, Ints
from vopt_lib.simulator.hazard import Sales, days_to_sale, withdrawal_rate
from vopt_lib.simulator.prices import ASKED_LOG_SD, Asking, asking
from vopt_lib.simulator.stock import DELETED, HIDDEN, NEVER, ON_SALE, RESERVED, SOLD, Timeline
from vopt_lib.simulator.things import NONSENSE_SHARE

NOT_SOLD_SHARE: Final = 0.28
"""Share of exits that are not sales. Source: facts/market-statistics.md."""
HELD_SHARE: Final = 0.30
"""Share of sales that are reserved for a while before they are paid."""
RETURNED_SHARE: Final = 0.08
"""Share of listings that are reserved once and come back."""
HIDDEN_SHARE: Final = 0.20
"""Share of the exits without sale that are hidden, not deleted."""

UNSOLD_DAYS: Final = np.array([0.5, 1, 2, 3, 5, 7, 10, 14, 17, 20, 23, 26, 30, 35, 40, 45, 50, 60, 75, 90, 120])
"""Ages at which a listing's chance to be unsold is told: close enough to draw a straight line in between."""

_DAY_S: Final = 86_400.0
_KEEP: Final = -1
_DEAREST: Final = 1.5
_CHEAPEST: Final = -1.0
_PRICE_PULL: Final = -1.2
_PILOT: Final = 40_000


@dataclass(frozen=True)
class Pace:
    """How fast a market turns over: the rate at which sellers give up, and how long a listing stays on average."""

    withdrawals_per_day: float
    mean_days: float


@dataclass(frozen=True)
class Fates:
    """The ends of listings, in days after publication, and whether one was reserved and came back.

    sale_days is when each would sell if nobody took it down, luck the factor on its hazard.
    """

    sale_days: Floats
    luck: Floats
    exit_days: Floats
    exit_status: Codes
    back_from: Floats
    back_to: Floats
    hold_from: Floats
    returned: Flags


@dataclass(frozen=True)
class SaleDays:
    """When listings would sell if nobody took them down, in days, and the factor on the hazard of each."""

    drawn: Floats
    luck: Floats


def sale_days(rng: np.random.Generator, sales: Sales, asked: Asking, relative: Floats) -> SaleDays:
    """When listings sell at what is asked for them; relative is what `log_relative` returns."""
    threshold, luck = rng.exponential(size=len(relative)), sales.luck(rng, len(relative))
    return SaleDays(days_to_sale(sales.hazard, threshold / luck, asked.cut_days, relative), luck)


def pace_of(rng: np.random.Generator, sales: Sales, longest_days: float) -> Pace:
    """The pace of a market that sells like this, found on a trial of typical listings that stay at most so long."""
    fair = np.exp(rng.normal(np.log(15.0), 0.6, _PILOT))
    first_eur = fair * np.exp(rng.normal(0.0, ASKED_LOG_SD, _PILOT))
    asked = asking(rng, first_eur, np.ones(_PILOT), haste=sales.haste)
    nonsense = rng.random(_PILOT) < NONSENSE_SHARE
    sale = sale_days(rng, sales, asked, log_relative(asked, fair, nonsense)).drawn
    rate = withdrawal_rate(sale, NOT_SOLD_SHARE)
    stay = np.minimum(np.minimum(sale, rng.exponential(1.0 / rate, _PILOT)), longest_days)
    return Pace(rate, float(stay.mean()))


def log_relative(asked: Asking, fair_eur: Floats, is_nonsense: Flags) -> Floats:
    """log(asked / fair) before and after each cut, as buyers see it: they take a nonsense price for none, and ask."""
    relative = np.log(asked.cents / 100.0 / fair_eur[:, None])
    return np.where(is_nonsense[:, None], 0.0, np.clip(relative, _CHEAPEST, _DEAREST))


def draw_fates(rng: np.random.Generator, sale: SaleDays, pace: Pace) -> Fates:
    """How listings end that would sell at these ages if nobody took them down."""
    n = len(sale.drawn)
    given_up = rng.exponential(1.0 / pace.withdrawals_per_day, n)
    sold = sale.drawn <= given_up
    withdrawn = np.where(rng.random(n) < HIDDEN_SHARE, HIDDEN, DELETED)
    exit_days = np.maximum(np.minimum(sale.drawn, given_up), 60.0 / _DAY_S)
    held = sold & (rng.random(n) < HELD_SHARE) & (exit_days > 0.2)
    hold_from = np.where(held, exit_days - np.minimum(rng.uniform(0.05, 2.0, n), exit_days / 2.0), np.inf)
    back_from = rng.uniform(0.05, 0.6, n) * exit_days
    back_to = back_from + rng.exponential(2.0, n) + 0.1
    returned = (rng.random(n) < RETURNED_SHARE * 1.6) & (back_to < np.minimum(hold_from, exit_days) * 0.95)
    return Fates(
        sale_days=sale.drawn,
        luck=sale.luck,
        exit_days=exit_days,
        exit_status=np.where(sold, SOLD, withdrawn).astype(np.int8),
        back_from=np.where(returned, back_from, np.inf),
        back_to=np.where(returned, back_to, np.inf),
        hold_from=hold_from,
        returned=returned,
    )


def timeline_of(published_s: Ints, asked: Asking, fates: Fates, *, fair_eur: Floats, appeal: Floats) -> Timeline:
    """Everything that happens to the listings, in order; appeal is the favourites a fairly priced one ends with."""
    n, cuts = asked.cut_days.shape
    cut_days = np.where(asked.cut_days < fates.exit_days[:, None], asked.cut_days, np.inf)
    days = np.column_stack(
        [np.zeros(n), cut_days, fates.back_from, fates.back_to, fates.hold_from, fates.exit_days],
    )
    becomes = np.full(days.shape, _KEEP, dtype=np.int8)
    becomes[:, 0] = ON_SALE
    becomes[:, cuts + 1], becomes[:, cuts + 2], becomes[:, cuts + 3] = RESERVED, ON_SALE, RESERVED
    becomes[:, cuts + 4] = fates.exit_status
    step = np.zeros(days.shape, dtype=np.int64)
    step[:, 1 : cuts + 1] = np.arange(1, cuts + 1)
    order = np.argsort(days, axis=1, kind="stable")
    days, becomes, step = (np.take_along_axis(each, order, axis=1) for each in (days, becomes, step))
    for event in range(1, days.shape[1]):
        kept = becomes[:, event] == _KEEP
        becomes[kept, event] = becomes[kept, event - 1]
    cents = np.take_along_axis(asked.cents, np.maximum.accumulate(step, axis=1), axis=1)
    lasting = np.isfinite(days)
    offset = np.where(lasting, days, 0.0) * _DAY_S
    return Timeline(
        event_s=np.where(lasting, published_s[:, None] + offset.astype(np.int64), NEVER),
        status=becomes,
        cents=cents,
        favourites=np.zeros(days.shape, dtype=np.int64),
        gain=appeal[:, None] * np.maximum(cents / 100.0 / fair_eur[:, None], 0.25) ** _PRICE_PULL,
    )
