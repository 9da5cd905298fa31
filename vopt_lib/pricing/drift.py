"""This is where it is watched whether a model still fits: how it fares with listings that came after it was trained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from math import sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.pricing.quality import quality, told_rows
from vopt_lib.schema.model_card import Drift, ModelCard, Quality, Reason
from vopt_lib.words import N_

ENOUGH: Final = 200
"""New listings below which nothing is said: a median error is known to ±7 % of all rows with as many."""

SURE: Final = 3.0
"""Standard errors: it is looked at every day, so that one false alarm in a year is one too many."""

WORTH_TELLING: Final = 0.2
"""A median error that grew by less than this share of itself is no reason to learn anew."""

BIASED: Final = 0.1
LOST_COVER: Final = 0.06
MANY_UNKNOWN: Final = 0.15

BRANDS: Final = "known/brands"
WORDS: Final = "known/words"

Codes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Known:
    """The brands and title words that a model met while it learnt, as sorted hashes: small, and nobody's sentences."""

    brands: Codes
    words: Codes

    def arrays(self) -> dict[str, Codes]:
        """The same to be kept beside the model's own arrays."""
        return {BRANDS: self.brands, WORDS: self.words}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Known:
        """What `arrays` made; nothing is known where they are not there."""
        nothing = np.array([], dtype=np.uint64)
        return cls(arrays.get(BRANDS, nothing), arrays.get(WORDS, nothing))


def known_of(rows: pl.DataFrame) -> Known:
    """What is met in these rows. Needs: title, brand."""
    return Known(_codes(_brands(rows).unique()), _codes(_words(rows).unique()))


def unknown_shares(rows: pl.DataFrame, known: Known) -> tuple[float, float]:
    """The share of brands, and of words in titles, that were not met; each counted as often as it is there."""
    return _unknown(_brands(rows), known.brands), _unknown(_words(rows), known.words)


def drift(card: ModelCard, told: pl.DataFrame, unknown: tuple[float, float], *, now: datetime) -> Drift:
    """How the model with this card fares with newer listings (`quality.held_against`, and `unknown_shares` of them)."""
    seen = Drift(card.version, now, told.height, unknown_brands=unknown[0], unknown_words=unknown[1])
    if told.height < ENOUGH:
        return seen
    found = quality(told)
    reasons = (*_further_off(card.quality, found, told), *_cover(card.quality, found), *_strange(card, seen))
    return Drift(card.version, now, told.height, found, unknown[0], unknown[1], reasons)


def _further_off(then: Quality, found: Quality, told: pl.DataFrame) -> Iterator[Reason]:
    """Whether prices are further off than when it was trained, or all on one side."""
    rows = told_rows(told)
    if rows.is_empty():
        return
    ratio = (rows["middle_eur"] / rows["price_eur"]).to_numpy()
    chance = SURE * sqrt(0.25 / rows.height)
    if (
        found.median_ape > (1 + WORTH_TELLING) * then.median_ape
        and _share(abs(ratio - 1) > then.median_ape) - chance > 0.5
    ):
        sentence = N_("Half of its prices are off by {now} or more; when it was trained it was {then}.")
        yield Reason(sentence, {"now": f"{found.median_ape:.0%}", "then": f"{then.median_ape:.0%}"})
    moved = (1 + found.bias) / (1 + then.bias) - 1
    if moved > BIASED and _share(ratio > 1 + then.bias) - chance > 0.5:
        yield Reason(N_("It tells prices that are too high by about {share}."), {"share": f"{moved:.0%}"})
    if moved < -BIASED and _share(ratio < 1 + then.bias) - chance > 0.5:
        yield Reason(N_("It tells prices that are too low by about {share}."), {"share": f"{-moved:.0%}"})


def _cover(then: Quality, found: Quality) -> Iterator[Reason]:
    if found.coverage is None or then.coverage is None or not found.rows:
        return
    chance = SURE * sqrt(0.8 * 0.2 / found.rows)
    if then.coverage - found.coverage > LOST_COVER + chance:
        sentence = N_("Its intervals hold {now} of the prices; when it was trained it was {then}.")
        yield Reason(sentence, {"now": f"{found.coverage:.0%}", "then": f"{then.coverage:.0%}"})


def _strange(card: ModelCard, seen: Drift) -> Iterator[Reason]:
    """Whether much is offered that it has never met."""
    if seen.unknown_brands - card.unknown_brands > MANY_UNKNOWN:
        sentence = N_("It has never met the brands of {now} of the listings; when it was trained it was {then}.")
        yield Reason(sentence, {"now": f"{seen.unknown_brands:.0%}", "then": f"{card.unknown_brands:.0%}"})
    if seen.unknown_words - card.unknown_words > MANY_UNKNOWN:
        sentence = N_("It has never met {now} of the words in titles; when it was trained it was {then}.")
        yield Reason(sentence, {"now": f"{seen.unknown_words:.0%}", "then": f"{card.unknown_words:.0%}"})


def _share(which: npt.NDArray[np.bool_]) -> float:
    return float(which.mean())


def _brands(rows: pl.DataFrame) -> pl.Series:
    return rows["brand"].drop_nulls().str.to_lowercase().str.strip_chars()


def _words(rows: pl.DataFrame) -> pl.Series:
    return rows["title"].drop_nulls().str.to_lowercase().str.extract_all(r"\p{L}{2,}").explode().drop_nulls()


def _unknown(found: pl.Series, known: Codes) -> float:
    """Each distinct one is hashed once, and counted as often as it is there."""
    if found.is_empty():
        return 0.0
    counted = found.rename("found").value_counts(name="times")
    is_unknown = ~np.isin(_raw_codes(counted["found"]), known)
    times = counted["times"].to_numpy()
    return float(times[is_unknown].sum() / times.sum())


def _codes(found: Iterable[str]) -> Codes:
    return np.unique(_raw_codes(found))


def _raw_codes(found: Iterable[str]) -> Codes:
    digests = [int.from_bytes(blake2b(one.encode(), digest_size=8).digest(), "little") for one in found]
    return np.array(digests, dtype=np.uint64)
