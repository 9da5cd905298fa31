"""This is where we learn how fast things sell at a price, from listings that were watched for a part of their life.

A listing counts while it was watched (delayed entry). Its luck is drawn once: those that were first seen old have had
little, which the likelihood knows from what was asked of them before. The estimate is the most likely one given weak
beliefs (the constants below), which many sales outweigh.

Of ends that nobody saw, a share was sold, by age (`market.exposures`). Which of them, is told by the price: what is
cheap was sold, what is dear was taken down. Without that, prices would seem to do less than they do: the ends are
shared out anew by the hazard just learnt (expectation and maximisation), each age keeping its share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.pricing.hazard import FAR, Demand, Floats, basis, overlaps
from vopt_lib.schema.survival import Lack

Ints = npt.NDArray[np.int64]

AGES: Final = np.array([0.0, 0.5, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120])
KNOTS: Final = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
"""Scatters from the usual log_relative between which the pull of prices may change."""

LEAST_SOLD: Final = 100
"""Sales below which the pull of prices is not told: its error is then half of it (1 / (0.3 √100) of 2, for the usual
scatter 0.3 of log prices)."""

LEAST_WATCHED: Final = 20
"""Listings watched throughout a piece of age below which it is not told of (`market.survival` asks for as many)."""

LATEST_START_DAYS: Final = 2.0
"""The age from which on enough listings must be watched."""

MOST_SPELLS: Final = 300_000
"""More are not read: the error of every chance is then far below a hundredth."""

USUAL_SLOPE: Final = (2.0, 1.5)
"""What we believe of the slopes before any sale, mean and scatter: a tenth dearer sells a fifth slower, or a third, or
hardly."""
SLOPE_STEP: Final = 0.7
"""Scatter of one slope beside its neighbour."""
USUAL_RESPONSE: Final = (0.2, 0.4)
"""The log of how much steeper a price works that we choose: 1.2, between 0.8 and 1.8. With what no attribute shows half
as scattered as what people ask beyond it, it is 1.25."""
USUAL_LUCK: Final = (-1.0, 1.0)
"""The log of the luck's variance."""
RATE_STEP: Final = 0.7
"""Scatter of the log of one age's hazard beside its neighbour's."""

OF_NORMAL: Final = 1.4826
"""The scatter of a normal distribution over its median distance from the middle."""
LEAST_SCATTER: Final = 0.1

ROUNDS: Final = 3
"""Times that unseen ends are shared out anew: after them no slope changes by a hundredth of itself."""

_RESPONSE_BOUNDS: Final = (-1.0, 1.2)
_LUCK_BOUNDS: Final = (np.log(1e-3), np.log(5.0))


@dataclass(frozen=True)
class _Spans:
    """What is learnt from, as arrays: a row for each span, spell by spell, and where each spell begins.

    first: `basis` of the first price; change: of the log price since; usual: the share of the spells that begin in each
    piece of it.
    """

    begins: Ints
    days: Floats
    days_before: Floats
    last_piece: Ints
    first: Floats
    change: Floats
    usual: Floats
    sold: Floats
    share: Floats
    """sold as it was told, before unseen ends are shared out by price."""


def learn_demand(spans: pl.DataFrame) -> Demand | Lack:
    """How fast things sell, or what is missing.

    Needs: spell, entry_days, exit_days, sold, price_eur, first_eur (`market.asked.split_at_price_changes`, spell by
           spell, in order) and fair_eur, what the listing is worth by a model that has not seen it; may have group
           (String): what is to be told apart, where it sells faster or slower.
           Rows without a fair price, and spells that began at a price that is none (FAR), are left out.
    """
    known, usual = _sensible(spans)
    sold = float(known["sold"].sum())
    if sold < LEAST_SOLD:
        return Lack.FEW_SOLD
    read = _spans(_not_too_many(known), usual.knots)
    watched = read.days.sum(axis=0) / np.append(np.diff(AGES), np.inf)
    watched[-1] = read.days[:, -1].sum() / AGES[-1]
    enough = watched >= LEAST_WATCHED
    if not enough[AGES <= LATEST_START_DAYS].any():
        return Lack.SEEN_LATE
    demand = _fitted(read, usual, known_until=_known_until(enough), sold=sold)
    return _with_paces(demand, known) if "group" in known.columns else demand


@dataclass(frozen=True)
class _Usual:
    """The middle and the scatter of what is first asked, as log_relative; odd prices do not move them."""

    centre: float
    scatter: float

    @property
    def knots(self) -> Floats:
        return self.centre + self.scatter * KNOTS


def _sensible(spans: pl.DataFrame) -> tuple[pl.DataFrame, _Usual]:
    first, price = ((pl.col(name) / pl.col("fair_eur")).log() for name in ("first_eur", "price_eur"))
    known = spans.filter(pl.col("fair_eur") > 0, pl.col("price_eur") > 0, pl.col("first_eur") > 0)
    known = known.with_columns(log_relative=price, first_log_relative=first)
    asked = pl.col("first_log_relative")
    middle = known.select(asked.median()).item() or 0.0
    spread = known.select((asked - middle).abs().median()).item() or 0.0
    usual = _Usual(middle, max(OF_NORMAL * spread, LEAST_SCATTER))
    return known.filter((asked - middle).abs() <= FAR * usual.scatter), usual


def _not_too_many(known: pl.DataFrame) -> pl.DataFrame:
    """At most MOST_SPELLS: every so many."""
    every = -(-known["spell"].n_unique() // MOST_SPELLS)
    return known if every <= 1 else known.filter(pl.col("spell") % every == 0)


def _spans(known: pl.DataFrame, knots: Floats) -> _Spans:
    column = {name: known[name].to_numpy().astype(np.float64) for name in _READ}
    spell = known["spell"].to_numpy()
    begins = np.flatnonzero(np.append(True, spell[1:] != spell[:-1]))
    last_piece = np.clip(np.searchsorted(AGES, column["exit_days"], side="left") - 1, 0, None)
    pieces = np.searchsorted(knots, column["first_log_relative"][begins])
    return _Spans(
        begins=begins,
        days=overlaps(column["entry_days"], column["exit_days"], AGES),
        days_before=overlaps(np.zeros(len(begins)), column["entry_days"][begins], AGES),
        last_piece=last_piece,
        first=basis(column["first_log_relative"], knots),
        change=column["log_relative"] - column["first_log_relative"],
        usual=np.bincount(pieces, minlength=len(knots) + 1) / len(begins),
        sold=column["sold"],
        share=column["sold"],
    )


_READ: Final = ("entry_days", "exit_days", "sold", "log_relative", "first_log_relative")


def _known_until(enough: npt.NDArray[np.bool_]) -> float:
    """The age up to which every piece was watched by enough, from the first one that was."""
    first = int(enough.argmax())
    few = np.flatnonzero(~enough[first:])
    ends = np.append(AGES[1:], 2 * AGES[-1])
    return float(ends[first + (int(few[0]) if len(few) else len(AGES) - first) - 1])


def _fitted(read: _Spans, usual: _Usual, *, known_until: float, sold: float) -> Demand:
    x = _most_likely(read, _start(read))
    for _ in range(ROUNDS):
        read = _shared_out(read, x)
        x = _most_likely(read, x)
    log_rates, slopes, response, luck = _parts(x)
    return Demand(
        ages=AGES,
        rates=np.exp(log_rates),
        knots=usual.knots,
        slopes=slopes,
        steepness=float(np.exp(response) * (read.usual @ slopes)),
        centre=usual.centre,
        scatter=usual.scatter,
        luck_variance=float(np.exp(luck)),
        known_until_days=known_until,
        sold=sold,
    )


def _start(read: _Spans) -> Floats:
    rate = max(float(read.sold.sum()) / float(read.days.sum()), 1e-6)
    start = [np.log(rate)] * len(AGES) + [USUAL_SLOPE[0]] * (len(KNOTS) + 1)
    return np.array([*start, USUAL_RESPONSE[0], USUAL_LUCK[0]])


def _most_likely(read: _Spans, start: Floats) -> Floats:
    from scipy.optimize import minimize

    slopes = [(0.0, None)] * (len(KNOTS) + 1)
    bounds = [(None, None)] * len(AGES) + slopes + [_RESPONSE_BOUNDS, _LUCK_BOUNDS]
    found = minimize(_loss, start, args=(read,), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return np.asarray(found.x)


def _shared_out(read: _Spans, x: Floats) -> _Spans:
    """The same with each unseen end as likely a sale as its price makes it, every age keeping its share sold.

    A sale's chance is h / (h + w): h its hazard then, w that of being taken down, which no price changes.
    """
    log_rates, _, _, log_luck = _parts(x)
    pull, _, _, after = _through(read, x)
    spell = np.repeat(np.arange(len(read.begins)), np.diff(np.append(read.begins, len(pull))))
    hazard = np.exp(log_rates)[read.last_piece] * pull / (1.0 + np.exp(log_luck) * after[spell])
    sold = read.sold.copy()
    shares = np.round(read.share, 9)
    for share in np.unique(shares[(shares > 0) & (shares < 1)]):
        here = shares == share
        low, high = 1e-9, 1e3
        for _ in range(60):
            middle = np.sqrt(low * high)
            low, high = (middle, high) if (hazard[here] / (hazard[here] + middle)).mean() > share else (low, middle)
        sold[here] = hazard[here] / (hazard[here] + low)
    return replace(read, sold=sold)


def _parts(x: Floats) -> tuple[Floats, Floats, float, float]:
    pieces = len(AGES)
    return x[:pieces], x[pieces:-2], float(x[-2]), float(x[-1])


def _loss(x: Floats, read: _Spans) -> tuple[float, Floats]:
    """Minus the log likelihood and beliefs, and its slope.

    With H the cumulative hazard at luck 1 and v the luck's variance, the chance to be unsold is (1 + vH)^(-1/v)
    (gamma frailty: Vaupel, Manton and Stallard 1979), given that it was unsold when first seen.
    """
    log_rates, slopes, log_response, log_luck = _parts(x)
    rates, response, luck = np.exp(log_rates), np.exp(log_response), np.exp(log_luck)
    pull, now, before, after = _through(read, x)
    sales = np.add.reduceat(read.sold, read.begins)
    log_after, log_before = np.log1p(luck * after), np.log1p(luck * before)
    event = log_rates[read.last_piece] + np.log(pull)
    value = (read.sold * event).sum() - (sales * log_after).sum() - ((log_after - log_before) / luck).sum()
    # The slope by the cumulative hazard after and before, then through these by everything else.
    of_after = -(1.0 + sales * luck) / (1.0 + luck * after)
    of_before = 1.0 / (1.0 + luck * before) + of_after
    of_span = np.repeat(of_after, np.diff(np.append(read.begins, len(now))))
    first_pull = np.exp(-(read.first[read.begins] @ slopes))
    by_rate = (of_span * pull) @ read.days + (of_before * first_pull) @ read.days_before
    by_rate = by_rate * rates + np.bincount(read.last_piece, weights=read.sold, minlength=len(rates))
    by_eta = of_span * now + read.sold
    by_change = response * float(by_eta @ read.change)
    by_slope = -(by_eta @ read.first) - by_change * read.usual - (of_before * before) @ read.first[read.begins]
    by_response = -by_change * float(read.usual @ slopes)
    by_luck = -luck * (sales * after / (1.0 + luck * after)).sum()
    by_luck += ((log_after - log_before) / luck).sum()
    by_luck -= (after / (1.0 + luck * after) - before / (1.0 + luck * before)).sum()
    belief, by_belief = _beliefs(x)
    slope = np.concatenate([by_rate, by_slope, [by_response, by_luck]])
    return -float(value) + belief, -slope + by_belief


def _through(read: _Spans, x: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """How fast each span sells at its price and what it goes through in it (cumulative hazard); what each spell had
    gone through before it was seen, and has at its end."""
    log_rates, slopes, log_response, _ = _parts(x)
    rates, steepness = np.exp(log_rates), np.exp(log_response) * (read.usual @ slopes)
    pull = np.exp(-(read.first @ slopes) - steepness * read.change)
    now = pull * (read.days @ rates)
    before = np.exp(-(read.first[read.begins] @ slopes)) * (read.days_before @ rates)
    return pull, now, before, before + np.add.reduceat(now, read.begins)


def _beliefs(x: Floats) -> tuple[float, Floats]:
    """Minus the log of what we believe before any sale, and its slope."""
    log_rates, slopes, log_response, log_luck = _parts(x)
    value, slope = 0.0, np.zeros(len(x))
    pieces = len(log_rates)
    for at, row, scatter in ((0, log_rates, RATE_STEP), (pieces, slopes, SLOPE_STEP)):
        steps = np.diff(row) / scatter**2
        value += float((np.diff(row) ** 2).sum()) / (2 * scatter**2)
        slope[at + 1 : at + len(row)] += steps
        slope[at : at + len(row) - 1] -= steps
    off = slopes - USUAL_SLOPE[0]
    value += float((off**2).sum()) / (2 * USUAL_SLOPE[1] ** 2)
    slope[pieces:-2] += off / USUAL_SLOPE[1] ** 2
    for place, known, (mean, scatter) in ((-2, log_response, USUAL_RESPONSE), (-1, log_luck, USUAL_LUCK)):
        value += (known - mean) ** 2 / (2 * scatter**2)
        slope[place] += (known - mean) / scatter**2
    return value, slope


def _with_paces(demand: Demand, known: pl.DataFrame) -> Demand:
    """The demand, and how much faster the things of each group sell: sales over those expected, shrunk as far as the
    scatter between groups says (gamma–Poisson, by moments)."""
    read = _spans(known, demand.knots)
    response = demand.steepness / (read.usual @ demand.slopes)
    x = np.concatenate([np.log(demand.rates), demand.slopes, [np.log(response), np.log(demand.luck_variance)]])
    _, _, before, after = _through(read, x)
    luck = demand.luck_variance
    expected = (np.log1p(luck * after) - np.log1p(luck * before)) / luck
    by_group = (
        pl.DataFrame(
            {
                "group": known["group"].gather(read.begins),
                "sold": np.add.reduceat(read.sold, read.begins),
                "expected": expected,
            }
        )
        .drop_nulls("group")
        .group_by("group", maintain_order=True)
        .sum()
    )
    found, wanted = by_group["sold"].to_numpy(), by_group["expected"].to_numpy()
    scatter = (((found - wanted) ** 2).sum() - found.sum()) / max(float((wanted**2).sum()), 1e-9)
    if scatter <= 0:
        return demand
    paces = (found + 1.0 / scatter) / (wanted + 1.0 / scatter)
    return replace(demand, paces=dict(zip(by_group["group"].to_list(), paces.tolist(), strict=True)))
