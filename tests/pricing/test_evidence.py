"""Of what nothing was learnt, no price is told, and the reason is."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pricing.stalls import things
from vopt_lib.pricing.evidence import Evidence, learn_evidence
from vopt_lib.pricing.keys import Counts
from vopt_lib.pricing.packing import packed, unpacked
from vopt_lib.schema.pricing import Unlearnt

NOTHING = {"title": pl.String, "brand": pl.String, "category": pl.String}


def thing(title: str | None, brand: str | None = None, category: str | None = "clothes > jeans") -> pl.DataFrame:
    return pl.DataFrame({"title": [title], "brand": [brand], "category": [category]}, schema=NOTHING)


@pytest.fixture(scope="module")
def learnt() -> Evidence:
    return learn_evidence(things(2000))


@pytest.mark.parametrize(
    ("subject", "lack"),
    [
        (thing("Levis jeans blue", "Levis"), None),
        (thing("LÉVIS Jeans", "levis"), None),
        (thing("jeans blue skinny fit", "Levis"), None),
        (thing("asdf qwer"), Unlearnt.UNLIKE_ALL),
        (thing("Fiat Panda 1.2 2015", "Fiat"), Unlearnt.UNLIKE_ALL),
        (thing("samsung galaxy s21 128gb"), Unlearnt.UNLIKE_ALL),
        (thing(""), Unlearnt.UNLIKE_ALL),
        (thing(None), Unlearnt.UNLIKE_ALL),
        (thing("Levis jeans blue", "Levis", None), Unlearnt.NO_CATALOGUE),
        (thing("Levis jeans blue", "Levis", ""), Unlearnt.NO_CATALOGUE),
        (thing("Levis jeans blue", "Levis", "electronics > phones"), Unlearnt.NEW_CATALOGUE),
        (thing("Levis jeans blue", "Levis", "clothes"), None),
        (thing("Levis jeans blue", "Levis", "clothes > overalls"), None),
        (thing("galaxy phone", None, "clothes > phones"), Unlearnt.NEW_CATALOGUE),
    ],
)
def test_the_reason_is_told(learnt: Evidence, subject: pl.DataFrame, lack: Unlearnt | None) -> None:
    assert learnt.lacks(subject).to_list() == [lack]


def test_hardly_any_thing_of_the_same_market_is_refused(learnt: Evidence) -> None:
    assert learnt.lacks(things(2000, seed=5)).is_not_null().mean() <= 0.02  # type: ignore[operator]


def test_what_is_flagged_is_not_one_thing(learnt: Evidence) -> None:
    two = pl.concat([thing("Levis jeans blue", "Levis")] * 3)
    flags = pl.Series([True, False, None])
    assert learnt.lacks(two, not_one_thing=flags).to_list() == [Unlearnt.NOT_ONE_THING, None, None]


def test_what_is_like_nothing_is_refused_where_the_model_knows_how_like_things_are() -> None:
    rows = things(1000).with_columns(likeness=pl.int_range(pl.len()) / 1000 * 0.5 + 0.5)
    evidence = learn_evidence(rows)
    asked = pl.concat([thing("Levis jeans blue", "Levis")] * 3)
    likeness = pl.Series("likeness", [0.9, 0.1, None])
    assert evidence.lacks(asked.with_columns(likeness)).to_list() == [None, Unlearnt.UNLIKE_ALL, None]
    assert evidence.lacks(asked[:1]).to_list() == [None]


def test_a_market_that_tells_no_catalogue_needs_none() -> None:
    evidence = learn_evidence(things(500).with_columns(category=pl.lit(None, pl.String)))
    assert evidence.lacks(thing("Levis jeans blue", "Levis", None)).to_list() == [None]


def test_a_market_without_titles_and_brands_needs_none() -> None:
    nothing = pl.lit(None, pl.String)
    evidence = learn_evidence(things(500).with_columns(title=nothing, brand=nothing))
    assert evidence.lacks(thing(None)).to_list() == [None]


def test_a_small_catalogue_under_a_small_one_is_hardly_learnt() -> None:
    evidence = learn_evidence(things(40))
    assert evidence.lacks(thing("Levis jeans blue", "Levis", "clothes > overalls")).to_list() == ["new_catalogue"]


def test_nothing_learnt_means_nothing_known() -> None:
    assert learn_evidence(things(0)).lacks(thing("Levis jeans")).to_list() == [Unlearnt.NEW_CATALOGUE]
    assert learn_evidence(things(0)).lacks(thing("Levis jeans")[:0]).to_list() == []


def test_what_is_kept_says_the_same(learnt: Evidence) -> None:
    arrays, told = packed(learnt)
    again = unpacked(arrays, json.loads(json.dumps(told)), (Evidence, Counts))
    asked = pl.concat([thing("asdf"), thing("zara coat"), thing("zara coat", "zara", "a > b")])
    assert again.lacks(asked).to_list() == learnt.lacks(asked).to_list()
    assert {array.dtype.kind for array in arrays.values()} == {"u", "i"}


WILD = st.text(max_size=40) | st.none()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=WILD, brand=WILD, category=WILD)
def test_whatever_it_is_called_there_is_an_answer(
    learnt: Evidence, title: str | None, brand: str | None, category: str | None
) -> None:
    (lack,) = learnt.lacks(thing(title, brand, category)).to_list()
    assert lack is None or lack in set(Unlearnt)
