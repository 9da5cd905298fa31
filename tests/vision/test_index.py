"""Whatever is looked for among photos, the answer is what comparing with each of them would give."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.vision.clusters import clustered
from vopt_lib.errors import ModelsDiffer, VectorsUnusable
from vopt_lib.vision.approximate import Graph
from vopt_lib.vision.index import Index, recall_at_10
from vopt_lib.vision.vectors import Vectors, checked

MODEL = "descriptor-1"
Floats = npt.NDArray[np.float32]

COMPASS = {
    "east": (1.0, 0.0),
    "north": (0.0, 1.0),
    "north-east": (0.8, 0.6),
    "west": (-1.0, 0.0),
    "east again": (1.0, 0.0),
}


def index_of(vectors: Floats, keys: list[str] | None = None, *, has_graph: bool = False) -> Index:
    """An index of vectors; photo number 7 is called p00007."""
    held = Vectors.of(MODEL, keys or [f"p{number:05}" for number in range(len(vectors))], vectors)
    graph = Graph(held.length) if has_graph else None
    if graph is not None:
        graph.add(held.numbers, held.matrix)
    return Index(held, graph)


def compass() -> Index:
    return index_of(np.array([*COMPASS.values()], dtype=np.float32), [*COMPASS])


def brute_force(index: Index, query: Floats, count: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
    """What a patient person would find."""
    told = [
        (-round(float(row.astype(float) @ query.astype(float)), 6), key.decode())
        for key, row in zip(index.vectors.keys.tolist(), index.vectors.matrix, strict=True)
    ]
    return [(key, -minus) for minus, key in sorted(told) if allowed is None or key in allowed][:count]


def pairs(found: pl.DataFrame) -> list[tuple[str, float]]:
    return list(zip(found["photo_sha256"], found["likeness"], strict=True))


def test_the_most_alike_come_first_and_equals_in_the_order_of_their_keys() -> None:
    found = compass().search([1.0, 0.0], model=MODEL, count=4)
    assert pairs(found) == [("east", 1.0), ("east again", 1.0), ("north-east", 0.8), ("north", 0.0)]


def test_several_questions_at_once_have_the_answers_of_each() -> None:
    index = compass()
    queries = np.array([[0.0, 1.0], [-0.6, 0.8]], dtype=np.float32)
    together = index.search(queries, model=MODEL, count=3)
    alone = [index.search(query, model=MODEL, count=3) for query in queries]
    assert_frame_equal(together.filter(query=0), alone[0])
    assert_frame_equal(together.filter(query=1).with_columns(query=pl.lit(0, pl.UInt32)), alone[1])


def test_an_empty_index_finds_nothing() -> None:
    found = index_of(np.empty((0, 4), dtype=np.float32)).search([1.0, 0, 0, 0], model=MODEL)
    assert found.schema == {"query": pl.UInt32, "photo_sha256": pl.String, "likeness": pl.Float64}
    assert found.is_empty()


@given(data=st.data())
def test_what_is_found_is_what_comparing_with_each_gives(data: st.DataObject) -> None:
    # Whole numbers of few sizes: many vectors are equal, and many are equally like.
    length = data.draw(st.integers(1, 6))
    rows = st.lists(st.integers(-2, 2), min_size=length, max_size=length).filter(any)
    drawn = np.array(data.draw(st.lists(rows, min_size=1, max_size=60)), dtype=np.float32)
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    keys = data.draw(st.permutations([f"p{number:03}" for number in range(len(vectors))]))
    index = index_of(vectors, keys)
    allowed = data.draw(st.none() | st.sets(st.sampled_from(keys)))
    query = vectors[data.draw(st.integers(0, len(vectors) - 1))]
    count = data.draw(st.integers(1, 70))
    found = index.search(query, model=MODEL, count=count, among=allowed)
    assert pairs(found) == brute_force(index, query, count, allowed)


@pytest.mark.parametrize("count", [1, 10, 50])
def test_of_many_numbers_too_what_is_found_is_what_comparing_with_each_gives(count: int) -> None:
    index, queries = index_of(clustered(3_000, 128, seed=1)), clustered(40, 128, seed=2)
    found = index.search(queries, model=MODEL, count=count)
    for number, query in enumerate(queries):
        assert pairs(found.filter(query=number)) == brute_force(index, query, count)


@pytest.fixture(scope="module")
def large() -> Index:
    """5,000 photos with a graph; a tenth of the brands is Zara, one photo of fifty is sold, one of 2,500 a hat."""
    index = index_of(clustered(5_000, 64, seed=3, clusters=50), has_graph=True)
    place = pl.int_range(5_000)
    facts = pl.DataFrame({"photo_sha256": [f"p{number:05}" for number in range(5_000)]}).with_columns(
        brand=pl.when(place % 10 == 0).then(pl.lit("Zara")).otherwise(pl.lit("H&M")),
        price_eur=(place % 97).cast(pl.Float64),
        is_sold=place % 50 == 1,
        category=pl.when(place % 2_500 == 2).then(pl.lit("hats")),
    )
    return index.with_facts(facts)


def test_a_graph_finds_nearly_all_that_comparing_with_each_finds(large: Index) -> None:
    assert recall_at_10(large, sample=200, seed=4) >= 0.99


def test_what_a_graph_proposes_is_told_as_exactly(large: Index) -> None:
    query = clustered(1, 64, seed=5, clusters=50)[0]
    likeness = dict(brute_force(large, query, 5_000))
    assert all(likeness[key] == told for key, told in pairs(large.search(query, model=MODEL, count=30)))


FILTERS = {
    "most of them": pl.col("price_eur") >= 5,
    "a tenth": pl.col("brand") == "Zara",
    "a fiftieth": pl.col("is_sold"),
    "two, and the others unknown": pl.col("category") == "hats",
    "two conditions": (pl.col("brand") == "Zara") & (pl.col("price_eur") < 40),
    "none": pl.col("brand") == "Gucci",
    "no condition": pl.lit(True),
}


@pytest.mark.parametrize("passes", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("count", [1, 10, 50])
def test_a_filter_loses_no_results(large: Index, passes: pl.Expr, count: int) -> None:
    facts = large.facts
    assert facts is not None
    allowed = set(facts.filter(passes)["photo_sha256"])
    for query in clustered(5, 64, seed=6, clusters=50):
        exact = large.exactly().search(query, model=MODEL, count=count, among=passes)
        assert pairs(exact) == brute_force(large, query, count, allowed)
        found = large.search(query, model=MODEL, count=count, among=passes)
        assert found.height == min(count, len(allowed))
        assert set(found["photo_sha256"]) <= allowed
        assert len(set(found["photo_sha256"]) & set(exact["photo_sha256"])) >= 0.9 * found.height


def test_what_lies_far_from_all_that_pass_a_filter_still_finds_them() -> None:
    near, far = clustered(2_000, 32, seed=7, clusters=1), -clustered(600, 32, seed=8, clusters=1)
    index = index_of(np.vstack([near, far]), has_graph=True)
    allowed = [f"p{number:05}" for number in range(2_000, 2_600)]
    found = index.search(near[0], model=MODEL, count=20, among=allowed)
    assert pairs(found) == brute_force(index, near[0], 20, set(allowed))


def test_a_photo_of_several_listings_is_found_when_one_of_them_passes() -> None:
    facts = pl.DataFrame({"photo_sha256": ["north", "north", "unknown"], "brand": ["Zara", "H&M", "H&M"]})
    found = compass().with_facts(facts).search([1.0, 0.0], model=MODEL, among=pl.col("brand") == "H&M")
    assert pairs(found) == [("north", 0.0)]


def test_keys_that_are_not_there_are_not_found() -> None:
    assert pairs(compass().search([1.0, 0.0], model=MODEL, among=["south", "west"])) == [("west", -1.0)]


def test_a_filter_by_facts_needs_facts() -> None:
    with pytest.raises(ValueError, match="no facts"):
        compass().search([1.0, 0.0], model=MODEL, among=pl.col("brand") == "Zara")


def test_models_never_mix() -> None:
    with pytest.raises(ModelsDiffer, match="described by ViT-B-32, and the ones to compare them with by descriptor-1"):
        compass().search([1.0, 0.0], model="ViT-B-32")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([[1.0, 0.0], [float("nan"), 1.0]], "no number"),
        ([[float("inf"), 0.0]], "no number"),
        ([[0.0, 0.0]], "zeros"),
        ([[3.0, 4.0]], "length is not 1"),
        ([1.0, 0.0], "one row of numbers"),
    ],
    ids=["nan", "infinite", "zeros", "not of length 1", "flat"],
)
def test_what_is_no_vector_is_refused(rows: list[object], why: str) -> None:
    with pytest.raises(VectorsUnusable, match=why):
        checked(np.array(rows, dtype=np.float32))


def test_a_question_of_another_length_is_refused() -> None:
    with pytest.raises(VectorsUnusable, match="another length"):
        compass().search([1.0, 0.0, 0.0], model=MODEL)


def test_a_photo_is_there_once() -> None:
    with pytest.raises(ValueError, match="each photo must be there once"):
        Vectors.of(MODEL, ["a", "a"], np.eye(2, dtype=np.float32))
