"""This is where it is decided whether a model may be used: it keeps to the floors and is not worse than the last one.

The floors (`models/floors.json`) are pinned by hand for each kind of data. Whether a model is worse than another is
asked row by row, on rows from which neither learnt: a difference that chance makes of as many rows is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, isfinite, sqrt
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.errors import FileDamaged
from vopt_lib.files import read_json
from vopt_lib.pricing.quality import Floats, distances, interval_losses, quality, told_rows
from vopt_lib.schema.model_card import Quality, Reason, known
from vopt_lib.words import N_

LEAST_JUDGED: Final = 50
"""Held-out rows below which nothing can be said of a model: its median error would be known to ±7 % of all rows."""

SURE: Final = 2.0
"""Standard errors of a difference below which it may be chance."""

_KINDS: Final = {"simulator", "vinted"}
_FORM: Final = 1


@dataclass(frozen=True)
class Floors:
    """What is asked of a model; see `Quality`. rmsle_of_plain_at_most: as a share of the plain guess's."""

    median_ape_at_most: float
    rmsle_of_plain_at_most: float
    coverage_at_least: float
    coverage_at_most: float
    told_at_least: float


@dataclass(frozen=True)
class Trial:
    """What is known of a model before it may be used, all on the same rows that it has not seen.

    told, plain, rival (None: no model is in use): `quality.held_against` of the model, of the plain guess, and of the
    model in use, row by row in the same order. rival_name: the version of that one.
    """

    told: pl.DataFrame
    plain: pl.DataFrame
    rival: pl.DataFrame | None = None
    rival_name: str | None = None


def read_floors(path: Path, kind: str) -> Floors:
    """The floors of a kind of data: simulator or vinted. Raises: FileDamaged."""
    plain = read_json(path) or {}
    try:
        if plain["form"] != _FORM or kind not in _KINDS:
            raise KeyError(kind)
        return known(Floors, plain["kinds"][kind])
    except (KeyError, TypeError) as error:
        raise FileDamaged(path=str(path)) from error


def refusals(trial: Trial, floors: Floors) -> tuple[Reason, ...]:
    """Why this model may not be used; none: it may."""
    if trial.told.height < LEAST_JUDGED:
        sentence = N_("Only {rows} listings are left to judge it by; {needed} are needed.")
        return (Reason(sentence, {"rows": trial.told.height, "needed": LEAST_JUDGED}),)
    if not _are_numbers(trial.told):
        return (Reason(N_("Some of its prices are no numbers, or their interval does not hold them.")),)
    return (*_below(quality(trial.told), quality(trial.plain), floors), *_worse(trial))


def _below(found: Quality, plain: Quality, floors: Floors) -> Iterator[Reason]:
    """What misses a floor."""
    if found.told < floors.told_at_least:
        sentence = N_("It tells a price for {found} of the listings only; {floor} are asked for.")
        yield Reason(sentence, {"found": _down(found.told), "floor": _percent(floors.told_at_least)})
        return
    if found.median_ape > floors.median_ape_at_most:
        sentence = N_("Half of its prices are off by {found} or more; at most {floor} are allowed.")
        yield Reason(sentence, {"found": _up(found.median_ape), "floor": _percent(floors.median_ape_at_most)})
    if found.rmsle > floors.rmsle_of_plain_at_most * plain.rmsle:
        sentence = N_("Its error is {found} of what a plain median makes; at most {floor} are allowed.")
        share = found.rmsle / plain.rmsle if plain.rmsle else 1.0
        yield Reason(sentence, {"found": _up(share), "floor": _percent(floors.rmsle_of_plain_at_most)})
    yield from _off_cover(found, floors)


def _off_cover(found: Quality, floors: Floors) -> Iterator[Reason]:
    """Whether its intervals hold too few or too many prices, chance aside."""
    share = found.coverage or 0.0
    chance = SURE * sqrt(0.8 * 0.2 / found.rows)
    band = {"low": _percent(floors.coverage_at_least), "high": _percent(floors.coverage_at_most)}
    sentence = N_("Its intervals hold {found} of the prices; {low} to {high} are asked for.")
    if share < floors.coverage_at_least - chance:
        yield Reason(sentence, {"found": _down(share), **band})
    elif share > floors.coverage_at_most + chance:
        yield Reason(sentence, {"found": _up(share), **band})


def _worse(trial: Trial) -> Iterator[Reason]:
    """Whether the model in use tells nearer prices, or narrower intervals, for the listings that both tell."""
    if trial.rival is None or not _are_numbers(trial.rival):
        return
    both = np.intersect1d(_places(trial.told), _places(trial.rival))
    if len(both) < LEAST_JUDGED:
        return
    ours, theirs, rival = trial.told[both], trial.rival[both], {"rival": trial.rival_name or "?", "rows": len(both)}
    if is_surely_more(distances(ours) - distances(theirs)):
        sentence = N_("Its prices are further off than those of {rival}, by {more} on the same {rows} listings.")
        yield Reason(sentence, {**rival, "more": _up(_ratio(distances(ours), distances(theirs)) - 1.0)})
    elif is_surely_more(interval_losses(ours) - interval_losses(theirs)):
        sentence = N_("Its intervals are worse than those of {rival}, by {more} on the same {rows} listings.")
        yield Reason(sentence, {**rival, "more": _up(_ratio(interval_losses(ours), interval_losses(theirs)) - 1.0)})


def is_surely_more(differences: Floats, *, sure: float = SURE) -> bool:
    """Whether the mean of paired differences is above 0 by more than chance makes of so many."""
    if len(differences) < 2:
        return False
    error = float(differences.std(ddof=1)) / sqrt(len(differences))
    return float(differences.mean()) > max(sure * error, 1e-9)


def _ratio(ours: Floats, theirs: Floats) -> float:
    mean = float(theirs.mean())
    return float(ours.mean()) / mean if mean else 1.0


def _places(rows: pl.DataFrame) -> npt.NDArray[np.uint32]:
    """Where a price is told."""
    return told_rows(rows.with_row_index("_place"))["_place"].to_numpy()


def _are_numbers(rows: pl.DataFrame) -> bool:
    """Whether every price that would be shown is a number above 0 within its interval."""
    shown = rows.filter(pl.col("lack").is_null())
    low, middle, high = (pl.col(name) for name in ("low_eur", "middle_eur", "high_eur"))
    is_whole = (low > 0) & (low <= middle) & (middle <= high) & high.is_finite() & middle.is_finite()
    return bool(shown.select(is_whole.fill_null(False).all()).item())


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _up(share: float) -> str:
    """Rounded up, so that what is above a limit never reads like the limit."""
    return f"{ceil(round(share * 100, 6)) if isfinite(share) else share}%"


def _down(share: float) -> str:
    return f"{floor(round(share * 100, 6))}%"
