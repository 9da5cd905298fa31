"""This is where the price model is: what things like a thing ask, by everything that was told of it.

`members` tell log prices. A price never rises when nothing but the condition worsens: each thing is told at every
condition in their order, and these prices are made to fall (isotonic regression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.errors import NotEnoughToLearn
from vopt_lib.pricing.columns import Columns
from vopt_lib.pricing.evidence import Evidence, learn_evidence
from vopt_lib.pricing.features import Features, Inputs, complete, read_features, worn_of
from vopt_lib.pricing.gaussian_process import GaussianProcess, Varied, Weights
from vopt_lib.pricing.interval import Intervals, Recent, learn_intervals
from vopt_lib.pricing.keys import Counts
from vopt_lib.pricing.level import Level, learn_level
from vopt_lib.pricing.levels import Levels, Usual
from vopt_lib.pricing.members import Members, Unseen, teach_members
from vopt_lib.pricing.nets import Net
from vopt_lib.pricing.packing import packed, unpacked
from vopt_lib.pricing.regression import Regression
from vopt_lib.pricing.spread import Spread
from vopt_lib.pricing.stored_trees import Trees
from vopt_lib.pricing.texts import Vocabulary
from vopt_lib.schema.pricing import Factor, Unlearnt, Worth
from vopt_lib.threads import one_thread

LEAST_THINGS: Final = 40
FACTORS: Final = 5
USUALS: Final = 9
"""Values of a fact that stand for what is usual: as frequent among them as among all things."""

LEAST_OF_RUNG: Final = 5
"""Things of a condition below which it is no rung of the ladder."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ladder:
    """Conditions that have an order, best first: their codes, how worn each is, the same scaled, and their shares."""

    codes: npt.NDArray[np.int32]
    worn: Doubles
    numbers: npt.NDArray[np.float32]
    shares: Doubles


@dataclass(frozen=True)
class PriceModel:
    """What was learnt of a market's asked prices. out_of_fold, only after `fit`: PRICED, middle_eur and doubt_apart of
    things whose price was told by what had not seen them, low_eur and high_eur."""

    features: Features
    members: Members
    ladder: Ladder | None
    level: Level
    intervals: Intervals
    evidence: Evidence
    usual: Mapping[str, Sequence[str | None]]
    out_of_fold: pl.DataFrame | None = None

    def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
        """ESTIMATED, in the order of the rows. Needs: PRICED without price_eur."""
        logs, apart = self._told(rows)
        known = complete(rows).with_columns(doubt_apart=pl.Series(apart))
        known = known.with_columns(middle_eur=pl.Series(np.exp(logs)) * self.level.factors(known))
        lacks = self.evidence.lacks(known)
        return self.intervals.with_ends(known).select("id", "middle_eur", "low_eur", "high_eur", lack=lacks)

    def worth(self, row: pl.DataFrame) -> Worth | Unlearnt:
        """What one thing is worth, and its strongest factors, or why nothing is told of it. Needs: PRICED, one row."""
        told = self.estimates(row).row(0, named=True)
        if told["lack"]:
            return Unlearnt(told["lack"])
        return Worth(told["low_eur"], told["middle_eur"], told["high_eur"], self._factors(row, told["middle_eur"]))

    def logs(self, rows: pl.DataFrame) -> Doubles:
        """Log prices in EUR of things. Needs: PRICED without price_eur."""
        return self._told(rows)[0]

    def _factors(self, row: pl.DataFrame, middle_eur: float) -> tuple[Factor, ...]:
        """What each thing that is told of it does to its price, against what is usual."""
        facts = complete(row).row(0, named=True)
        named = [name for name in self.usual if facts.get(name)]
        others = [
            row.with_columns(pl.lit(value, pl.String).alias(name)) for name in named for value in self.usual[name]
        ]
        if not others:
            return ()
        own, *usual = self.logs(pl.concat([row, *others], how="diagonal_relaxed")).tolist()
        parts = np.split(np.array(usual), np.cumsum([len(self.usual[name]) for name in named])[:-1])
        changes = [middle_eur * (1.0 - float(np.exp(part.mean() - own))) for part in parts]
        factors = [Factor(name, facts[name], change) for name, change in zip(named, changes, strict=True)]
        return tuple(sorted(factors, key=lambda one: -abs(one.change_eur))[:FACTORS])

    def _told(self, rows: pl.DataFrame) -> tuple[Doubles, Doubles]:
        """Log prices, and how far the members lie apart."""
        things = self.features.inputs(rows)
        worn = self._worn(rows)
        ordered, others = np.flatnonzero(~np.isnan(worn)), np.flatnonzero(np.isnan(worn))
        logs, apart = np.empty(len(things)), np.empty(len(things))
        if len(others):
            told = self.members.predict(things.take(others))
            logs[others], apart[others] = told.logs[:, 0], told.apart[:, 0]
        if self.ladder is not None and len(ordered):
            ladder, (label, number) = self.ladder, self._condition()
            varied = Varied(label, number, ladder.codes, ladder.numbers)
            told = self.members.predict_varied(things.take(ordered), varied)
            logs[ordered] = _between(falling(told.logs, ladder.shares), ladder.worn, worn[ordered])
            apart[ordered] = _between(told.apart, ladder.worn, worn[ordered])
        return logs, apart

    def _worn(self, rows: pl.DataFrame) -> Doubles:
        """How worn each is; not a number where no ladder tells what that does."""
        if self.ladder is None or "condition" not in rows.columns:
            return np.full(rows.height, np.nan)
        known = {value: worn_of(value) for value in rows["condition"].drop_nulls().unique().to_list()}
        worn = rows["condition"].replace_strict(known, default=None, return_dtype=pl.Float64)
        return worn.fill_null(np.nan).to_numpy()

    def state(self) -> tuple[dict[str, np.ndarray[Any, Any]], dict[str, Any]]:
        """Arrays, and what is JSON: all that `of_state` needs."""
        arrays, told = packed(replace(self, out_of_fold=None))
        return arrays, told

    @classmethod
    def of_state(cls, arrays: Mapping[str, np.ndarray[Any, Any]], told: Mapping[str, Any]) -> PriceModel:
        """The model that `state` took apart.

        Raises: LookupError, ValueError or TypeError, where it is none.
        """
        made = unpacked(arrays, told, _CLASSES)
        if not isinstance(made, cls):
            raise TypeError(f"Expected {cls.__name__}, found {type(made).__name__}.")
        return made

    def _condition(self) -> tuple[int, int]:
        """Where conditions lie among labels and among numbers."""
        return list(self.features.levels).index("condition"), list(self.features.number_ends).index("worn")


_CLASSES: Final = (
    PriceModel, Ladder, Members, Features, Vocabulary, Inputs, Columns, Regression, Net, GaussianProcess, Weights,
    Level,
    Intervals, Recent, Spread, Levels, Usual, Trees, Evidence, Counts,
)  # fmt: skip


def fit(rows: pl.DataFrame, *, seed: int = 0) -> PriceModel:
    """A model of what these things ask. Needs: PRICED. Things without a price above nothing teach nothing.

    Raises: NotEnoughToLearn.
    """
    priced = rows.filter(pl.col("price_eur").is_finite() & (pl.col("price_eur") > 0))
    if priced.height < LEAST_THINGS:
        raise NotEnoughToLearn(found=priced.height, needed=LEAST_THINGS)
    import sklearn.ensemble  # noqa: F401 - only what is loaded can be limited

    with one_thread():
        return _learnt(priced, seed)


def _learnt(priced: pl.DataFrame, seed: int) -> PriceModel:
    logs = priced["price_eur"].log().to_numpy()
    features = read_features(priced)
    things = features.inputs(priced)
    members, unseen = teach_members(features, things, logs, seed=seed)
    told = _out_of_fold(priced, unseen)
    level = learn_level(told)
    told = told.with_columns(middle_eur=told["middle_eur"] * level.factors(told))
    intervals = learn_intervals(told, learnt_share=1.0, seed=seed)
    return PriceModel(
        features=features,
        members=members,
        ladder=_ladder(features, things),
        level=level,
        intervals=intervals,
        evidence=learn_evidence(complete(priced)),
        usual=_usual(priced, features),
        out_of_fold=intervals.with_ends(told),
    )


def falling(by_rung: Doubles, shares: Doubles) -> Doubles:
    """Log prices that never rise from one rung to the next, as near as possible to those told (things, rungs).

    Source: the max-min formula of isotonic regression (Robertson, Wright and Dykstra 1988, theorem 1.4.4).
    """
    rungs = by_rung.shape[1]
    sums = np.cumsum(np.column_stack([np.zeros(len(by_rung)), by_rung * shares]), axis=1)
    weights = np.concatenate([[0.0], np.cumsum(shares)])
    made = np.empty_like(by_rung)
    for rung in range(rungs):
        highest = np.full(len(by_rung), np.inf)
        for start in range(rung + 1):
            ends = range(rung, rungs)
            means = [(sums[:, end + 1] - sums[:, start]) / (weights[end + 1] - weights[start]) for end in ends]
            highest = np.minimum(highest, np.max(means, axis=0))
        made[:, rung] = highest
    return made


def _between(by_rung: Doubles, worn: Doubles, wanted: Doubles) -> Doubles:
    """Of each thing the price at how worn it is, between the two rungs beside it."""
    right = np.clip(np.searchsorted(worn, wanted), 1, len(worn) - 1)
    left = right - 1
    share = np.clip((wanted - worn[left]) / (worn[right] - worn[left]), 0.0, 1.0)
    rows = np.arange(len(wanted))
    return np.asarray(by_rung[rows, left] * (1.0 - share) + by_rung[rows, right] * share)


def _ladder(features: Features, things: Inputs) -> Ladder | None:
    """The conditions that have an order, of each equally worn the most frequent; None where there are not two."""
    if "condition" not in features.levels or "worn" not in features.number_ends:
        return None
    place = list(features.levels).index("condition")
    counts = np.bincount(np.maximum(things.codes[place] + 1, 0), minlength=len(features.levels["condition"]) + 1)[1:]
    rungs: dict[float, tuple[int, int]] = {}
    for code, (name, count) in enumerate(zip(features.levels["condition"], counts.tolist(), strict=True)):
        worn = worn_of(name)
        if worn is not None and count >= max(LEAST_OF_RUNG, rungs.get(worn, (0, 0))[0]):
            rungs[worn] = (count, code)
    if len(rungs) < 2:
        return None
    worns = np.array(sorted(rungs))
    codes = np.array([rungs[worn][1] for worn in worns.tolist()], dtype=np.int32)
    shares = np.array([rungs[worn][0] for worn in worns.tolist()], dtype=np.float64)
    return Ladder(codes, worns, features.scaled("worn", worns), shares / shares.sum())


def _usual(rows: pl.DataFrame, features: Features) -> dict[str, Sequence[str | None]]:
    """Of each fact that a price depends on, values as frequent here as among all things."""
    own = [name for name in ("brand", "category", "size", "condition", "color", "material") if name in rows.columns]
    others = [name for name in features.levels if name in rows.columns and name not in own]
    usual: dict[str, Sequence[str | None]] = {}
    for name in (*own, *others):
        told = rows[name].drop_nulls().sort()
        if told.n_unique() > 1:
            usual[name] = told.gather(np.linspace(0, told.len() - 1, USUALS).round().astype(np.int64)).to_list()
    return usual | {
        name: [None] for name in ("title", "description") if any(text.startswith(name) for text in features.texts)
    }


def _out_of_fold(priced: pl.DataFrame, unseen: Unseen) -> pl.DataFrame:
    return complete(priced)[unseen.places].with_columns(
        middle_eur=pl.Series(np.exp(unseen.logs)), doubt_apart=pl.Series(unseen.apart)
    )
