"""This is where labels and words become numbers under which what was learnt of them is found again.

A number is a checksum of the plain text, so it is the same on every machine and in every version, and a new label needs
no list of labels. Two of a hundred thousand labels may share one: what is learnt of them is then mixed, no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self
from zlib import crc32

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.pricing import CATEGORY_SEPARATOR

UNTOLD: Final = 0
"""The code of what is not told."""

MOST_LEVELS: Final = 4
"""Levels of a category's path that are told apart; below them lie a handful of things each."""

_NOT_LABELS: Final = ("id", "title", "description", "category")
_ROW_BITS: Final = np.uint64(32)
_CODE: Final = np.uint64(0xFFFFFFFF)
_MIXER: Final = np.uint64(0x9E3779B97F4A7C15)
_FOLD: Final = np.uint64(29)

Codes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def label_names(rows: pl.DataFrame) -> tuple[str, ...]:
    """The columns that are labels: of words, but neither text nor the category's path."""
    return tuple(name for name, kind in rows.schema.items() if kind == pl.String and name not in _NOT_LABELS)


def read_keys(rows: pl.DataFrame, labels: Sequence[str]) -> Keys:
    """What things tell, as codes: the same whatever the case and accents. A column that is not there is untold."""
    names = ("title", "category", *labels)
    plain = rows.with_columns(_plain(rows, name).alias(name) for name in names).select(names)
    words = _words(plain["title"])
    of_labels = _words(plain.select(pl.concat_str("category", *labels, separator=" ", ignore_nulls=True)).to_series())
    return Keys(
        labels={name: _codes(plain[name].to_list()) for name in labels},
        paths=path_codes(rows),
        title=_codes(plain["title"].to_list()),
        length=plain["title"].str.len_chars().fill_null(0).to_numpy().astype(np.float64),
        words=words,
        beside=words.without(of_labels),
    )


def path_codes(rows: pl.DataFrame) -> list[Codes]:
    """The codes of each category down to its first, second … level."""
    names = rows.with_columns(_plain(rows, "category").alias("category"))["category"].fill_null("").to_list()
    splits = {name: name.split(CATEGORY_SEPARATOR) for name in set(names)}
    codes: list[Codes] = []
    for level in range(MOST_LEVELS):
        heads = {name: CATEGORY_SEPARATOR.join(split[: level + 1]) for name, split in splits.items()}
        codes.append(_codes([heads[name] for name in names]))
    return codes


def ended(paths: Sequence[Codes]) -> list[Codes]:
    """The same, but untold below the level at which a path has ended: each category once."""
    return [paths[0], *(np.where(one == above, np.uint64(UNTOLD), one) for above, one in pairwise(paths))]


def crossed(*codes: Codes) -> Codes:
    """One code for what bears all of these labels."""
    mixed = np.zeros_like(codes[0])
    for code in codes:
        mixed = (mixed ^ code) * _MIXER
        mixed ^= mixed >> _FOLD
    return mixed


@dataclass(frozen=True)
class Words:
    """The words of texts, each once a text. places: which text's (sorted); codes: which word."""

    places: npt.NDArray[np.int64]
    codes: Codes
    texts: int

    def without(self, others: Words) -> Words:
        """Those of these words that the same thing's other text does not have."""
        own = ~found_at(others._pairs(), self._pairs())[1]
        return Words(self.places[own], self.codes[own], self.texts)

    def sums(self, weights: npt.ArrayLike) -> Floats:
        """What the words of each text weigh together."""
        each = np.broadcast_to(np.asarray(weights, np.float64), len(self.codes))
        return np.asarray(np.bincount(self.places, each, self.texts), np.float64)

    def _pairs(self) -> Codes:
        return (self.places.astype(np.uint64) << _ROW_BITS) | self.codes


@dataclass(frozen=True)
class Keys:
    """What things tell, as codes.

    labels: by name; paths: of the category down to its first, second … level (a path that ends above stays where it
    ends); title: of the whole of it, and length in letters; words: of the title; beside: those that no label says.
    """

    labels: Mapping[str, Codes]
    paths: Sequence[Codes]
    title: Codes
    length: Floats
    words: Words
    beside: Words


@dataclass(frozen=True)
class Counts:
    """How many things bear each code; codes are sorted."""

    codes: Codes
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, codes: Codes) -> Self:
        """Count them; what is untold is not counted."""
        found, counts = np.unique(codes[codes != UNTOLD], return_counts=True)
        return cls(found, counts.astype(np.int64))

    def at(self, codes: Codes) -> npt.NDArray[np.int64]:
        """How many bear each of these."""
        places, known = found_at(self.codes, codes)
        return np.where(known, self.counts[places], 0) if len(self.codes) else np.zeros(len(codes), np.int64)


def found_at(known: Codes, codes: Codes) -> tuple[npt.NDArray[np.int64], Flags]:
    """Where each code stands among the known, sorted ones, and whether it does."""
    if not len(known):
        return np.zeros(len(codes), np.int64), np.zeros(len(codes), np.bool_)
    places = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    return places, np.asarray(known[places] == codes)


def _words(plain: pl.Series) -> Words:
    found = plain.fill_null("").str.extract_all(r"\w+").to_list()
    places = np.repeat(np.arange(len(found), dtype=np.uint64), [len(words) for words in found])
    pairs = np.sort((places << _ROW_BITS) | _codes([word for words in found for word in words]))
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs
    return Words((pairs >> _ROW_BITS).astype(np.int64), pairs & _CODE, len(found))


def _codes(texts: Sequence[str | None]) -> Codes:
    codes = {text: crc32(text.encode()) if text else UNTOLD for text in set(texts)}
    return np.fromiter((codes[text] for text in texts), np.uint64, len(texts))


def _plain(rows: pl.DataFrame, name: str) -> pl.Expr:
    if name not in rows.columns:
        return pl.lit(None, pl.String)
    decomposed = pl.col(name).cast(pl.String).str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return decomposed.str.to_lowercase().str.strip_chars()
