"""This is where we decide what things cost: the fair price, the asked price, its cuts, and how people round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Floats, Ints
from vopt_lib.simulator.offers import Conversion

ASKED_LOG_SD: Final = 0.30
"""Scatter of the asked price around the fair one."""
HIDDEN_LOG_SD: Final = 0.15
"""The part of the fair price that no attribute shows: wear, cut, a good photo."""
MOST_CUTS: Final = 4

CONDITION_SHARES: Final = {6: 0.11, 1: 0.12, 2: 0.41, 3: 0.28, 4: 0.08}
CONDITION_LOG_LEVELS: Final = {6: 0.35, 1: 0.22, 2: 0.0, 3: -0.22, 4: -0.50, 7: -0.80}
MATERIAL_LOG_LEVELS: Final = {
    "Cashmere": 0.40,
    "Seta": 0.30,
    "Pelle": 0.15,
    "Lana": 0.10,
    "Lino": 0.08,
    "Acrilico": -0.10,
}

EUR_PER_UNIT: Final = {
    "EUR": 1.0,
    "PLN": 0.233,
    "SEK": 0.088,
    "CZK": 0.0402,
    "RON": 0.201,
    "HUF": 0.00255,
    "DKK": 0.134,
}
CURRENCY_MARKUP: Final = Decimal("0.03")
"""What the site adds when it converts. Rates and markup are invented; their order of magnitude is right."""


@dataclass(frozen=True)
class Asking:
    """What sellers ask: cut_days (n, k) is infinite where nothing is cut, cents (n, k + 1) is before and after each."""

    cut_days: Floats
    cents: Ints


def season(days: Floats, peak_month: Floats, swing: Floats) -> Floats:
    """The log of how much dearer a thing is at that time of the year; days count from 1970."""
    year_share = (days % 365.2425) / 365.2425
    return np.asarray(swing * np.cos(2.0 * np.pi * (year_share - (peak_month - 0.5) / 12.0)))


def rounded_cents(eur: Floats, style: Floats) -> Ints:
    """Prices as people set them: whole, ending in .50 or .99, or a round five; never below one euro.

    style is uniform in [0, 1) and says who rounds how.
    """
    whole = np.round(eur)
    half = np.where(eur < 5.0, np.round(eur * 2.0) / 2.0, np.floor(eur) + 0.5)
    five = np.where(eur < 100.0, np.round(eur / 5.0) * 5.0, np.round(eur / 10.0) * 10.0)
    shown = np.select(
        [style < 0.40, style < 0.70, style < 0.86],
        [whole, np.where(eur >= 12.0, five, np.where(np.abs(eur - 10.0) < 1.5, 10.0, half)), half],
        np.maximum(whole, 2.0) - 0.01,
    )
    return np.maximum(np.round(shown * 100.0), 100.0).astype(np.int64)


def converted_cents(eur: Floats, eur_per_unit: Floats) -> Ints:
    """Prices in cents of euro of sellers who think in round amounts of another currency; the site adds its markup."""
    rate = eur_per_unit * (1.0 + float(CURRENCY_MARKUP))
    step = np.where(eur_per_unit < 0.01, 100.0, np.where(eur_per_unit < 0.1, 5.0, 1.0))
    theirs = np.maximum(np.round(eur / rate / step), 1.0) * step
    return np.maximum(np.round(theirs * rate * 100.0), 1.0).astype(np.int64)


def conversion_of(cents: int, currency: str) -> Conversion | None:
    """How a shown price came out of the seller's own; None for a seller in euro."""
    if currency == "EUR":
        return None
    rate = Decimal(str(EUR_PER_UNIT[currency]))
    theirs = Decimal(cents).scaleb(-2) / (rate * (1 + CURRENCY_MARKUP))
    return Conversion(
        seller_price=theirs.quantize(Decimal(1), rounding=ROUND_HALF_UP).quantize(Decimal("0.01")),
        seller_currency=currency,
        rate=rate,
        markup=CURRENCY_MARKUP,
    )


def asking(rng: np.random.Generator, first_eur: Floats, eur_per_unit: Floats, *, haste: float = 1.0) -> Asking:
    """What sellers ask at first and after each cut: 40 % never cut, the others by 5 to 25 % every two to four weeks, or
    `haste` times as often.
    """
    n = len(first_eur)
    patience = rng.random(n)
    cuts = np.where(patience < 0.40, 0, 1 + np.minimum(rng.geometric(0.5, n) - 1, MOST_CUTS - 1))
    cut_days = np.cumsum(5.0 + rng.exponential(14.0, (n, MOST_CUTS)), axis=1) / haste
    cut_days[np.arange(MOST_CUTS)[None, :] >= cuts[:, None]] = np.inf
    factors = np.cumprod(1.0 - rng.uniform(0.05, 0.25, (n, MOST_CUTS)), axis=1)
    eur = first_eur[:, None] * np.column_stack([np.ones(n), factors])
    style = np.broadcast_to(rng.random(n)[:, None], eur.shape)
    unit = np.broadcast_to(eur_per_unit[:, None], eur.shape)
    cents = np.where(unit == 1.0, rounded_cents(eur, style), converted_cents(eur, unit))
    return Asking(cut_days, np.minimum.accumulate(cents, axis=1))


def epoch_days(at: datetime) -> float:
    """Days since 1970, in UTC."""
    return at.astimezone(UTC).timestamp() / 86_400.0
