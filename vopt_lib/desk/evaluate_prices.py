"""This is where the price model, and what it must be better than, learn from a part of a table and tell the rest."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, Protocol

import numpy as np
import polars as pl

from vopt_lib.errors import TooFewPriced
from vopt_lib.imports.frames import first_rows, heads_of, read_columns
from vopt_lib.imports.priced import ROW, Priced, Reading, conditions_of, kept_rows, priced, reading_of
from vopt_lib.pricing.baselines import Told, told_by_baselines
from vopt_lib.pricing.scores import IntervalScores, PointScores, interval_scores, mean_of_points, point_scores
from vopt_lib.pricing.split import parted

LEAST_PRICED: Final = 100
"""Things with a price below which ten of them would judge."""

_AT_ONCE: Final = 10_000
_MEASURED: Final = 1_000
_SINGLES: Final = 20
_MB: Final = 2**20

OnSalt = Callable[[str], None]


class Learnt(Protocol):
    """What `fit` returns: `vopt_lib.pricing.model.PriceModel`, or what stands for it in a test."""

    def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
        """ESTIMATED of these rows, in their order."""
        ...

    def state(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Its arrays, and what is JSON."""
        ...


Fit = Callable[[pl.DataFrame], Learnt]
Split = tuple[pl.DataFrame, pl.DataFrame]
"""Things to learn from, and things to judge by."""


@dataclass(frozen=True)
class Cost:
    """What learning and telling take, on this machine.

    cpu_s: CPU seconds of all threads to learn. ms_per_1000: milliseconds for 1,000 things at once, ms_for_one for a
    single one, both warm (the best and the median of some). peak_mb: the most memory that the process held until then,
    with all it had read and imported; grown_mb: by how much learning and telling raised that. saved_mb: its state,
    uncompressed.
    """

    cpu_s: float
    ms_per_1000: float
    ms_for_one: float
    peak_mb: float
    grown_mb: float
    saved_mb: float


@dataclass(frozen=True)
class ModelScores:
    """How right the price model is. untold: of how many things it says that the evidence is insufficient; its guesses
    of these count like any other price."""

    points: PointScores
    intervals: IntervalScores
    untold: int
    cost: Cost


@dataclass(frozen=True)
class BaselineScores:
    """How right a plain way is, and what it takes: CPU seconds to learn, milliseconds for 1,000 things."""

    points: PointScores
    cpu_s: float
    ms_per_1000: float


@dataclass(frozen=True)
class SaltScores:
    """One split: from how many things was learnt, and how right the model and the baselines are about the others."""

    salt: str
    learnt: int
    judged: int
    model: ModelScores
    baselines: Mapping[str, BaselineScores]


@dataclass(frozen=True)
class PricesEvaluation:
    """How right told prices of a table are.

    things: with a price, once each, of `rows` that were kept. columns: which column is what, those of `guessed` by
    their names. currency: None where the table does not say; all amounts are in it, whatever their names say.
    model, baselines: the means of all splits; coverage by category of the judged things of all splits together.
    """

    file: str
    rows: int
    things: int
    unpriced: int
    repeated: int
    currency: str | None
    columns: Mapping[str, tuple[str, ...]]
    guessed: tuple[str, ...]
    salts: tuple[SaltScores, ...]
    model: ModelScores
    baselines: Mapping[str, BaselineScores]

    def as_json(self) -> str:
        """The same for programs."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)


def evaluate_prices(
    file: Path,
    *,
    mapping: str = "",
    where: Sequence[str] = (),
    salts: Sequence[str] = ("",),
    fit: Fit | None = None,
    on_salt: OnSalt = lambda salt: None,
) -> PricesEvaluation:
    """Learn from nine tenths of a table's things, tell the prices of the last (`pricing.split`), once for each salt.

    mapping: title=name,price=price (`imports.priced.reading_of`). where: COLUMN=VALUE of the rows to keep.
    fit: what learns; the price model where none is given.
    Raises: IngestError, for a table that cannot be read, or has too few prices.
    """
    rows, reading, found = _read(file, mapping, where)
    splits = {salt: _split(file, found.rows, salt) for salt in dict.fromkeys(salts)}
    # All models before any baseline: what these take of memory does not count for those.
    told = {}
    for salt, split in splits.items():
        on_salt(salt)
        told[salt] = _told_by_model(split, fit or _price_model)
    each = [_scored(salt, split, *told[salt]) for salt, split in splits.items()]
    return PricesEvaluation(
        file=file.name,
        rows=rows,
        things=found.rows.height,
        unpriced=found.unpriced,
        repeated=found.repeated,
        currency=found.currency,
        columns=reading.columns,
        guessed=reading.guessed,
        salts=tuple(each),
        model=_mean_of_models([scores.model for scores in each], pl.concat([found for found, _ in told.values()])),
        baselines=_mean_of_baselines([scores.baselines for scores in each]),
    )


def _read(file: Path, mapping: str, where: Sequence[str]) -> tuple[int, Reading, Priced]:
    """How many rows were kept, which column is what, and the things. Raises: IngestError."""
    head = heads_of(file)
    reading = reading_of(mapping, head, sample=first_rows(file, head), file=file.name)
    conditions = conditions_of(where, head)
    # Without ids things are told apart by all that the table says of them.
    names = [*reading.names, *conditions] if "id" in reading.columns else head
    rows = read_columns(file, list(dict.fromkeys(names))).with_row_index(ROW, 1).pipe(kept_rows, conditions)
    found = priced(rows, reading, file=file.name)
    if found.rows.height < LEAST_PRICED:
        raise TooFewPriced(file=file.name, n=found.rows.height, least=LEAST_PRICED)
    return rows.height, reading, found


def _split(file: Path, rows: pl.DataFrame, salt: str) -> Split:
    split = parted(rows, salt)
    if any(part.is_empty() for part in split):
        raise TooFewPriced(file=file.name, n=rows.height, least=LEAST_PRICED)
    return split


def _price_model(rows: pl.DataFrame) -> Learnt:
    from vopt_lib.pricing.model import fit

    learnt: Learnt = fit(rows)
    return learnt


def _told_by_model(rows: Split, fit: Fit) -> tuple[pl.DataFrame, Cost]:
    """ESTIMATED of the judged rows beside their category and price, and what that took."""
    learnt_from, judged = rows
    estimates, cost = _measured(fit, learnt_from, judged.drop("price_eur"))
    return judged.select("category", "price_eur").hstack(estimates.drop("id")), cost


def _scored(salt: str, rows: Split, told: pl.DataFrame, cost: Cost) -> SaltScores:
    learnt_from, judged = rows
    asked = judged["price_eur"].to_numpy()
    by_baselines = told_by_baselines(learnt_from, judged.drop("price_eur"))
    return SaltScores(
        salt=salt,
        learnt=learnt_from.height,
        judged=judged.height,
        model=_model_scores(told, cost),
        baselines={name: _baseline_scores(asked, one) for name, one in by_baselines.items()},
    )


def _measured(fit: Fit, learnt_from: pl.DataFrame, judged: pl.DataFrame) -> tuple[pl.DataFrame, Cost]:
    """What the model tells of the judged rows, and what it took to learn and to tell that."""
    before_mb, began = _peak_mb(), _cpu_s()
    model = fit(learnt_from)
    cpu_s = _cpu_s() - began
    estimates = pl.concat([model.estimates(part) for part in judged.iter_slices(_AT_ONCE)])
    thousand, one = judged.head(_MEASURED), judged.head(1)
    peak_mb = _peak_mb()
    cost = Cost(
        cpu_s=cpu_s,
        ms_per_1000=min(_times_ms(model, thousand, 3)) * _MEASURED / thousand.height,
        ms_for_one=median(_times_ms(model, one, _SINGLES)),
        peak_mb=peak_mb,
        grown_mb=peak_mb - before_mb,
        saved_mb=_saved_mb(model),
    )
    return estimates, cost


def _times_ms(model: Learnt, rows: pl.DataFrame, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        model.estimates(rows)
        taken.append((time.perf_counter() - began) * 1e3)
    return taken


def _cpu_s() -> float:
    """Of all threads, and of processes that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _peak_mb() -> float:
    """The most memory that this process ever held. It never falls: after one that took more, growth is 0."""
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / _MB if sys.platform == "darwin" else peak / 1024  # bytes there, KiB elsewhere
    # On Linux, ru_maxrss of a child begins with what its parent had when it started it.
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _saved_mb(model: Learnt) -> float:
    arrays, told = model.state()
    return (sum(np.asarray(array).nbytes for array in arrays.values()) + len(json.dumps(told, default=str))) / _MB


def _model_scores(told: pl.DataFrame, cost: Cost) -> ModelScores:
    return ModelScores(
        points=point_scores(told["price_eur"].to_numpy(), told["middle_eur"].to_numpy()),
        intervals=interval_scores(told),
        untold=told["lack"].count(),
        cost=cost,
    )


def _baseline_scores(asked: Any, told: Told) -> BaselineScores:
    return BaselineScores(point_scores(asked, told.price_eur), told.cpu_s, told.ms_per_1000)


def _mean_of_models(each: Sequence[ModelScores], told: pl.DataFrame) -> ModelScores:
    """Means of all splits, and of memory the most; intervals are judged by what is told of all splits together."""
    costs = {name: [asdict(one.cost)[name] for one in each] for name in asdict(each[0].cost)}
    return ModelScores(
        points=mean_of_points([one.points for one in each]),
        intervals=interval_scores(told),
        untold=sum(one.untold for one in each),
        cost=Cost(**{name: max(cost) if "mb" in name else sum(cost) / len(each) for name, cost in costs.items()}),
    )


def _mean_of_baselines(each: Sequence[Mapping[str, BaselineScores]]) -> dict[str, BaselineScores]:
    return {
        name: BaselineScores(
            points=mean_of_points([one[name].points for one in each]),
            cpu_s=sum(one[name].cpu_s for one in each) / len(each),
            ms_per_1000=sum(one[name].ms_per_1000 for one in each) / len(each),
        )
        for name in each[0]
    }
