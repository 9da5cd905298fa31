"""This is where we say what a price model tells of itself: what it learnt from, how good it is, why it is not used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from vopt_lib.errors import VoptError
from vopt_lib.words import N_

R = TypeVar("R")


@dataclass(frozen=True)
class Reason:
    """A sentence (its id) with its facts, which may also be other sentences' ids: said by `Words.say`."""

    what: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """How far prices told lie from prices asked, over rows from which they were not learnt.

    rows: those that a price was told for; told: their share of all. median_ape: half of the prices are off by this
    share of the asked price or less; within_20: the share of them off by at most 20 %; rmsle: root of the mean squared
    difference of log(1 + EUR); mae_eur: mean distance, EUR; bias: median of told / asked, less 1. coverage: share of
    asked prices between low and high (0.8 is meant); winkler: mean of the interval's width in log price, and 10 times
    what it misses by; both None for what tells no interval.
    """

    rows: int
    told: float
    median_ape: float
    within_20: float
    rmsle: float
    mae_eur: float
    bias: float
    coverage: float | None = None
    winkler: float | None = None


@dataclass(frozen=True)
class CategoryQuality:
    """The same of one category."""

    category: str
    quality: Quality


@dataclass(frozen=True)
class PriceBand:
    """Things of about one told price: the median of what was told and of what is asked (EUR), and how many asked prices
    lie below `low`, below `middle` and below `high` (shares: 0.1, 0.5 and 0.9 are meant)."""

    rows: int
    told_eur: float
    asked_eur: float
    below_low: float
    below_middle: float
    below_high: float


@dataclass(frozen=True)
class ModelCard:
    """What a trained price model tells of itself; `metrics.json` beside it holds exactly this.

    version: its name. rows: listings learnt from; first_day and last_day: when they were first seen. left_out: listings
    not learnt from, by reason (`Unfit`, and "sold": proven sales, which are no asked prices). quality, plain: on rows
    that no version learns from, of the model and of the median of brand, category and condition with back-off. rival:
    the version in use when it was trained, and its quality on the same rows. categories, calibration: of out-of-fold
    prices. unknown_brands, unknown_words: shares in the held-out rows that were not among those learnt from. refused:
    why it may not be used; empty: it may. seconds: CPU. megabytes: of its arrays.
    """

    version: str
    market: str
    source: str
    trained_at: datetime
    vopt: str
    rows: int
    first_day: date
    last_day: date
    left_out: Mapping[str, int]
    quality: Quality
    plain: Quality
    rival: str | None = None
    rival_quality: Quality | None = None
    categories: tuple[CategoryQuality, ...] = ()
    calibration: tuple[PriceBand, ...] = ()
    unknown_brands: float = 0.0
    unknown_words: float = 0.0
    refused: tuple[Reason, ...] = ()
    seconds: float = 0.0
    megabytes: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The same in what JSON can hold."""
        return asdict(self) | {
            "trained_at": self.trained_at.isoformat(),
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
        }

    @classmethod
    def of_json(cls, plain: Mapping[str, Any]) -> ModelCard:
        """What `as_json` made; what a later vopt added is passed over. Raises: KeyError, TypeError, ValueError."""
        rival = plain["rival_quality"]
        parts = {
            "trained_at": datetime.fromisoformat(plain["trained_at"]),
            "first_day": date.fromisoformat(plain["first_day"]),
            "last_day": date.fromisoformat(plain["last_day"]),
            "quality": known(Quality, plain["quality"]),
            "plain": known(Quality, plain["plain"]),
            "rival_quality": known(Quality, rival) if rival else None,
            "categories": tuple(
                CategoryQuality(one["category"], known(Quality, one["quality"])) for one in plain["categories"]
            ),
            "calibration": tuple(known(PriceBand, one) for one in plain["calibration"]),
            "refused": tuple(known(Reason, one) for one in plain["refused"]),
        }
        return known(cls, {**plain, **parts})


@dataclass(frozen=True)
class KeptModel:
    """A model that is kept: its card, and whether it is the one in use. trouble: why its card cannot be read."""

    version: str
    card: ModelCard | None
    is_published: bool
    trouble: VoptError | None = None


@dataclass(frozen=True)
class Drift:
    """How the model in use fares with listings that were first seen after it was trained.

    quality: None where fewer than `enough` of them are there; unknown_…: shares as in the card. reasons: why it should
    learn anew; empty: it need not.
    """

    version: str
    watched_at: datetime
    rows: int
    quality: Quality | None = None
    unknown_brands: float = 0.0
    unknown_words: float = 0.0
    reasons: tuple[Reason, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same in what JSON can hold."""
        return asdict(self) | {"watched_at": self.watched_at.isoformat()}

    @classmethod
    def of_json(cls, plain: Mapping[str, Any]) -> Drift:
        """What `as_json` made. Raises: KeyError, TypeError, ValueError."""
        parts = {
            "watched_at": datetime.fromisoformat(plain["watched_at"]),
            "quality": known(Quality, plain["quality"]) if plain["quality"] else None,
            "reasons": tuple(known(Reason, one) for one in plain["reasons"]),
        }
        return known(cls, {**plain, **parts})


class TrainingStep(StrEnum):
    """What a training is doing."""

    READING = "reading"
    LEARNING = "learning"
    JUDGING = "judging"
    KEEPING = "keeping"

    @property
    def sentence(self) -> str:
        """What a seller is told; {n} is the number of listings."""
        return _STEPS[self]


_STEPS = {
    TrainingStep.READING: N_("Reading the listings…"),
    TrainingStep.LEARNING: N_("Learning the prices of {n} listings…"),
    TrainingStep.JUDGING: N_("Comparing its prices with {n} listings it has not seen…"),
    TrainingStep.KEEPING: N_("Keeping the model…"),
}


def known(kind: type[R], plain: Mapping[str, Any] | Sequence[Any]) -> R:
    """A record of those entries that it has. Raises: TypeError, where one is missing."""
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in dict(plain).items() if name in names})
