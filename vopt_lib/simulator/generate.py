"""This is where a whole market is made from one seed: births, things, prices, fates and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from vopt_lib.simulator.arrays import Floats, Ints
from vopt_lib.simulator.fates import Pace, draw_fates, log_relative, pace_of, sale_days
from vopt_lib.simulator.hazard import Sales, family_of
from vopt_lib.simulator.kinds import leaves
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.people import Sellers, make_sellers
from vopt_lib.simulator.prices import ASKED_LOG_SD, EUR_PER_UNIT, Asking, asking, epoch_days, season
from vopt_lib.simulator.stock import DELETED, epoch_s
from vopt_lib.simulator.stocking import Listings, joined, stocked
from vopt_lib.simulator.things import NONE, Levels, Things, draw_things

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
_BLOCK_DAYS: Final = 30
_RELISTED_SHARE: Final = 0.35
_SELLER_STYLE_LOG_SD: Final = 0.12
_NONSENSE_EUR: Final = (1.0, 1.0, 1.0, 0.5, 999.0, 1_000.0, 123.45, 500.0, 11.11, 9_999.0)
_WEEKDAYS: Final = (0.95, 0.92, 0.92, 0.95, 0.95, 1.10, 1.21)


class _Streams(NamedTuple):
    """The chance of one block of days: a stream for each thing that is drawn."""

    births: np.random.Generator
    things: np.random.Generator
    fates: np.random.Generator
    people: np.random.Generator
    relists: np.random.Generator
    looks: np.random.Generator


@dataclass(frozen=True)
class _World:
    """What stays the same from block to block: who sells, what each asks more or less, how dear and how fast it is."""

    sellers: Sellers
    style: Floats
    levels: Levels
    sales: Sales
    pace: Pace


def generate(
    seed: int, start: datetime, days: int, *, days_after: int = 0, scale: float = 1.0, sales: Sales | None = None
) -> StockedMarket:
    """The Italian market from a seed: what is on sale at the start, and everything born in so many days after it.

    It knows nothing of the time before the start but what is still there, and nothing is born later than two days after
    the last, or than `days_after` more, in blocks of thirty. Each block is drawn apart: however many follow, what comes
    before stays as it is. `scale` multiplies how many listings there are; `sales` says how they sell (default: as the
    seed's family does); `truth` holds what no visitor sees.
    """
    blocks = [*_blocks(seed, days, days_after)]
    (first_days, first), sales = blocks[0], sales or family_of(seed)
    pace = pace_of(first.fates, sales, _BURN_IN_DAYS)
    per_day = _on_sale_at_once() * scale / pace.mean_days
    born = _births(first.births, start, first_days, per_day=per_day)
    sellers = make_sellers(first.people, max(40, len(born[0]) // 12), start)
    style = first.fates.normal(0.0, _SELLER_STYLE_LOG_SD, len(sellers.sellers))
    world = _World(sellers, style, Levels(first.things), sales, pace)
    listings = _born(first, born, world)
    listings = joined(listings, _relisted(first.relists, listings, world, _seconds(start, first_days)))
    for block_days, streams in blocks[1:]:
        born = _births(streams.births, start, block_days, per_day=per_day)
        listings = joined(listings, _born(streams, born, world))
        listings = joined(listings, _relisted(streams.relists, listings, world, _seconds(start, block_days)))
    looks = [(_seconds(start, block_days)[0], streams.looks) for block_days, streams in blocks]
    return stocked(looks, listings, sellers, start_s=epoch_s(start), sales=sales)


def _blocks(seed: int, days: int, days_after: int) -> Iterator[tuple[range, _Streams]]:
    """The days of each block, counted from the start, and its chance; the first has the burn-in."""
    ends = range(days + _DAYS_BEYOND, days + _DAYS_BEYOND + days_after + _BLOCK_DAYS, _BLOCK_DAYS)
    children = np.random.SeedSequence(seed).spawn(len(ends) * len(_Streams._fields))
    first_day = -_BURN_IN_DAYS
    for place, end in enumerate(ends):
        own = children[place * len(_Streams._fields) :][: len(_Streams._fields)]
        yield range(first_day, end), _Streams(*map(np.random.default_rng, own))
        first_day = end


def _seconds(start: datetime, days: range) -> tuple[int, int]:
    """When these days begin and end."""
    return epoch_s(start) + days.start * _DAY_S, epoch_s(start) + days.stop * _DAY_S


def _births(rng: np.random.Generator, start: datetime, days: range, *, per_day: Floats) -> tuple[Ints, Ints]:
    """Leaf and moment of every publication in these days: more at weekends, in season and in the evening."""
    day = np.array(days)
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


def _born(streams: _Streams, born: tuple[Ints, Ints], world: _World) -> Listings:
    """New things put on sale: every seller has her own idea of prices, and every listing a whim on top."""
    (leaf, published_s), rng = born, streams.fates
    things = draw_things(streams.things, leaf, published_s / _DAY_S, world.sellers.weight, levels=world.levels)
    whim = rng.normal(0.0, float(np.sqrt(ASKED_LOG_SD**2 - _SELLER_STYLE_LOG_SD**2)), len(things))
    first_eur = things.fair_eur * np.exp(world.style[things.seller] + whim)
    asked = asking(rng, first_eur, _eur_per_unit(things, world), haste=world.sales.haste)
    odd = things.is_nonsense
    asked.cents[odd] = np.round(rng.choice(_NONSENSE_EUR, int(odd.sum())) * 100.0).astype(np.int64)[:, None]
    asked.cut_days[odd] = np.inf
    return _listed(rng, things, published_s, asked, world=world)


def _listed(rng: np.random.Generator, things: Things, published_s: Ints, asked: Asking, *, world: _World) -> Listings:
    n = len(things)
    relative = log_relative(asked, things.fair_eur, things.is_nonsense)
    sale = sale_days(rng, world.sales, asked, relative)
    lag_days = np.where(rng.random(n) < 0.7, rng.exponential(0.014, n), rng.uniform(0.0, 20.0, n))
    return Listings(
        things=things,
        published_s=published_s,
        created_s=published_s - (lag_days * _DAY_S).astype(np.int64) - 60,
        asked=asked,
        fates=draw_fates(rng, sale, world.pace),
        origin=np.full(n, NONE, dtype=np.int64),
    )


def _relisted(rng: np.random.Generator, known: Listings, world: _World, during_s: tuple[int, int]) -> Listings:
    """Listings deleted in this time whose seller tries again in it, a little cheaper: a new id, the same words."""
    origin = np.flatnonzero((known.fates.exit_status == DELETED) & ~known.things.is_nonsense)
    deleted_s = known.published_s[origin] + (known.fates.exit_days[origin] * _DAY_S).astype(np.int64)
    again_s = deleted_s + (rng.exponential(0.3, len(origin)) * _DAY_S).astype(np.int64) + 120
    tries = (rng.random(len(origin)) < _RELISTED_SHARE) & (deleted_s >= during_s[0]) & (again_s < during_s[1])
    origin, again_s = origin[tries], again_s[tries]
    things = known.things.taken(origin)
    cut = known.asked.cut_days[origin] < known.fates.exit_days[origin, None]
    last_eur = known.asked.cents[origin, cut.sum(axis=1)] / 100.0
    again_eur = last_eur * rng.uniform(0.85, 1.0, len(origin))
    asked = asking(rng, again_eur, _eur_per_unit(things, world), haste=world.sales.haste)
    listed = _listed(rng, things, again_s, asked, world=world)
    return Listings(things, again_s, listed.created_s, asked, listed.fates, origin)


def _eur_per_unit(things: Things, world: _World) -> Floats:
    rates = np.array([EUR_PER_UNIT[str(code)] for code in world.sellers.currency])
    return np.asarray(rates[things.seller])
