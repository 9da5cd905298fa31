"""This is where sellers are made up: who they are, where they live, how much they sell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Floats, Texts
from vopt_lib.simulator.draws import stable_number
from vopt_lib.simulator.offers import Seller

BUSINESS_SHARE: Final = 0.04


@dataclass(frozen=True)
class Country:
    """A country of sellers: its id on the site, Italian name, currency, and share of the Italian site's listings."""

    country_id: int
    title: str
    currency: str
    share: float


COUNTRIES: Final[Mapping[str, Country]] = {
    "IT": Country(18, "Italia", "EUR", 0.68),
    "FR": Country(16, "Francia", "EUR", 0.13),
    "ES": Country(7, "Spagna", "EUR", 0.07),
    "DE": Country(9_000_001, "Germania", "EUR", 0.03),
    "NL": Country(10, "Paesi Bassi", "EUR", 0.02),
    "PL": Country(9_000_002, "Polonia", "PLN", 0.03),
    "SE": Country(9_000_003, "Svezia", "SEK", 0.01),
    "CZ": Country(9_000_004, "Repubblica Ceca", "CZK", 0.01),
    "RO": Country(9_000_005, "Romania", "RON", 0.01),
    "HU": Country(9_000_006, "Ungheria", "HUF", 0.005),
    "DK": Country(9_000_007, "Danimarca", "DKK", 0.005),
    "BE": Country(19, "Belgio", "EUR", 0.0),
    "LU": Country(20, "Lussemburgo", "EUR", 0.0),
    "PT": Country(21, "Portogallo", "EUR", 0.0),
}
"""Ids above 9,000,000 and shares are invented. Source of the other ids: facts/vinted-web.md §3.4."""

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
    shares = np.array([known.share for known in COUNTRIES.values()])
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
    currency = np.array([COUNTRIES[str(code)].currency for code in country])
    return Sellers(sellers, country, currency, weight / weight.sum())


def login_of(seller_id: int, is_business: bool) -> str:
    """A login as people choose them; two sellers never share one."""
    draw = stable_number("login", seller_id)
    names, tails = _NAMES.split(), _TAILS.split()
    name, tail = names[draw % len(names)], tails[draw // 97 % len(tails)]
    mark = f"{seller_id % 100_000:05d}{seller_id // 100_000:x}"
    return f"{tail}.{name}.{mark}" if is_business else (f"{name}{mark}", f"{name}_{tail}_{mark}")[draw // 7 % 2]
