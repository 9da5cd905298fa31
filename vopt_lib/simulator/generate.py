"""This is where a whole market is made from one seed: births, things, prices, fates and words."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np

from vopt_lib.simulator.arrays import Floats, Ints
from vopt_lib.simulator.fates import Pace, draw_fates, log_relative, pace_of
from vopt_lib.simulator.hazard import SaleHazard, Weibull, days_to_sale
from vopt_lib.simulator.kinds import leaves
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.people import Sellers, make_sellers
from vopt_lib.simulator.prices import ASKED_LOG_SD, EUR_PER_UNIT, Asking, asking, epoch_days, season
from vopt_lib.simulator.stock import DELETED, epoch_s
from vopt_lib.simulator.stocking import Listings, joined, stocked
from vopt_lib.simulator.things import NONE, Things, draw_things

ON_SALE_AT_ONCE: Final = {
    "Donna > Vestiti > Abiti": 1_750,
    "Donna > Vestiti > Top e T-shirt": 1_200,
    "Donna > Vestiti > Jeans": 700,
    "Donna > Scarpe > Sneakers": 700,
    "Uomo > Vestiti > Maglie e T-shirt": 700,
    "Donna > Borse > Borse a tracolla": 550,
}
"""Listings on sale at any moment in the busy catalogues, at scale 1: the first is fuller than a search can show."""

ON_SALE_ELSEWHERE: Final = 28
"""Listings on sale at any moment in every other catalogue without children."""

_DAY_S: Final = 86_400
_BURN_IN_DAYS: Final = 400
"""Births so long before the start: older listings are rarer than one in a hundred."""
_DAYS_BEYOND: Final = 2
_RELISTED_SHARE: Final = 0.35
_SELLER_STYLE_LOG_SD: Final = 0.12
_NONSENSE_EUR: Final = (1.0, 1.0, 1.0, 0.5, 999.0, 1_000.0, 123.45, 500.0, 11.11, 9_999.0)
_WEEKDAYS: Final = (0.95, 0.92, 0.92, 0.95, 0.95, 1.10, 1.21)


def generate(
    seed: int, start: datetime, days: int, *, scale: float = 1.0, hazard: SaleHazard | None = None
) -> StockedMarket:
    """The Italian market from a seed: what is on sale at the start, and everything born in so many days after it.

    It knows nothing of the time before the start but what is still there, and nothing is born later than two days after
    the last. `scale` multiplies how many listings there are; the market's `truth` holds what no visitor sees.
    """
    hazard = hazard or Weibull()
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(6)]
    births, drawn, fated, people, again, shown = streams
    pace = pace_of(fated, hazard, _BURN_IN_DAYS)
    leaf, published_s = _births(births, start, days, per_day=_on_sale_at_once() * scale / pace.mean_days)
    sellers = make_sellers(people, max(40, len(leaf) // 12), start)
    things = draw_things(drawn, leaf, published_s / _DAY_S, sellers.weight)
    first = _offered(fated, things, published_s, sellers, turnover=(hazard, pace))
    last_s = epoch_s(start) + (days + _DAYS_BEYOND) * _DAY_S
    listings = joined(first, _relisted(again, first, sellers, turnover=(hazard, pace), last_s=last_s))
    return stocked(shown, listings, sellers, start_s=epoch_s(start))


def _births(rng: np.random.Generator, start: datetime, days: int, *, per_day: Floats) -> tuple[Ints, Ints]:
    """Leaf and moment of every publication, burn-in first: more at weekends, in season and in the evening."""
    day = np.arange(-_BURN_IN_DAYS, days + _DAYS_BEYOND)
    since_1970 = (epoch_days(start) + day).astype(np.float64)
    weekday = np.array(_WEEKDAYS)[(np.floor(since_1970).astype(np.int64) + 3) % 7]
    kinds = [leaf.kind for leaf in leaves()]
    wanted = season(
        since_1970[None, :],
        np.array([float(kind.peak_month) for kind in kinds])[:, None],
        0.6 * np.array([kind.swing for kind in kinds])[:, None],
    )
    counts = rng.poisson(per_day[:, None] * weekday[None, :] * np.exp(wanted))
    leaf, on_day = (np.repeat(axis.ravel(), counts.ravel()) for axis in np.indices(counts.shape))
    evening = rng.random(len(leaf)) < 0.5
    hour = np.where(evening, rng.normal(19.5, 1.6, len(leaf)), rng.uniform(6.0, 22.0, len(leaf))) % 24.0
    moment = epoch_s(start) + day[on_day] * _DAY_S + (hour * 3600.0).astype(np.int64)
    return leaf.astype(np.int64), moment.astype(np.int64)


def _on_sale_at_once() -> Floats:
    """Wanted listings on sale per leaf; a busy catalogue shares its number among its leaves."""
    paths = [leaf.node.path for leaf in leaves()]
    wanted = np.full(len(paths), float(ON_SALE_ELSEWHERE))
    for busy, count in ON_SALE_AT_ONCE.items():
        inside = np.array([f"{path} > ".startswith(f"{busy} > ") for path in paths])
        wanted[inside] = count / inside.sum()
    return wanted


def _offered(
    rng: np.random.Generator, things: Things, published_s: Ints, sellers: Sellers, *, turnover: tuple[SaleHazard, Pace]
) -> Listings:
    """Things put on sale: every seller has her own idea of prices, and every listing a whim on top."""
    style = rng.normal(0.0, _SELLER_STYLE_LOG_SD, len(sellers.sellers))
    whim = rng.normal(0.0, float(np.sqrt(ASKED_LOG_SD**2 - _SELLER_STYLE_LOG_SD**2)), len(things))
    asked = asking(rng, things.fair_eur * np.exp(style[things.seller] + whim), _eur_per_unit(things, sellers))
    odd = things.is_nonsense
    asked.cents[odd] = np.round(rng.choice(_NONSENSE_EUR, int(odd.sum())) * 100.0).astype(np.int64)[:, None]
    asked.cut_days[odd] = np.inf
    return _listed(rng, things, published_s, asked, turnover=turnover)


def _listed(
    rng: np.random.Generator, things: Things, published_s: Ints, asked: Asking, *, turnover: tuple[SaleHazard, Pace]
) -> Listings:
    hazard, pace = turnover
    n = len(things)
    relative = log_relative(asked, things.fair_eur, things.is_nonsense)
    sale_days = days_to_sale(hazard, rng.exponential(size=n), asked.cut_days, relative)
    lag_days = np.where(rng.random(n) < 0.7, rng.exponential(0.014, n), rng.uniform(0.0, 20.0, n))
    return Listings(
        things=things,
        published_s=published_s,
        created_s=published_s - (lag_days * _DAY_S).astype(np.int64) - 60,
        asked=asked,
        fates=draw_fates(rng, sale_days, pace),
        origin=np.full(n, NONE, dtype=np.int64),
    )


def _relisted(
    rng: np.random.Generator, first: Listings, sellers: Sellers, *, turnover: tuple[SaleHazard, Pace], last_s: int
) -> Listings:
    """Deleted listings whose seller tries again, a little cheaper, under a new id with the same words and photos."""
    origin = np.flatnonzero((first.fates.exit_status == DELETED) & ~first.things.is_nonsense)
    again_s = first.published_s[origin] + (first.fates.exit_days[origin] * _DAY_S).astype(np.int64)
    again_s = again_s + (rng.exponential(0.3, len(origin)) * _DAY_S).astype(np.int64) + 120
    tries = (rng.random(len(origin)) < _RELISTED_SHARE) & (again_s < last_s)
    origin, again_s = origin[tries], again_s[tries]
    things = first.things.taken(origin)
    cut = first.asked.cut_days[origin] < first.fates.exit_days[origin, None]
    last_eur = first.asked.cents[origin, cut.sum(axis=1)] / 100.0
    asked = asking(rng, last_eur * rng.uniform(0.85, 1.0, len(origin)), _eur_per_unit(things, sellers))
    listed = _listed(rng, things, again_s, asked, turnover=turnover)
    return Listings(things, again_s, listed.created_s, asked, listed.fates, origin)


def _eur_per_unit(things: Things, sellers: Sellers) -> Floats:
    rates = np.array([EUR_PER_UNIT[str(code)] for code in sellers.currency])
    return np.asarray(rates[things.seller])
