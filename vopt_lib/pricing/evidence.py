"""This is where we say of which things nothing was learnt, so that no price is told of them, and why.

Three questions, each with a limit that hardly any thing learnt from would fail, had it been left out itself:
- Is its catalogue known? One of which little was learnt will do where the one above it is known well and the title's
  words are as common as those of most things.
- Are its words and its brand common? A word counts by the log of how many titles have it, so that one that everybody
  uses makes up for some that nobody ever used. Numbers are no words here: a car has a year, too.
- Is anything like it, where the model says how like the nearest thing is?
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from vopt_lib.pricing.keys import MOST_LEVELS, UNTOLD, Codes, Counts, Flags, Floats, Keys, ended, path_codes, read_keys
from vopt_lib.schema.pricing import Unlearnt

LEAST_OF_CATALOGUE: Final = 5
"""Things of a catalogue from which on it is known."""

LEAST_ABOVE: Final = 50
"""Things of the catalogue above it from which on one with fewer is known, if its words are."""

LESS_COMMON: Final = 0.25
"""Share of the things learnt from whose words are too rare for that."""

REFUSED_BY_WORDS: Final = 0.01
REFUSED_BY_LIKENESS: Final = 0.005
"""Shares of the things learnt from that their own limits would refuse, had each been left out itself."""

MOST_ASKED: Final = 0.6
"""A thing is never refused whose words are so common, against those of half the things: where all titles follow one
pattern, two new words would be too many else."""

MOST_UNTOLD: Final = 0.02
"""Where more of the things learnt from tell no catalogue, or neither title nor brand, none needs to tell it."""

LIKENESS: Final = "likeness"
"""Column that says how like a thing the nearest one learnt from is (0 to 1), if the model knows."""

_BRAND_WEIGHT: Final = 2.0
"""Words that a brand counts for."""

_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Evidence:
    """What was learnt of: how many things have each word in their title, each brand, each category down to its levels.

    things: how many in all; least_common: how common a title's words must be, and common_enough: in a catalogue of
    which little is known; least_like: how like the nearest must be (0: not asked); needs_catalogue, needs_words:
    whether a thing must tell these at all.
    """

    words: Counts
    brands: Counts
    paths: Counts
    things: int
    least_common: float
    common_enough: float
    least_like: float
    needs_catalogue: bool
    needs_words: bool

    def lacks(self, rows: pl.DataFrame, *, not_one_thing: pl.Series | None = None) -> pl.Series:
        """Why nothing can be said of each thing: a value of `Unlearnt`, null where a price can be told.

        Needs: title, brand, category; likeness, if it was learnt with it. not_one_thing: which titles tell of several
        things or a flaw (Boolean).
        """
        common = self._common(_keys(rows), own=0)
        told = common >= 0
        is_one = np.ones(rows.height, np.bool_) if not_one_thing is None else ~not_one_thing.fill_null(False).to_numpy()
        paths = path_codes(rows)
        unlike = np.where(told, (common < self.least_common) | (common == 0), self.needs_words) | (
            _likeness(rows) < self.least_like
        )
        places = self._places(paths, common)
        reasons = (
            (self.needs_catalogue & (paths[0] == UNTOLD), Unlearnt.NO_CATALOGUE),
            ((paths[0] != UNTOLD) & ~places, Unlearnt.NEW_CATALOGUE),
            (~is_one, Unlearnt.NOT_ONE_THING),
            (unlike, Unlearnt.UNLIKE_ALL),
        )
        lacks = np.full(rows.height, None, dtype=object)
        for holds, reason in reversed(reasons):
            lacks[holds] = reason.value
        return pl.Series("lack", lacks.tolist(), dtype=pl.String)

    def _common(self, keys: Keys, *, own: int) -> Floats:
        """How common each thing's words and brand are, from 0 (nobody has them) to 1 (all have them); -1: it has none.

        own: 1 for the things learnt from, which then do not count themselves.
        """
        words, brand = keys.words, keys.labels["brand"]
        all_have = np.log1p(max(self.things, 1))
        of_words = np.log1p(np.maximum(self.words.at(words.codes) - own, 0)) / all_have
        of_brand = np.log1p(np.maximum(self.brands.at(brand) - own, 0)) / all_have
        count = words.sums(1.0)
        common = (words.sums(of_words) + _BRAND_WEIGHT * of_brand) / (count + _BRAND_WEIGHT)
        return np.where((count > 0) | (brand != UNTOLD), common, -1.0)

    def _places(self, paths: list[Codes], common: Floats) -> Flags:
        """Whether each thing's category is known, itself or by the one above it."""
        counts = [self.paths.at(codes) for codes in paths]
        leaf, above = counts[-1], np.zeros(len(common), np.int64)
        for level in range(MOST_LEVELS - 1):
            above = np.where(paths[level] != paths[level + 1], counts[level], above)
        return np.asarray((leaf >= LEAST_OF_CATALOGUE) | ((above >= LEAST_ABOVE) & (common >= self.common_enough)))


def learn_evidence(rows: pl.DataFrame) -> Evidence:
    """Learn what is known from these things. Needs: title, brand, category; likeness, if it is to be asked for."""
    keys, paths = _keys(rows), path_codes(rows)
    evidence = Evidence(
        words=Counts.of(keys.words.codes),
        brands=Counts.of(keys.labels["brand"]),
        paths=Counts.of(np.concatenate(ended(paths))),
        things=rows.height,
        least_common=0.0,
        common_enough=0.0,
        least_like=0.0,
        needs_catalogue=bool((paths[0] == UNTOLD).mean() <= MOST_UNTOLD) if rows.height else True,
        needs_words=True,
    )
    return _with_limits(evidence, evidence._common(keys, own=1), _likeness(rows))


def _with_limits(evidence: Evidence, common: Floats, likeness: Floats) -> Evidence:
    told, like = common[common >= 0], likeness[np.isfinite(likeness)]
    return replace(
        evidence,
        least_common=min(_lowest(told, REFUSED_BY_WORDS), MOST_ASKED * _lowest(told, 0.5)),
        common_enough=_lowest(told, LESS_COMMON),
        least_like=_lowest(like, REFUSED_BY_LIKENESS),
        needs_words=bool((common < 0).mean() <= MOST_UNTOLD) if len(common) else True,
    )


def _lowest(values: Floats, share: float) -> float:
    """Below which value so small a share lies; 0 where there are too few to tell."""
    return float(np.quantile(values, share, method="lower")) - _ROUNDING if len(values) * share >= 1 else 0.0


def _keys(rows: pl.DataFrame) -> Keys:
    return read_keys(rows.with_columns(pl.col("title").cast(pl.String).str.replace_all(r"\b\d+\b", " ")), ("brand",))


def _likeness(rows: pl.DataFrame) -> Floats:
    """How like the nearest thing is; infinite where nobody knows, so that it is never too little."""
    if LIKENESS not in rows.columns:
        return np.full(rows.height, np.inf)
    return rows[LIKENESS].cast(pl.Float64).fill_nan(None).fill_null(np.inf).to_numpy()
