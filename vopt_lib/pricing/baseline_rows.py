"""This is where rows become what the baselines read: sparse words, letters and labels, or each label's usual price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.schema.pricing import CATEGORY_SEPARATOR, PRICED

Floats = npt.NDArray[np.float64]

_TEXTS: Final = ("id", "title", "description")
_MOST_LEVELS: Final = 4
_MOST_TERMS: Final = 2**19
_SHRUNK_BY: Final = 10.0
"""Rows with the mean of all that are added to each label's own, so that a rare one tells little."""
_PAIRED: Final = ("brand", "category", "size", "condition", "color", "material")
_CROSSED: Final = (
    *combinations(_PAIRED, 2),
    ("brand", "category", "condition"),
    ("brand", "category", "material"),
)


def with_labels(rows: pl.DataFrame) -> pl.DataFrame:
    """Every label of these rows, and of their category the path down to each level (path_1 …). Grain: unchanged."""
    labels = [name for name, dtype in PRICED.items() if dtype == pl.String and name not in _TEXTS]
    named = [name for name in labels if name in rows.columns]
    more = [name for name, dtype in rows.schema.items() if name not in PRICED and dtype == pl.String]
    levels = pl.col("category").str.split(CATEGORY_SEPARATOR)
    paths = [
        levels.list.head(level).list.join(CATEGORY_SEPARATOR).alias(f"path_{level}")
        for level in range(1, _MOST_LEVELS + 1)
    ]
    return rows.select(*named, *sorted(more), *paths)


def sparse_features(train: pl.DataFrame) -> tuple[Callable[[pl.DataFrame], Any], Any]:
    """How rows become sparse features (weighted words, one and two; letters, three and four; labels), and `train`'s."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    plain = {"min_df": 2 if train.height > 100 else 1, "max_features": _MOST_TERMS, "dtype": np.float32}
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", sublinear_tf=True, **plain)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, **plain)
    labels = TfidfVectorizer(analyzer=_as_they_are, use_idf=False, norm=None, **plain)
    found = [_fitted(words, train, _texts), _fitted(letters, train, _texts), _fitted(labels, train, _named_labels)]
    encoders = [encode for encode, _ in filter(None, found)]  # one at least: every row has a label

    def encode(rows: pl.DataFrame) -> Any:
        return hstack([one(rows) for one in encoders], format="csr", dtype=np.float32)

    return encode, hstack([features for _, features in filter(None, found)], format="csr", dtype=np.float32)


def _fitted(
    vectorizer: Any, train: pl.DataFrame, read: Callable[[pl.DataFrame], Sequence[Any]]
) -> tuple[Callable[[pl.DataFrame], Any], Any] | None:
    """How rows are encoded, and `train`'s features; None where there is nothing to learn (no titles)."""
    try:
        features = vectorizer.fit_transform(read(train))
    except ValueError:  # scikit-learn: "empty vocabulary", or nothing is left that two rows have
        return None
    return lambda rows: vectorizer.transform(read(rows)), features


def _texts(rows: pl.DataFrame) -> list[str]:
    text = pl.concat_str("title", "description", separator=" ", ignore_nulls=True)
    return rows.select(text.fill_null("")).to_series().to_list()


def _named_labels(rows: pl.DataFrame) -> list[list[str]]:
    labels = with_labels(rows)
    named = labels.select(pl.concat_str(pl.lit(f"{name}="), pl.col(name)).alias(name) for name in labels.columns)
    lists = named.select(pl.concat_list(pl.lit("thing"), pl.all()).list.drop_nulls())
    return lists.to_series().to_list()


def _as_they_are(labels: list[str]) -> list[str]:
    return labels


def usual_prices(keys: pl.DataFrame, logs: Floats) -> Callable[[pl.DataFrame], Floats]:
    """How rows become numbers: for each label and cross of labels the mean log price of what has it, pulled towards the
    mean of all, and how many have it.

    Needs: keys, what `with_labels` returns of the rows with these log prices. Returns: (rows, 2 × labels and crosses).
    """
    names = [(name,) for name in keys.columns] + [cross for cross in _CROSSED if set(cross) <= set(keys.columns)]
    middle = float(logs.mean())
    known = keys.with_columns(log_price=logs)
    mean = (pl.col("log_price").sum() + _SHRUNK_BY * middle) / (pl.len() + _SHRUNK_BY)
    tables = [known.group_by(by).agg(mean=mean, met=pl.len()) for by in names]

    def encode(rows: pl.DataFrame) -> Floats:
        columns = []
        for by, table in zip(names, tables, strict=True):
            told = rows.select(by).join(table, on=by, how="left", nulls_equal=True, maintain_order="left")
            columns += [told["mean"].fill_null(middle).to_numpy(), told["met"].fill_null(0).to_numpy()]
        return np.column_stack(columns).astype(np.float64)

    return encode
