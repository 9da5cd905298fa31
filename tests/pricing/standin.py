"""This is where tests get a price model that learns in a moment: medians of brand, category and leather."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from vopt_lib.pricing.learner import Learner
from vopt_lib.schema.pricing import Unlearnt, Worth


class Medians:
    """Tells the median of what has its brand and category and is of leather or not; nothing of what it never met."""

    def __init__(self, names: list[str], middles: np.ndarray, reach: float, factor: float = 1.0) -> None:
        self.middles = dict(zip(names, middles.tolist(), strict=True))
        self.reach, self.factor = reach, factor
        self.out_of_fold = pl.DataFrame()

    def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
        middle = [self.middles.get(key) for key in _keys(rows)]
        told = pl.Series(middle, dtype=pl.Float64).fill_null(1.0) * self.factor
        lacks = [None if known is not None else Unlearnt.NEW_CATALOGUE.value for known in middle]
        return pl.DataFrame(
            {
                "id": rows["id"],
                "middle_eur": told,
                "low_eur": told / self.reach,
                "high_eur": told * self.reach,
                "lack": pl.Series(lacks, dtype=pl.String),
            }
        )

    def worth(self, row: pl.DataFrame) -> Worth | Unlearnt:
        told = self.estimates(row).row(0, named=True)
        if told["lack"]:
            return Unlearnt(told["lack"])
        return Worth(told["low_eur"], told["middle_eur"], told["high_eur"])

    def state(self) -> tuple[Mapping[str, np.ndarray], Mapping[str, Any]]:
        arrays = {"names": np.array(list(self.middles)), "middles": np.array(list(self.middles.values()))}
        return arrays, {"reach": self.reach, "factor": self.factor}

    @classmethod
    def of_state(cls, arrays: Mapping[str, np.ndarray], told: Mapping[str, Any]) -> Medians:
        return cls(arrays["names"].tolist(), arrays["middles"], told["reach"], told["factor"])


def fit(rows: pl.DataFrame, *, factor: float = 1.0) -> Medians:
    """What these rows teach; with another factor, a model whose prices are off by it."""
    usual = rows.with_columns(key=pl.Series(_keys(rows))).group_by("key").agg(pl.col("price_eur").median()).sort("key")
    model = Medians(usual["key"].to_list(), usual["price_eur"].to_numpy(), 1.0, factor)
    off = (model.estimates(rows)["middle_eur"] / rows["price_eur"]).log().abs().quantile(0.8)
    model.reach = float(np.exp(off or 0.0))
    told = model.estimates(rows).select("middle_eur", "low_eur", "high_eur")
    model.out_of_fold = pl.concat([rows.select("id", "category", "condition", "price_eur"), told], how="horizontal")
    return model


def _keys(rows: pl.DataFrame) -> list[str]:
    told = rows.select("brand", "category", "title").iter_rows()
    return [f"{brand} {category}{' leather' if 'pelle' in (title or '') else ''}" for brand, category, title in told]


MEDIANS = Learner(fit, Medians.of_state)
TOO_DEAR = Learner(lambda rows: fit(rows, factor=2.0), Medians.of_state)
SLIGHTLY_DEAR = Learner(lambda rows: fit(rows, factor=1.15), Medians.of_state)
