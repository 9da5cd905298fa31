"""This is where our advice is played in a made-up market and held against that of an oracle, who knows all of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np
import polars as pl

from vopt_lib.desk.played_market import PlayedMarket, played_market, relative_as_buyers_see
from vopt_lib.pricing.advice import HORIZON_DAYS, advise, expected_eur, floor_of, price_grid
from vopt_lib.pricing.calibration import tenths, worst_gap
from vopt_lib.pricing.hazard import Demand
from vopt_lib.pricing.hazard_fit import learn_demand
from vopt_lib.schema.pricing import Advice, Selling
from vopt_lib.schema.survival import Lack
from vopt_lib.simulator.arrays import Flags, Floats, Ints
from vopt_lib.simulator.fates import UNSOLD_DAYS
from vopt_lib.simulator.hazard import Sales, family_of

DAYS: Final = 40
"""Days that the market is watched."""
DAYS_AFTER: Final = 7
"""Days after it: what comes on sale then is told of, unseen. A model is trained every week."""
WITHIN_DAYS: Final = 30
ITEMS: Final = 500
MOST_LEARNT: Final = 100_000
"""Prices that the price model learns from, the newest: what things are worth changes with the season."""
MOST_OTHERS: Final = 20_000
"""Listings beside these that are watched: those that were on sale before, and older ones."""

LARGEST_GAP: Final = 0.05
MOST_OVER_UNAVOIDABLE: Final = 1.15
LEAST_OF_BEST: Final = 0.95
LEAST_CLOSED: Final = 0.60

_DAYS: Final = np.arange(HORIZON_DAYS + 1, dtype=np.float64)


class Prices(Protocol):
    """What is asked of a price model (`pricing.model.PriceModel`)."""

    @property
    def out_of_fold(self) -> pl.DataFrame | None:
        """id and middle_eur of the rows it learnt from, by models that had not seen them."""
        ...

    def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
        """ESTIMATED, in the order of the rows."""
        ...


FitPrices = Callable[[pl.DataFrame], Prices]


@dataclass(frozen=True)
class AdviceTrial:
    """The market to play: its seed, how many times 8,000 listings it holds at once, and the things to advise on."""

    seed: int
    scale: float = 8.0
    items: int = ITEMS


@dataclass(frozen=True)
class AdviceEvaluation:
    """How good our advice is in one made-up market.

    held: CALIBRATION of the chance to be sold within WITHIN_DAYS of what came on sale later, had its price stayed as it
    was (happened: the true chance); as_asked: the same as its sellers went on, with cuts, by a demand that was learnt
    so. price_error: median error of the fair price, as a share; unavoidable: of one that knows all that the attributes
    tell. profits: what is to be expected of all the things, in EUR, by who set the price. lacking: why nothing is told.
    """

    seed: int
    family: str
    watched: int
    learnt: int
    sold: float
    held: list[dict[str, float]]
    as_asked: list[dict[str, float]]
    left_out: float
    price_error: float | None
    unavoidable: float | None
    items: int
    profits: dict[str, float]
    lacking: Lack | None = None

    @property
    def gap(self) -> float | None:
        """The worst tenth of `held`."""
        return _worst(self.held)

    @property
    def gap_as_asked(self) -> float | None:
        """The worst tenth of `as_asked`."""
        return _worst(self.as_asked)

    @property
    def over_unavoidable(self) -> float | None:
        """The error of the fair price over the unavoidable one."""
        return self.price_error / self.unavoidable if self.price_error and self.unavoidable else None

    @property
    def of_best(self) -> float | None:
        """Our profit as a share of the oracle's."""
        return self.profits["ours"] / self.profits["oracle"] if self.profits else None

    @property
    def closed(self) -> float | None:
        """The share of the way from asking the fair price to asking the oracle's that we go."""
        if not self.profits:
            return None
        plain, ours, best = (self.profits[who] for who in ("fair", "ours", "oracle"))
        return (ours - plain) / (best - plain)

    def as_json(self) -> str:
        """The same for programs."""
        figures = ("gap", "gap_as_asked", "over_unavoidable", "of_best", "closed")
        return json.dumps(asdict(self) | {name: getattr(self, name) for name in figures}, indent=2)


def evaluate_advice(trial: AdviceTrial, fit: FitPrices | None = None) -> AdviceEvaluation:
    """Watch a fresh market of this seed, learn from what is seen of it, and advise on what comes on sale later.

    fit: the price model (default: vopt's own).
    """
    played = played_market(trial.seed, days=DAYS, days_after=DAYS_AFTER, scale=trial.scale)
    learnt = _learn(played, fit or _own_model(), np.random.default_rng([trial.seed, 2]))
    return _judged(played, trial, learnt)


def _own_model() -> FitPrices:
    from vopt_lib.pricing.model import fit

    return fit


@dataclass(frozen=True)
class _Learnt:
    """What was learnt: the price model, how fast things sell at a price that stays, and as their sellers go on."""

    prices: Prices
    rows: int
    held: Demand | Lack
    as_asked: Demand | Lack


def _learn(played: PlayedMarket, fit: FitPrices, rng: np.random.Generator) -> _Learnt:
    # The rows of a market are sorted, the newest first.
    taken = np.flatnonzero(played.is_fresh)[:MOST_LEARNT]
    prices = fit(played.priced(taken))
    others = np.setdiff1d(np.flatnonzero(played.first < played.days), taken)
    others = np.sort(rng.permutation(others)[:MOST_OTHERS])
    assert prices.out_of_fold is not None  # it was fitted just now
    fair = pl.concat([prices.out_of_fold.select(*_FAIR), _estimated(prices, played.priced(others)).select(*_FAIR)])
    fair = fair.select(listing_id=pl.col("id").cast(pl.Int64), fair_eur="middle_eur")
    spans = played.spans().join(fair, on="listing_id", how="left", maintain_order="left").drop_nulls("fair_eur")
    return _Learnt(prices, len(taken), learn_demand(spans), learn_demand(_as_first_asked(spans)))


_FAIR: Final = ("id", "middle_eur")


def _estimated(prices: Prices, things: pl.DataFrame) -> pl.DataFrame:
    """Estimates of these, where the model says something of them."""
    return prices.estimates(things).filter(pl.col("lack").is_null())


def _as_first_asked(spans: pl.DataFrame) -> pl.DataFrame:
    """The spells whole, as if the first price had been asked throughout: what a first price leads to, cuts included."""
    return (
        spans.group_by("spell", maintain_order=True)
        .agg(
            pl.col("first_eur", "fair_eur", "entry_days").first(),
            pl.col("exit_days").last(),
            pl.col("sold").sum(),
        )
        .with_columns(price_eur="first_eur")
    )


def _judged(played: PlayedMarket, trial: AdviceTrial, learnt: _Learnt) -> AdviceEvaluation:
    rng = np.random.default_rng([trial.seed, 3])
    later = np.flatnonzero(played.came_later)
    rows = played.priced(later).with_columns(place=pl.Series(later))
    told = _estimated(learnt.prices, rows.drop("place")).join(rows.select("id", "place", "price_eur"), on="id")
    unseen = _Unseen(played, trial.seed, told)
    lacking = next((lack for lack in (learnt.held, learnt.as_asked) if isinstance(lack, Lack)), None)
    held, as_asked, profits = pl.DataFrame(), pl.DataFrame(), {}
    if isinstance(learnt.held, Demand) and isinstance(learnt.as_asked, Demand):
        held = unseen.calibration(learnt.held, unseen.sold_at_once)
        as_asked = unseen.calibration(learnt.as_asked, unseen.sold_as_asked)
        profits = unseen.profits(learnt.held, rng, trial.items)
    return AdviceEvaluation(
        seed=trial.seed,
        family=played.truth.family,
        watched=int((played.first < played.days).sum()),
        learnt=learnt.rows,
        sold=learnt.held.sold if isinstance(learnt.held, Demand) else 0.0,
        held=held.to_dicts(),
        as_asked=as_asked.to_dicts(),
        left_out=1.0 - int(held["listings"].sum()) / len(later) if held.height else 1.0,
        price_error=unseen.price_error(unseen.told["middle_eur"].to_numpy()),
        unavoidable=unseen.price_error(unseen.fair_eur / np.exp(played.truth.hidden_log[unseen.places])),
        items=trial.items,
        profits=profits,
        lacking=lacking,
    )


@dataclass(frozen=True)
class _Unseen:
    """What came on sale after the last search, and was estimated. told: place, price_eur (at first), middle_eur."""

    played: PlayedMarket
    seed: int
    told: pl.DataFrame

    @cached_property
    def places(self) -> Ints:
        return self.told["place"].to_numpy()

    @cached_property
    def fair_eur(self) -> Floats:
        return np.asarray(self.played.truth.fair_eur[self.places])

    @cached_property
    def sales(self) -> Sales:
        return family_of(self.seed)

    @cached_property
    def log_relative(self) -> Floats:
        """Of the first price to what we think it is worth."""
        return np.asarray(np.log(self.told["price_eur"].to_numpy() / self.told["middle_eur"].to_numpy()))

    @cached_property
    def sold_as_asked(self) -> Floats:
        """Each listing's own chance to be sold in time, with its luck and the cuts that its seller plans."""
        return np.asarray(1.0 - self.played.truth.unsold[self.places, UNSOLD_DAYS.tolist().index(WITHIN_DAYS)])

    @cached_property
    def sold_at_once(self) -> Floats:
        """The chance of each if its first price stays, by the market's own hazard."""
        relative = relative_as_buyers_see(self.told["price_eur"].to_numpy(), self.played.truth, self.places)[:, 0]
        return 1.0 - self._unsold(np.array([float(WITHIN_DAYS)]), relative)[:, 0]

    def calibration(self, demand: Demand, happened: Floats) -> pl.DataFrame:
        """CALIBRATION of those whose price is one: nothing is told of a coat at 1 €."""
        is_price = demand.is_price(self.log_relative)
        told = demand.sold_as_seen(WITHIN_DAYS, self.log_relative[is_price])
        return tenths(pl.Series(told), pl.Series(happened[is_price]))

    def price_error(self, told_eur: Floats) -> float:
        return float(np.median(np.abs(told_eur / self.fair_eur - 1.0)))

    def profits(self, demand: Demand, rng: np.random.Generator, items: int) -> dict[str, float]:
        """What is to be expected of some of these things, all together, by who sets the price."""
        whole = np.flatnonzero((self.played.truth.oddity[self.places] == "") & self._is_named)
        total = dict.fromkeys(("fair", "ours", "oracle"), 0.0)
        for place in rng.choice(whole, min(items, len(whole)), replace=False).tolist():
            fair, estimate = float(self.fair_eur[place]), float(self.told["middle_eur"][place])
            selling = _selling(rng, fair)
            advice = advise(demand, estimate, selling)
            assert isinstance(advice, Advice)  # neither the worth nor the demand lacks anything here
            floor = floor_of(selling)
            grid = price_grid(0.3 * fair, max(4.0 * fair, floor))
            grid = grid[grid >= floor]
            asked = np.concatenate([[max(estimate, floor), advice.ask], grid])
            profit = self._true_profit(asked, fair, selling)
            total["fair"] += profit[0]
            total["ours"] += profit[1]
            total["oracle"] += profit.max()
        return {who: float(eur) for who, eur in total.items()}

    @cached_property
    def _is_named(self) -> Flags:
        """Things whose brand is told. Whoever asks what to ask knows it, and vopt wants to know it of her: a bag of a
        great house that nobody names is worth ten times what can be told of it."""
        brands = self.played.market.stock.brand
        return np.array([brands[place] is not None for place in self.places.tolist()])

    def _true_profit(self, prices: Floats, fair_eur: float, selling: Selling) -> Floats:
        relative = relative_to(prices, fair_eur)
        unsold = self._unsold(_DAYS, relative)
        return expected_eur(unsold, prices, selling) - selling.cost_eur

    def _unsold(self, days: Floats, relative: Floats) -> Floats:
        """The true chance to be unsold by each of these days, (prices, days): the mean over all luck."""
        hazard = self.sales.hazard.cumulative(days[None, :], relative[:, None])
        luck = self.sales.luck_variance
        return np.asarray(np.exp(-hazard) if luck == 0.0 else (1.0 + luck * hazard) ** (-1.0 / luck))


def _selling(rng: np.random.Generator, fair_eur: float) -> Selling:
    """What selling it costs somebody who buys to sell: she paid up to half of what it is worth, keeps it on a shelf for
    a cent or two a day, packs it, and some pay a share of the price for being shown first."""
    return Selling(
        cost_eur=fair_eur * rng.uniform(0.0, 0.5),
        fees_share=rng.uniform(0.0, 0.1),
        other_costs_eur=rng.uniform(0.2, 0.8),
        holding_eur_a_day=rng.uniform(0.005, 0.02),
    )


def relative_to(prices: Floats, fair_eur: float) -> Floats:
    """log(asked / fair) as the market's hazard takes it (`simulator.fates.log_relative`)."""
    return np.asarray(np.clip(np.log(prices / fair_eur), -1.0, 1.5))


def _worst(calibration: list[dict[str, float]]) -> float | None:
    return worst_gap(pl.DataFrame(calibration)) if calibration else None
