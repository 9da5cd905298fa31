"""Things are told apart by labels, by numbers with an order, and by what their texts say beside the labels."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from vopt_lib.pricing.features import NEVER_SEEN, UNTOLD, Features, largeness, read_features, with_labels, worn_of

THINGS = pl.DataFrame(
    {
        "id": ["1", "2", "3", "4"],
        "title": ["Giacca jeans Levi's Trucker", "Abito ZARA", "Zara abito a fiori", "giacca"],
        "brand": ["Levi's", "Zara", "ZARA", None],
        "category": ["Donna > Giacche", "Donna > Abiti", "Donna > Abiti", "Donna > Giacche"],
        "size": ["M", "42", "s / 36", None],
        "condition": ["Ottime", "Nuovo con cartellino", "Discrete", "Buone"],
    }
)


@pytest.mark.parametrize(
    ("condition", "worn"),
    [
        ("Nuovo con cartellino", 0.0), ("6", 0.0), ("Neuf sans étiquette", 0.25), ("Very good", 0.5), ("Buone", 0.75),
        ("never worn, with tag", 0.0), ("never worn", 0.25), ("fair condition", 1.0), ("quite something", None),
        ("Non del tutto funzionante", None),
    ],
)  # fmt: skip
def test_conditions_have_an_order_in_many_wordings(condition: str, worn: float | None) -> None:
    assert worn_of(condition) == worn


@pytest.mark.parametrize(
    ("size", "european"), [("M", 40.0), ("39 eu", 39.0), ("s / 36", 36.0), ("37,5", 37.5), ("one size", None)]
)
def test_sizes_have_an_order(size: str, european: float | None) -> None:
    assert largeness(size) == european


def test_a_title_is_read_without_what_its_labels_tell() -> None:
    assert with_labels(THINGS)["rest"].to_list() == ["giacca jeans trucker", "abito", "abito a fiori", "giacca"]


def test_words_of_the_condition_stay_so_that_a_worse_one_changes_nothing_else() -> None:
    told = pl.DataFrame({"id": ["1"], "title": ["Nuovo vestito"], "condition": ["Nuovo"]})
    assert with_labels(told)["rest"].to_list() == ["nuovo vestito"]


def test_labels_are_compared_without_case_and_each_level_of_a_category_is_one() -> None:
    features = read_features(THINGS)
    assert list(features.levels)[:5] == ["brand", "size", "condition", "category 1", "category 2"]
    assert features.levels["brand"] == ["levi's", "zara"]
    assert features.inputs(THINGS).codes[0].tolist() == [0, 1, 1, UNTOLD]


def test_what_was_never_learnt_is_like_nothing() -> None:
    seen = THINGS.with_columns(brand=pl.Series(["Prada", "Levi's", None, ""]))
    assert read_features(THINGS).inputs(seen).codes[0].tolist() == [NEVER_SEEN, 0, UNTOLD, UNTOLD]


def test_a_brand_that_only_the_title_names_counts() -> None:
    rows = pl.concat([THINGS] * 3).with_columns(
        title=pl.lit("Maglia di Levi's"), brand=pl.Series(["Levi's"] * 4 + [None] * 8)
    )
    features = read_features(rows)
    assert features.brands == ["levi s"]
    assert set(features.inputs(rows).codes[0].tolist()) == {0}
    assert set(with_labels(rows, brands=features.brands)["rest"]) == {"maglia di"}


def test_any_other_column_of_words_is_a_label_and_of_numbers_a_number() -> None:
    features = read_features(THINGS.with_columns(country=pl.lit("IT"), level=pl.Series([1.0, 2.0, 3.0, None])))
    assert "country" in features.levels
    assert "level" in features.number_ends


def test_photos_are_compared_where_things_have_them() -> None:
    shown = THINGS.with_columns(photo=pl.Series([[3.0, 4.0], None, [0.0, 1.0], [1.0, 0.0]], dtype=pl.List(pl.Float32)))
    features = read_features(shown)
    assert features.names[-1] == "photo"
    np.testing.assert_allclose(features.inputs(shown).texts[-1][0], [0.6, 0.8], rtol=1e-6)
    assert not features.inputs(THINGS).texts[-1].any()


def test_things_that_tell_nothing_are_read() -> None:
    nothing = pl.DataFrame({"id": ["1", "2"]})
    features = read_features(nothing)
    assert features == Features({}, [], {}, {})
    assert len(features.inputs(nothing)) == 2
