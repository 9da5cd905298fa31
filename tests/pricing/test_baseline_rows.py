"""Rows become what the baselines read, without their own prices showing through."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.pricing.things import things
from vopt_lib.pricing.baseline_rows import sparse_features, usual_prices, with_labels


def test_every_label_and_every_level_of_the_category_is_a_column() -> None:
    rows = things(1).with_columns(category=pl.lit("Donna > Vestiti > Abiti"), shop=pl.lit("A"), rank=pl.lit(3))
    labels = with_labels(rows)
    assert labels.columns == [
        *("brand", "category", "size", "condition", "color", "material", "shop"),
        *("path_1", "path_2", "path_3", "path_4"),
    ]
    assert labels.select("path_1", "path_2", "path_4").row(0) == ("Donna", "Donna > Vestiti", "Donna > Vestiti > Abiti")


def test_the_usual_price_of_a_label_is_pulled_towards_that_of_all() -> None:
    keys = pl.DataFrame({"brand": ["Zara"] * 10 + ["Prada"] * 10})
    encode = usual_prices(keys, np.array([1.0] * 10 + [3.0] * 10))
    told = encode(pl.DataFrame({"brand": ["Zara", "Prada", "Nessuno", None]}))
    assert told[:, 0].tolist() == pytest.approx([1.5, 2.5, 2.0, 2.0])
    assert told[:, 1].tolist() == [10.0, 10.0, 0.0, 0.0]


def test_sparse_features_of_other_rows_stand_in_the_same_columns() -> None:
    rows = things(150)
    encode, features = sparse_features(rows)
    assert (encode(rows.head(20)) != features[:20]).nnz == 0
