"""This is where we say what to ask for a thing, and whether to take an offer.

A price is judged by the profit to expect of it: what a sale leaves, times its chance, less what the days on the shelf
cost. What is not sold within HORIZON_DAYS is kept, and is then worth to its seller what she would rather keep it than
sell it for (`Selling.floor_eur`; without one, what it cost her): so nothing below that floor is ever advised.
"""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np
import polars as pl

from vopt_lib.pricing.hazard import Demand, Floats
from vopt_lib.schema.pricing import CURVE, Advice, AdviceOrLack, OfferAdvice, Selling, Unlearnt
from vopt_lib.schema.survival import Lack

HORIZON_DAYS: Final = 90
"""A season: what has not sold by then was not wanted at that price."""

SHARES_DAYS: Final = (7, 14, 30, 60)
QUICK_DAYS: Final = 7
PATIENT_DAYS: Final = 60
EVEN: Final = 0.5
"""A quick price sells more often than not within QUICK_DAYS, a patient one within PATIENT_DAYS."""

LEAST_KNOWN_DAYS: Final = 30
"""Ages that listings must have been watched to, for a price to be advised."""

LESS_EUR: Final = 2.0
LEAST_EUR: Final = 1.0
"""Nothing is offered for less: Vinted's own lowest price."""

CHEAPEST: Final = 0.4
DEAREST: Final = 2.5
"""What of its worth a thing may be offered for: hardly anybody asks less or more (twice of what remains without an
attribute that nobody named)."""

_STEPS: Final = ((10.0, 0.5), (50.0, 1.0), (200.0, 5.0), (1_000.0, 10.0), (inf, 50.0))
_DAYS: Final = np.arange(HORIZON_DAYS + 1, dtype=np.float64)


def advise(
    demand: Demand | Lack, worth_eur: float | Unlearnt, selling: Selling, *, group: str | None = None
) -> AdviceOrLack:
    """What to ask for a thing that is not on sale yet, or what is missing for an answer.

    worth_eur: what is asked for things like it (`Worth.middle`); group: one of the demand's paces.
    """
    if isinstance(worth_eur, Unlearnt):
        return worth_eur
    if isinstance(demand, Lack):
        return demand
    if demand.known_until_days < LEAST_KNOWN_DAYS:
        return Lack.SEEN_BRIEFLY
    floor = floor_of(selling)
    prices = price_grid(min(worth_eur, floor) * CHEAPEST, max(worth_eur * DEAREST, floor))
    curve = _curve(demand, prices, worth_eur, selling=selling, group=group)
    least = float(prices[prices >= floor][0])
    dearest = max(worth_eur * float(np.exp(demand.dearest)), least)
    allowed = curve.filter(pl.col("price_eur") >= floor, pl.col("price_eur") <= dearest)
    ask = float(allowed["price_eur"].gather(allowed["profit_eur"].arg_max() or 0).item())
    return Advice(
        curve=curve,
        ask=ask,
        quick=_quick(allowed, ask),
        patient=_patient(allowed, ask),
        floor=floor,
        days_by_2_eur=_days_saved(demand, ask, worth_eur, group=group),
    )


def on_offer(
    demand: Demand, worth_eur: float, selling: Selling, *, asked_eur: float, days_listed: float, offer_eur: float
) -> OfferAdvice:
    """Whether to take an offer for a thing that has been on sale so many days: what it leaves against what waiting at
    the asked price leaves. Less than her floor is never accepted, what she asks always is.
    """
    waiting = waiting_eur(demand, worth_eur, selling, prices=np.array([asked_eur]), days_listed=days_listed)[0]
    least = max(floor_of(selling), _price_leaving(waiting, selling))
    if offer_eur >= min(least, asked_eur):
        return OfferAdvice(accept=True, waiting_eur=float(waiting), counter_eur=None)
    # Whoever bargains expects to be met halfway.
    halfway = max(least, (offer_eur + asked_eur) / 2.0)
    counter = next((price for price in price_grid(halfway, asked_eur).tolist() if price >= halfway), asked_eur)
    return OfferAdvice(accept=False, waiting_eur=float(waiting), counter_eur=min(counter, asked_eur))


def waiting_eur(
    demand: Demand,
    worth_eur: float,
    selling: Selling,
    *,
    prices: Floats,
    days_listed: float,
    first_eur: float | None = None,
) -> Floats:
    """What a thing that is on sale brings from today on at each of these prices, what it once cost left out.

    first_eur: what was asked for it all the time until today (default: the only price).
    """
    first = float(np.log((prices[0] if first_eur is None else first_eur) / worth_eur))
    pull = demand.shelf_pull(np.log(prices / worth_eur), first)
    waited = demand.waited(float(demand.shelf_pull(np.array([first]), first)[0]), days_listed)
    unsold = demand.unsold_by(_DAYS, pull, waited=waited, age_days=days_listed)
    return expected_eur(unsold, prices, selling)


def expected_eur(unsold: Floats, prices: Floats, selling: Selling) -> Floats:
    """What is left to expect at each price, before what the thing cost.

    unsold: the chance to be unsold so many days from now, at 0, 1 … HORIZON_DAYS, (prices, days).
    """
    kept = unsold[:, -1]
    days_on_shelf = (unsold[:, 1:] + unsold[:, :-1]).sum(axis=1) / 2.0
    sale = (1.0 - kept) * left_of(prices, selling)
    keeping = kept * left_of(np.array([floor_of(selling)]), selling)
    return np.asarray(sale + keeping - selling.holding_eur_a_day * days_on_shelf)


def left_of(prices: Floats, selling: Selling) -> Floats:
    """What a sale at each price leaves after fees and costs, before what the thing cost."""
    return prices * (1.0 - selling.fees_share) - selling.other_costs_eur


def floor_of(selling: Selling) -> float:
    """The price below which a sale brings less than keeping the thing."""
    if selling.floor_eur is not None:
        return max(selling.floor_eur, LEAST_EUR)
    return max(_price_leaving(selling.cost_eur, selling), LEAST_EUR)


def price_grid(low_eur: float, high_eur: float) -> Floats:
    """The prices from about low to high that people set: halves up to 10 €, whole ones up to 50 €, then fives."""
    low = max(low_eur, LEAST_EUR)
    prices, begin = [], 0.0
    for end, step in _STEPS:
        first, last = np.floor(max(low, begin) / step) * step, np.ceil(min(high_eur, end) / step) * step
        prices.append(np.arange(first, min(last, end) + step / 2, step))
        begin = end
        if high_eur <= end:
            break
    return np.unique(np.concatenate(prices))


def _price_leaving(left_eur: float, selling: Selling) -> float:
    share = 1.0 - min(selling.fees_share, 0.99)
    return float((left_eur + selling.other_costs_eur) / share)


def _curve(demand: Demand, prices: Floats, worth_eur: float, *, selling: Selling, group: str | None) -> pl.DataFrame:
    pull = demand.pull(np.log(prices / worth_eur), group=group)
    profit = expected_eur(demand.unsold_by(_DAYS, pull), prices, selling) - selling.cost_eur
    sold = 1.0 - demand.unsold_by(np.array(SHARES_DAYS, np.float64), pull)
    median = demand.median_days(pull)
    told = {
        f"sold_within_{days}": sold[:, place] if days <= demand.known_until_days else [None] * len(prices)
        for place, days in enumerate(SHARES_DAYS)
    }
    halves = [float(days) if np.isfinite(days) else None for days in median]
    return pl.DataFrame({"price_eur": prices, **told, "median_days": halves, "profit_eur": profit}, schema=CURVE)


def _quick(allowed: pl.DataFrame, ask: float) -> float:
    """The dearest price, up to what is asked, that sells within QUICK_DAYS more often than not; else the cheapest."""
    quick = allowed.filter(pl.col(f"sold_within_{QUICK_DAYS}") >= EVEN, pl.col("price_eur") <= ask)["price_eur"]
    return float((allowed["price_eur"] if quick.is_empty() else quick.reverse())[0])


def _patient(allowed: pl.DataFrame, ask: float) -> float:
    """The dearest price, from what is asked on, that sells within PATIENT_DAYS more often than not; else `ask`."""
    patient = allowed.filter(pl.col(f"sold_within_{PATIENT_DAYS}") >= EVEN, pl.col("price_eur") >= ask)["price_eur"]
    return ask if patient.is_empty() else float(patient[-1])


def _days_saved(demand: Demand, ask: float, worth_eur: float, *, group: str | None) -> float | None:
    if ask - LESS_EUR < LEAST_EUR:
        return None
    prices = np.array([ask - LESS_EUR, ask])
    sooner, days = demand.median_days(demand.pull(np.log(prices / worth_eur), group=group))
    return float(days - sooner) if np.isfinite(days) else None
