"""This is where we say which of a seller's prices to change today: the few whose change brings the most.

Prices that were set lately are left in peace, fresh listings too: buyers who were told a price yesterday take another
one today for a trick, and in the first days nothing is known yet of how a thing does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from vopt_lib.pricing.advice import CHEAPEST, DEAREST, floor_of, price_grid, waiting_eur
from vopt_lib.pricing.hazard import Demand
from vopt_lib.schema.price_page import OwnOffer
from vopt_lib.schema.pricing import Repricing
from vopt_lib.words import N_

MOST_A_DAY: Final = 5

FRESH_DAYS: Final = 7
"""Days that a new listing is left in peace: most of those who look for such a thing have not seen it before."""

REST_DAYS: Final = 14
"""Days between two changes of one price: sellers who cut do so every two to four weeks (facts of the market)."""

LEAST_GAIN_EUR: Final = 0.50
LEAST_GAIN_SHARE: Final = 0.02
"""Gains that are not worth a change: less than half a euro, or than 2 % of the price."""

MOST_AT_ONCE: Final = 0.30
"""Share of the price by which it is changed at once: the estimate may be wrong, and the next change comes in time."""

FALLEN: Final = 0.92
"""What such things are asked now, of what they were when it was listed, from which on the season explains it."""

TOO_DEAR: Final = N_("It is dearer than such things sell for: less brings more.")
TOO_CHEAP: Final = N_("It is cheaper than such things sell for: more brings more.")
SLOW_SEASON: Final = N_("Such things are asked for less now than when it was listed: its season ends.")
BELOW_FLOOR: Final = N_("It asks less than what you would rather keep it for.")


def best_changes(listings: Sequence[OwnOffer], demand: Demand, *, most: int = MOST_A_DAY) -> list[Repricing]:
    """The changes of price that are worth making today, the best first, at most so many."""
    changes = [change for listing in listings if (change := _change(listing, demand)) is not None]
    return sorted(changes, key=lambda change: (-change.gain_eur, change.listing_id))[: max(most, 0)]


def _change(listing: OwnOffer, demand: Demand) -> Repricing | None:
    if listing.days_listed < FRESH_DAYS or listing.asked_eur <= 0 or listing.worth_eur <= 0:
        return None
    if listing.changed_days_ago is not None and listing.changed_days_ago < REST_DAYS:
        return None
    floor, asked = floor_of(listing.selling), listing.asked_eur
    grid = price_grid(listing.worth_eur * CHEAPEST, max(listing.worth_eur * DEAREST, floor))
    near = grid[(grid >= floor) & (np.abs(grid / asked - 1.0) <= MOST_AT_ONCE)]
    prices = np.append(near if len(near) else grid[grid >= floor][:1], asked)
    brings = waiting_eur(
        demand,
        listing.worth_eur,
        listing.selling,
        prices=prices,
        days_listed=listing.days_listed,
        first_eur=listing.first_eur or asked,
    )
    best = int(brings[:-1].argmax())
    gain = float(brings[best] - brings[-1])
    if gain < max(LEAST_GAIN_EUR, LEAST_GAIN_SHARE * asked):
        return None
    return Repricing(
        listing_id=listing.listing_id,
        title=listing.title,
        asked_eur=asked,
        advised_eur=float(prices[best]),
        gain_eur=gain,
        days_listed=listing.days_listed,
        reason=_reason(listing, float(prices[best]), floor),
    )


def _reason(listing: OwnOffer, advised_eur: float, floor_eur: float) -> str:
    if advised_eur > listing.asked_eur:
        return BELOW_FLOOR if listing.asked_eur < floor_eur else TOO_CHEAP
    then = listing.worth_then_eur
    return SLOW_SEASON if then and listing.worth_eur <= FALLEN * then else TOO_DEAR
