"""What is kept of photos is brought to what is wanted: the new ones in, the old ones out, and nothing done twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from polars.testing import assert_frame_equal

from tests.vision.clusters import clustered
from tests.vision.keeper import MODEL, photos, vectors_of
from vopt_lib.errors import AlreadyRunning, IndexDamaged, IndexMissing, ModelsDiffer, VectorsUnusable
from vopt_lib.files import only_one
from vopt_lib.vision.approximate import WIDTHS
from vopt_lib.vision.index_store import LEAST_RECALL, IndexFigures, Photos, open_index, update_index
from vopt_lib.vision.vectors import as_texts

KEYS = [f"p{number:04}" for number in range(2_000)]
EXACT_UP_TO = 500
ALL_LIKE = dict(zip(KEYS, clustered(2_000, 32, seed=1, clusters=40), strict=True))


class Lake:
    """Vectors by their keys, and which of them were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors_of(self, keys: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += keys
        return np.array([ALL_LIKE[key] for key in keys])

    def photos(self, keys: Sequence[str]) -> Photos:
        return Photos(MODEL, 32, keys, self.vectors_of)

    def update(self, folder: Path, keys: Sequence[str], **changes: object) -> IndexFigures:
        return update_index(folder, replace(self.photos(keys), **changes), exact_up_to=EXACT_UP_TO)  # type: ignore[arg-type]


@pytest.fixture
def lake() -> Lake:
    return Lake()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photo_index" / "descriptor"


def test_only_what_is_missing_is_asked_for(folder: Path, lake: Lake) -> None:
    assert lake.update(folder, KEYS[:100]) == IndexFigures(100, 100, 0, False, None)
    lake.asked.clear()
    assert lake.update(folder, KEYS[20:110]) == IndexFigures(90, 10, 20, False, None)
    assert lake.asked == KEYS[100:110]
    assert sorted(as_texts(open_index(folder, MODEL).vectors.keys)) == KEYS[20:110]


def test_where_nothing_changed_nothing_is_written(folder: Path, lake: Lake) -> None:
    first = lake.update(folder, KEYS[:600])
    before = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert lake.update(folder, KEYS[:600][::-1]) == IndexFigures(600, 0, 0, False, first.recall_at_10)
    assert {path.name: path.stat().st_ino for path in folder.iterdir()} == before


def test_what_was_added_bit_by_bit_is_found_as_what_was_put_in_at_once(tmp_path: Path, lake: Lake) -> None:
    bits, whole = tmp_path / "bits", tmp_path / "whole"
    figures = [lake.update(bits, KEYS[start:end]) for start, end in [(0, 800), (0, 1_300), (50, 1_900), (100, 2_000)]]
    lake.update(whole, KEYS[100:])
    assert [one.is_rebuilt for one in figures] == [True, False, False, False]
    assert all((one.recall_at_10 or 0) >= 0.99 for one in figures)
    bit_by_bit, at_once = open_index(bits, MODEL), open_index(whole, MODEL)
    assert set(as_texts(bit_by_bit.vectors.keys)) == set(as_texts(at_once.vectors.keys)) == set(KEYS[100:])
    queries = clustered(20, 32, seed=2, clusters=40)
    assert_frame_equal(
        bit_by_bit.exactly().search(queries, model=MODEL), at_once.exactly().search(queries, model=MODEL)
    )
    assert set(bit_by_bit.search(queries, model=MODEL)["photo_sha256"]).isdisjoint(KEYS[:100])


def test_a_graph_out_of_which_much_has_gone_is_made_anew(folder: Path, lake: Lake) -> None:
    lake.update(folder, KEYS)
    assert not lake.update(folder, KEYS[250:]).is_rebuilt
    assert lake.update(folder, KEYS[500:]).is_rebuilt


def test_where_nothing_lies_near_anything_the_graph_looks_wider(folder: Path) -> None:
    drawn = np.random.default_rng(5).normal(size=(3_000, 256))
    keys = [f"p{number:04}" for number in range(3_000)]
    held = dict(zip(keys, drawn / np.linalg.norm(drawn, axis=1, keepdims=True), strict=True))
    hard = Photos(MODEL, 256, keys, lambda some: np.array([held[key] for key in some]))
    figures = update_index(folder, hard, exact_up_to=EXACT_UP_TO)
    graph = open_index(folder, MODEL).graph
    assert graph is not None
    assert graph.width > WIDTHS[0]
    assert (figures.recall_at_10 or 0) >= LEAST_RECALL
    assert not update_index(folder, replace(hard, keys=keys[1:]), exact_up_to=EXACT_UP_TO).is_rebuilt


def test_a_graph_that_is_no_longer_needed_goes(folder: Path, lake: Lake) -> None:
    assert lake.update(folder, KEYS[:501]).recall_at_10 is not None
    assert lake.update(folder, KEYS[:500]).recall_at_10 is None
    assert open_index(folder, MODEL).graph is None


def test_a_photo_whose_vector_changed_is_found_by_the_new_one(folder: Path, lake: Lake) -> None:
    lake.update(folder, KEYS[:600])
    turned = -ALL_LIKE["p0007"]
    figures = lake.update(folder, KEYS[:600], changed=["p0007"], vectors_of=lambda keys: turned[None])
    assert (figures.added, figures.removed) == (1, 1)
    found = open_index(folder, MODEL).search(turned, model=MODEL, count=1)
    assert found.rows() == [(0, "p0007", 1.0)]


def test_another_models_vectors_are_replaced_never_mixed(folder: Path, lake: Lake) -> None:
    lake.update(folder, KEYS[:60])
    with pytest.raises(ModelsDiffer):
        open_index(folder, "ViT-B-32")
    figures = lake.update(folder, KEYS[:50], model="ViT-B-32")
    assert (figures.photos, figures.added) == (50, 50)
    with pytest.raises(ModelsDiffer):
        open_index(folder, MODEL)


def test_vectors_of_another_length_are_replaced(folder: Path, lake: Lake) -> None:
    lake.update(folder, KEYS[:60])
    assert update_index(folder, photos(KEYS[:60])).added == 60
    assert open_index(folder, MODEL).vectors.length == 16


def test_an_index_of_no_photos_is_one(folder: Path, lake: Lake) -> None:
    assert lake.update(folder, []) == IndexFigures(0, 0, 0, False, None)
    assert open_index(folder, MODEL).search(ALL_LIKE["p0000"], model=MODEL).is_empty()
    assert lake.update(folder, KEYS[:3]).added == 3
    assert lake.update(folder, []).removed == 3


def test_where_no_photo_was_ever_described_it_is_said(folder: Path) -> None:
    with pytest.raises(IndexMissing, match="vopt embed"):
        open_index(folder, MODEL)


@pytest.mark.parametrize("bad", [[float("nan")] * 32, [0.0] * 32, [1.0] * 32], ids=["nan", "zeros", "long"])
def test_a_bad_vector_is_refused_and_what_is_there_stays(folder: Path, lake: Lake, bad: list[float]) -> None:
    lake.update(folder, KEYS[:60])
    with pytest.raises(VectorsUnusable):
        lake.update(folder, KEYS[:61], vectors_of=lambda keys: [bad])
    assert len(open_index(folder, MODEL).vectors) == 60


def test_vectors_of_the_wrong_shape_are_refused(folder: Path) -> None:
    with pytest.raises(VectorsUnusable, match="another length"):
        update_index(folder, Photos(MODEL, 8, ["a"], vectors_of))


@pytest.mark.parametrize("name", ["index.json", "rows-1.npy", "vectors-1.npy", "graph-1.usearch"])
@pytest.mark.parametrize("content", [b"", b"{}", b"x" * 5_000, None], ids=["empty", "braces", "nonsense", "missing"])
def test_what_is_damaged_is_said_and_made_anew(folder: Path, lake: Lake, name: str, content: bytes | None) -> None:
    lake.update(folder, KEYS[:600])
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    with pytest.raises((IndexDamaged, IndexMissing)):
        open_index(folder, MODEL)
    assert lake.update(folder, KEYS[:600]).added == 600
    assert len(open_index(folder, MODEL).vectors) == 600


def test_whoever_searches_keeps_what_another_write_replaces(folder: Path, lake: Lake) -> None:
    lake.update(folder, KEYS[:600])
    before = open_index(folder, MODEL)
    expected = before.search(ALL_LIKE["p0003"], model=MODEL)
    lake.update(folder, KEYS[300:900])
    assert_frame_equal(before.search(ALL_LIKE["p0003"], model=MODEL), expected)


def test_vectors_stay_on_the_disk_until_they_are_asked_for(folder: Path, lake: Lake) -> None:
    lake.update(folder, KEYS[:60])
    held: object = open_index(folder, MODEL).vectors.matrix
    while isinstance(held, np.ndarray) and not isinstance(held, np.memmap):
        held = held.base
    assert isinstance(held, np.memmap)


def test_two_writers_take_turns(folder: Path, lake: Lake) -> None:
    with only_one(folder / "index.lock", "another"), pytest.raises(AlreadyRunning):
        lake.update(folder, KEYS[:3])


def test_a_photo_is_given_once(folder: Path, lake: Lake) -> None:
    with pytest.raises(ValueError, match="twice"):
        lake.update(folder, ["p0001", "p0001"])
