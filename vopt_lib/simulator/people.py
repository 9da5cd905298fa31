"""This is where sellers are made up: who they are, where they live, how much they sell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Floats, Texts
from vopt_lib.simulator.draws import stable_number
from vopt_lib.simulator.offers import Seller

BUSINESS_SHARE: Final = 0.04

COUNTRIES: Final = {
    "IT": ("EUR", 0.68),
    "FR": ("EUR", 0.13),
    "ES": ("EUR", 0.07),
    "DE": ("EUR", 0.03),
    "NL": ("EUR", 0.02),
    "PL": ("PLN", 0.03),
    "SE": ("SEK", 0.01),
    "CZ": ("CZK", 0.01),
    "RO": ("RON", 0.01),
    "HU": ("HUF", 0.005),
    "DK": ("DKK", 0.005),
}
"""Country of the seller: her currency and her share on the Italian site. Shares are invented."""

_NAMES: Final = (
    "giulia chiara sara martina elena francesca alice sofia anna laura federica valentina silvia paola marta irene "
    "camilla beatrice giorgia ilaria marco luca andrea matteo davide lorenzo simone fabio claire manon camille lea "
    "carmen lucia pilar marie julie sophie ewa kasia anneke ingrid ioana zsofi tereza freja"
)
_TAILS: Final = "style closet vintage mode chic shop outlet armadio roba bazar love look moda wardrobe corner 2hand"


@dataclass(frozen=True)
class Sellers:
    """Everybody who may sell; `weight` is her share of the listings."""

    sellers: tuple[Seller, ...]
    country: Texts
    currency: Texts
    weight: Floats


def make_sellers(rng: np.random.Generator, count: int, start: datetime) -> Sellers:
    """So many sellers, a few of whom list most of what there is; shops list more than people."""
    shares = np.array([share for _, share in COUNTRIES.values()])
    country = rng.choice(np.array(list(COUNTRIES)), count, p=shares / shares.sum())
    business = rng.random(count) < BUSINESS_SHARE
    weight = rng.pareto(1.6, count) + 0.3
    weight = np.where(business, 4.0 * weight, weight)
    ids = np.sort(rng.choice(290_000_000, count, replace=False)) + 10_000_000
    days_before = np.sort(rng.integers(5, 3_000, count))[::-1]
    feedback = rng.poisson(np.minimum(weight * 12.0, 5_000.0))
    sellers = tuple(
        Seller(
            seller_id=int(ids[place]),
            login=login_of(int(ids[place]), bool(business[place])),
            is_business=bool(business[place]),
            country=str(country[place]),
            joined_at=(start - timedelta(days=int(days_before[place]))).astimezone(UTC),
            feedback_count=int(feedback[place]),
        )
        for place in range(count)
    )
    currency = np.array([COUNTRIES[str(code)][0] for code in country])
    return Sellers(sellers, country, currency, weight / weight.sum())


def login_of(seller_id: int, is_business: bool) -> str:
    """A login as people choose them; two sellers never share one."""
    draw = stable_number("login", seller_id)
    names, tails = _NAMES.split(), _TAILS.split()
    name, tail = names[draw % len(names)], tails[draw // 97 % len(tails)]
    mark = f"{seller_id % 100_000:05d}{seller_id // 100_000:x}"
    return f"{tail}.{name}.{mark}" if is_business else (f"{name}{mark}", f"{name}_{tail}_{mark}")[draw // 7 % 2]
