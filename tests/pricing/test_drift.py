"""A model that no longer fits what comes in is told; one that does is left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from tests.pricing.cards import card
from tests.pricing.test_gate import told
from vopt_lib.pricing.drift import ENOUGH, Known, drift, known_of, unknown_shares
from vopt_lib.pricing.quality import quality
from vopt_lib.schema.model_card import Drift
from vopt_lib.words import Words

NOW = datetime(2026, 11, 29, 6, 30, tzinfo=UTC)
CARD = replace(card(), quality=quality(told(0.3)), unknown_brands=0.05, unknown_words=0.10)


def said(rows: pl.DataFrame, unknown: tuple[float, float] = (0.05, 0.10)) -> list[str]:
    return [Words("en").say(one.what, **one.facts) for one in drift(CARD, rows, unknown, now=NOW).reasons]


@pytest.mark.parametrize("seed", range(5))
def test_a_model_that_fits_as_it_did_needs_nothing(seed: int) -> None:
    assert said(told(0.3, seed=seed, rows=ENOUGH)) == []


def test_with_too_few_new_listings_nothing_is_said() -> None:
    found = drift(CARD, told(2.0, rows=ENOUGH - 1), (1.0, 1.0), now=NOW)
    assert (found.rows, found.quality, found.reasons) == (ENOUGH - 1, None, ())


@pytest.mark.parametrize(
    ("rows", "unknown", "why"),
    [
        (told(0.5, reach=0.65), (0, 0), "Half of its prices are off by 33% or more; when it was trained it was 20%."),
        (told(0.3, factor=1.2), (0, 0), "It tells prices that are too high by about 20%."),
        (told(0.3, factor=0.8), (0, 0), "It tells prices that are too low by about 20%."),
        (told(0.3, reach=0.25), (0, 0), "Its intervals hold 60% of the prices; when it was trained it was 81%."),
        (told(0.3), (0.3, 0), "It has never met the brands of 30% of the listings; when it was trained it was 5%."),
        (told(0.3), (0, 0.4), "It has never met 40% of the words in titles; when it was trained it was 10%."),
    ],
    ids=["further off", "too high", "too low", "too narrow", "brands", "words"],
)
def test_a_model_that_grew_old_says_how(rows: pl.DataFrame, unknown: tuple[float, float], why: str) -> None:
    assert why in said(rows, unknown)


def test_what_was_found_comes_back_from_its_file() -> None:
    found = drift(CARD, told(0.5), (0.3, 0.4), now=NOW)
    assert found.reasons
    assert Drift.of_json(found.as_json()) == found


THINGS = pl.DataFrame({"title": ["Borsa Zara nera", "Borsa Gucci", None], "brand": ["Zara", " gucci ", None]})


def test_brands_and_words_are_known_whatever_their_case() -> None:
    known = known_of(THINGS)
    again = THINGS.with_columns(pl.col("title", "brand").str.to_uppercase())
    assert unknown_shares(again, known) == (0.0, 0.0)
    newer = pl.DataFrame({"title": ["Borsa borsa cappello", "x 12 <>"], "brand": ["Zara", "Prada"]})
    assert unknown_shares(newer, known) == (0.5, pytest.approx(1 / 3))


def test_what_is_known_is_kept_as_numbers_beside_the_model() -> None:
    known = known_of(THINGS)
    found = Known.of_arrays({**known.arrays(), "other": np.zeros(3)})
    assert unknown_shares(THINGS, found) == (0.0, 0.0)
    assert {array.dtype for array in known.arrays().values()} == {np.dtype(np.uint64)}
    assert unknown_shares(THINGS, Known.of_arrays({})) == (1.0, 1.0)
    assert unknown_shares(THINGS.clear(), known) == (0.0, 0.0)
