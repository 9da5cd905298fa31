"""This is where tests have a price model that is learnt in seconds: ridge on attributes, each as strong as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vopt_lib.schema.pricing import ESTIMATED

if TYPE_CHECKING:
    from scipy import sparse
    from sklearn.linear_model import Ridge

FOLDS = 3
NAMED = ("category", "brand", "size", "condition", "material")
PAIRED = (("category", "brand"), ("category", "size"))
# How far each kind of attribute moves log prices, about; what people ask scatters 0.3 more.
SPREAD = {"category": 0.6, "brand": 0.6, "category×brand": 0.1, "category×size": 0.03, "condition": 0.4, "size": 0.1}
ELSE = {"material": 0.2}
OF_A_WORD = 0.03
NOISE = 0.3
ODD = 1.1


class PlainPrices:
    """Log prices by ridge; half of things ask more than `middle_eur`."""

    def __init__(self, rows: pl.DataFrame) -> None:
        from scipy import sparse
        from sklearn.feature_extraction.text import CountVectorizer

        self._brands = _named_by_words(rows)
        words = CountVectorizer(analyzer=str.split, binary=True, min_df=2)
        x, y = words.fit_transform(self._tokens(rows)), np.log(rows["price_eur"].to_numpy())
        kinds = (name.split("=")[0] if "=" in name else "" for name in words.get_feature_names_out())
        self._scale = sparse.diags([(SPREAD | ELSE).get(kind, OF_A_WORD) for kind in kinds])
        self._words, x = words, (x @ self._scale).tocsr()
        fold, told = np.arange(rows.height) % FOLDS, np.empty(rows.height)
        for place in range(FOLDS):
            told[fold == place] = _fitted(x[fold != place], y[fold != place]).predict(x[fold == place])
        self.out_of_fold = rows.select("id").with_columns(middle_eur=pl.Series(np.exp(told)))
        self._ridge = _fitted(x, y)

    def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
        middle = np.exp(self._ridge.predict(self._words.transform(self._tokens(rows)) @ self._scale))
        told = {"id": rows["id"], "middle_eur": middle, "low_eur": middle * 0.6, "high_eur": middle * 1.6}
        return pl.DataFrame({**told, "lack": [None] * rows.height}, schema=ESTIMATED)

    def _tokens(self, rows: pl.DataFrame) -> list[str]:
        """Each attribute, some in pairs, and the words of the title; a brand that is only in the title counts."""
        named = {name: rows[name].fill_null("-").str.replace_all(" ", "_").to_list() for name in NAMED}
        titles = rows["title"].str.to_lowercase().to_list()
        known, pattern = self._brands
        for row, brand in enumerate(named["brand"]):
            if brand == "-" and (found := pattern.search(titles[row])):
                named["brand"][row] = known[found.group(1)]
        return [
            " ".join(
                [
                    *(f"{name}={named[name][row]}" for name in NAMED),
                    *(f"{one}×{other}={named[one][row]}|{named[other][row]}" for one, other in PAIRED),
                    title,
                ]
            )
            for row, title in enumerate(titles)
        ]


def _named_by_words(rows: pl.DataFrame) -> tuple[dict[str, str], re.Pattern[str]]:
    brands = sorted(
        (brand for brand in rows["brand"].drop_nulls().unique() if len(brand) > 2), key=lambda name: (-len(name), name)
    )
    found = "|".join(re.escape(brand.lower()) for brand in brands) or "(?!)"
    return {brand.lower(): brand.replace(" ", "_") for brand in brands}, re.compile(rf"\b({found})\b")


def _fitted(x: sparse.csr_matrix, y: np.ndarray) -> Ridge:
    """Fitted twice: prices that are far off the first fit mean nothing."""
    from sklearn.linear_model import Ridge

    kept = np.abs(y - np.median(y)) < 3.0
    first = Ridge(alpha=NOISE**2, solver="lsqr").fit(x[kept], y[kept])
    near = kept & (np.abs(y - first.predict(x)) < ODD)
    return Ridge(alpha=NOISE**2, solver="lsqr").fit(x[near], y[near])
