"""This is where things become what a price can depend on: labels, numbers, and words and letters of their texts.

- labels: brand, each level of the category, size, condition, colour, material, and every other column of words.
- numbers: how worn a thing is and how large, since these have an order, and every other column of numbers.
- texts: what a title says beside the labels, which it often repeats, and the description; their words with pairs of
  words, and parts of three to five letters, as TF-IDF vectors of length 1; a photo's vector where there is one.

What is known only after listing (likes, views) is nobody's column here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.pricing.texts import Vocabulary, learn_vocabulary
from vopt_lib.schema.pricing import CATEGORY_SEPARATOR, PRICED
from vopt_lib.schema.vinted_terms import conditions, folded

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int32]

UNTOLD: Final = -1
"""The code of a label that is not told."""

NEVER_SEEN: Final = -2
"""The code of a label that nothing learnt from has: it is like no other, not even like itself."""

MOST_LEVELS: Final = 6
PHOTO: Final = "photo"

_OWN: Final = ("brand", "size", "condition", "color", "material")
_TEXTS: Final = {
    "title words": ("rest", "words"),
    "title letters": ("rest", "letters"),
    "description words": ("description", "words"),
}
"""{text: the column that holds it, and what is read of it}."""

_TOLD_SHARE: Final = 0.02
"""Share of things that must tell something for it to be learnt from."""

_LEAST_NAMED: Final = 3
_SHORTEST_NAMED: Final = 3
"""Things that must tell a brand, and letters that it must have, for it to be looked for in titles."""

_MEDIOCRE: Final = 0.5
_LETTERED: Final = {
    "xxs": 32,
    "xs": 34,
    "s": 36,
    "m": 40,
    "l": 44,
    "xl": 48,
    "xxl": 52,
    "2xl": 52,
    "xxxl": 56,
    "3xl": 56,
}
"""Letters of sizes on the scale of European numbers, roughly: the order is what counts."""

_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_WORN: Final = (
    (r"\b(with|con|avec|mit|new with)\b.*\b(tags?|label|etichett\w*|cartellino|etiquette|etikett)\b", 0.0),
    (r"\b(never worn|unworn|new|brand new|nuov\w|neuf|neuve|neu|nuevo|mint)\b", 0.25),
    (r"\b(very good|excellent|like new|ottim\w|molto buon\w|tres bon|sehr gut|muy bueno)\b", 0.5),
    (r"\b(good|buon\w|bon|gut|bueno|gently used)\b", 0.75),
    (r"\b(fair|satisf\w*|soddisf\w*|discret\w|zufrieden\w*|worn|used|poor|usat\w|acceptable)\b", 1.0),
)
"""How conditions are worded elsewhere than on Vinted, read in this order."""


@dataclass(frozen=True)
class Inputs:
    """Things as a kernel compares them.

    codes: (labels, things); numbers: (numbers, things); texts: of each its vectors, one row a thing, where a row of
    zeros says nothing.
    """

    codes: Codes
    numbers: Floats
    texts: tuple[Any, ...]

    def __len__(self) -> int:
        return int(self.codes.shape[1])

    def take(self, places: Any) -> Inputs:
        """Those at these places."""
        texts = tuple(text[places] for text in self.texts)
        return Inputs(self.codes[:, places], self.numbers[:, places], texts)


@dataclass(frozen=True)
class Features:
    """What things are told apart by.

    levels: of each label its values, whose places are their codes; brands: those that are looked for in titles of
    things whose brand is not told; number_ends: of each number the ends between which
    it usually lies; texts: by name; photo_length: of a photo's vector (0: photos are not compared).
    """

    levels: Mapping[str, Sequence[str]]
    brands: Sequence[str]
    number_ends: Mapping[str, tuple[float, float]]
    texts: Mapping[str, Vocabulary]
    photo_length: int = 0

    @property
    def names(self) -> list[str]:
        """What each distance of two things is of, in the order of `Inputs`."""
        return [*self.levels, *self.number_ends, *self.texts, *([PHOTO] if self.photo_length else [])]

    def scaled(self, name: str, values: npt.NDArray[np.float64]) -> Floats:
        """Values of a number as `inputs` has them."""
        return _scaled(pl.Series(values), self.number_ends[name])

    def inputs(self, rows: pl.DataFrame) -> Inputs:
        """Things as a kernel compares them. Needs: PRICED."""
        known = with_labels(rows, brands=self.brands)
        codes = [_coded(_column(known, name, pl.String), levels) for name, levels in self.levels.items()]
        numbers = [_scaled(_column(known, name, pl.Float64), ends) for name, ends in self.number_ends.items()]
        texts = [text.vectors(known[_TEXTS[name][0]].fill_null("").to_list()) for name, text in self.texts.items()]
        if self.photo_length:
            texts.append(_photos(rows, self.photo_length))
        n = rows.height
        return Inputs(
            np.array(codes, dtype=np.int32).reshape(len(codes), n),
            np.array(numbers, dtype=np.float32).reshape(len(numbers), n),
            tuple(texts),
        )


def read_features(rows: pl.DataFrame) -> Features:
    """Learn what these things are told apart by. Needs: PRICED."""
    brands = _usual_brands(rows)
    known = with_labels(rows, brands=brands)
    least = max(1, round(_TOLD_SHARE * rows.height))
    labels = [name for name in label_names(known) if known[name].drop_nulls().len() >= least]
    levels = {name: known[name].drop_nulls().unique(maintain_order=True).to_list() for name in labels}
    numbers = {name: _ends(known[name]) for name in number_names(known) if known[name].drop_nulls().n_unique() > 1}
    texts = {
        name: learn_vocabulary(kind, known[column].fill_null("").to_list())
        for name, (column, kind) in _TEXTS.items()
        if _tells(known[column], least)
    }
    photos = rows[PHOTO].drop_nulls() if PHOTO in rows.columns else pl.Series([], dtype=pl.List(pl.Float32))
    length = int(photos.list.len().max() or 0) if photos.len() >= least else 0  # type: ignore[arg-type]
    return Features(levels, brands, numbers, texts, length)


def with_labels(rows: pl.DataFrame, *, brands: Sequence[str] = ()) -> pl.DataFrame:
    """What things tell, comparable.

    Needs: PRICED; what is missing is untold. brands (folded): where none is told, the one that the title names is it.
    Adds: category 1, category 2 … (the path down to this level), worn and largeness (Float64, null: not known), rest
          (what the title says beside the labels); every label folded, null where it is empty.
    """
    told = complete(rows)
    labels = [name for name in other_labels(told) if name != "category"]
    folds = {name: _folds(told[name]) for name in {*labels, *_OWN, "category", "title", "description"}}
    known = told.with_columns(
        pl.col(name).replace_strict(table, default=None, return_dtype=pl.String) for name, table in folds.items()
    )
    known = known.with_columns(brand=pl.Series(_brands_told(known, frozenset(brands)), dtype=pl.String))
    levels = pl.col("category").str.split(CATEGORY_SEPARATOR.strip())
    known = known.with_columns(
        pl.when(levels.list.len() > level)
        .then(levels.list.head(level + 1).list.join(CATEGORY_SEPARATOR.strip()))
        .alias(f"category {level + 1}")
        for level in range(MOST_LEVELS)
    )
    worn = {value: worn_of(value) for value in known["condition"].drop_nulls().unique().to_list()}
    sizes = {value: largeness(value) for value in known["size"].drop_nulls().unique().to_list()}
    known = known.with_columns(
        worn=pl.col("condition").replace_strict(worn, default=None, return_dtype=pl.Float64),
        largeness=pl.col("size").replace_strict(sizes, default=None, return_dtype=pl.Float64),
    )
    return known.with_columns(rest=pl.Series(_rests(known), dtype=pl.String))


def complete(rows: pl.DataFrame) -> pl.DataFrame:
    """The same with every column of PRICED: null where it was missing."""
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in PRICED.items() if name not in rows.columns]
    return rows.with_columns(absent)


def label_names(known: pl.DataFrame) -> list[str]:
    """The labels of things that went through `with_labels`."""
    levels = [name for name in known.columns if name.startswith("category ")]
    return [*_OWN, *levels, *other_labels(known)]


def other_labels(rows: pl.DataFrame) -> list[str]:
    """Columns of words that are no fact of PRICED."""
    strings = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    return [name for name in strings if name not in PRICED and name != "rest" and not name.startswith("category ")]


def number_names(known: pl.DataFrame) -> list[str]:
    """The numbers of things that went through `with_labels`."""
    own = ("worn", "largeness")
    others = [name for name, dtype in known.schema.items() if dtype == pl.Float64 and name not in PRICED]
    return [*own, *(name for name in others if name not in own)]


@cache
def worn_of(condition: str) -> float | None:
    """How worn a thing of this condition is: 0 (new, with its tag) to 1; None where the words do not tell.

    Example:
        >>> worn_of("never worn, with tag"), worn_of("buone"), worn_of("?")
        (0.0, 0.75, None)
    """
    plain = folded(condition)
    known = [one for one in conditions() if one.order <= _WORST]
    for place, one in enumerate(sorted(known, key=lambda one: one.order)):
        names = {str(one.id), *map(folded, one.labels.values()), *map(folded, one.aliases)}
        if plain in names:
            return place / (len(known) - 1)
    return next((worn for pattern, worn in _WORN if re.search(pattern, plain)), None)


_WORST: Final = 40
"""Order of the worst condition of clothes; one more is for electronics."""


@cache
def largeness(size: str) -> float | None:
    """Where a size lies on a scale of European numbers; None where it names none.

    Example:
        >>> largeness("39 eu"), largeness("m international"), largeness("one size")
        (39.0, 40.0, None)
    """
    plain = folded(size)
    lettered = next((_LETTERED[word] for word in _WORD.findall(plain) if word in _LETTERED), None)
    number = _NUMBER.search(plain)
    if lettered is not None or number is None:
        return None if lettered is None else float(lettered)
    return float(number.group().replace(",", "."))


def _folds(values: pl.Series) -> dict[str, str | None]:
    """{value: as it is compared}, None where it says nothing."""
    return {value: folded(value) or None for value in values.drop_nulls().unique().to_list()}


def _usual_brands(rows: pl.DataFrame) -> list[str]:
    """Brands of some things that are no word as short as a size."""
    if "brand" not in rows.columns:
        return []
    counted = rows["brand"].drop_nulls().value_counts().filter(pl.col("count") >= _LEAST_NAMED)
    names = {" ".join(_WORD.findall(folded(name))) for name in counted["brand"].to_list()}
    return sorted(name for name in names if len(name) >= _SHORTEST_NAMED)


def _brands_told(known: pl.DataFrame, brands: frozenset[str]) -> list[str | None]:
    """The brand of each thing; else the longest of these that its title names."""
    by_words = {" ".join(_WORD.findall(brand)): brand for brand in known["brand"].drop_nulls().unique().to_list()}
    longest = max((len(name.split()) for name in brands), default=0)
    told = known["brand"].to_list()
    for place, title in enumerate(known["title"].to_list()):
        if told[place] is None and title:
            words = _WORD.findall(title)
            runs = (
                " ".join(words[start : start + length])
                for length in range(longest, 0, -1)
                for start in range(len(words) - length + 1)
            )
            named = next((run for run in runs if run in brands), None)
            told[place] = named and by_words.get(named, named)
    return told


def _rests(known: pl.DataFrame) -> list[str]:
    """Of each title the words that no label of the same thing tells too."""
    # A worse condition must change nothing else: its words stay in the title.
    labels = [name for name in (*_OWN, "category", *other_labels(known)) if name != "condition"]
    columns = [known[name].to_list() for name in labels]
    tokens = cache(_tokens)
    rests = []
    for title, *told in zip(known["title"].to_list(), *columns, strict=True):
        repeated = {word for value in told if value for word in tokens(value)}
        rests.append(" ".join(word for word in _WORD.findall(title or "") if word not in repeated))
    return rests


def _tokens(value: str) -> frozenset[str]:
    """The words of a label, in the singular and in the plural."""
    words = _WORD.findall(value.replace("-", " ").replace("_", " "))
    return frozenset({*words, *(f"{word}s" for word in words), *(word[:-1] for word in words if word.endswith("s"))})


def _tells(texts: pl.Series, least: int) -> bool:
    return int((texts.fill_null("") != "").sum()) >= least


def _column(rows: pl.DataFrame, name: str, dtype: type[pl.DataType]) -> pl.Series:
    """A column; untold throughout where there is none."""
    return rows[name] if name in rows.columns else pl.Series(name, [None] * rows.height, dtype=dtype)


def _coded(values: pl.Series, levels: Sequence[str]) -> Codes:
    codes = {level: place for place, level in enumerate(levels)}
    # A plain look-up: for a single thing it takes a tenth of what an expression does.
    told = values.to_list()
    return np.array([UNTOLD if one is None else codes.get(one, NEVER_SEEN) for one in told], dtype=np.int32)


def _ends(values: pl.Series) -> tuple[float, float]:
    low, high = (float(values.quantile(share) or 0.0) for share in (0.02, 0.98))
    return low, high if high > low else low + 1.0


def _scaled(values: pl.Series, ends: tuple[float, float]) -> Floats:
    """From 0 to 1 between the usual ends; in the middle where it is not told."""
    low, high = ends
    return ((values - low) / (high - low)).clip(-0.5, 1.5).fill_null(_MEDIOCRE).cast(pl.Float32).to_numpy()


def _photos(rows: pl.DataFrame, length: int) -> Floats:
    vectors = np.zeros((rows.height, length), dtype=np.float32)
    if PHOTO in rows.columns:
        for place, vector in enumerate(rows[PHOTO].to_list()):
            if vector is not None and len(vector) == length:
                vectors[place] = np.asarray(vector, dtype=np.float32) / max(float(np.linalg.norm(vector)), 1e-9)
    return vectors
