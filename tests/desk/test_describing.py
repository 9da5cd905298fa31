"""Photos described batch by batch: in this process or in others, which are handed names of files alone."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from tests.desk.photographed import photographed
from tests.markets import small_market_data
from tests.simulator.drawn import DRESS, drawn
from vopt_lib.desk import embedding
from vopt_lib.desk.describing import Described, Describer, Files, whole
from vopt_lib.desk.embedding import embed_own
from vopt_lib.vision.embedder import embedder

PHOTOS = [drawn(replace(DRESS, photo_seed=seed), size=(310, 430)).photo for seed in range(1, 6)]


@pytest.fixture
def describer() -> Describer:
    return Describer("shapes-1", embedder("shapes-1"))


def kept(folder: Path, content: bytes) -> Path:
    path = folder / hashlib.sha256(content).hexdigest()
    path.write_bytes(content)
    return path


def in_two_processes(function: Callable[[Files], Described], batches: Iterable[Files], /) -> Iterator[Described]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield from pool.map(function, batches)


def test_what_is_no_photo_is_told_and_what_is_not_there_left_out(describer: Describer, tmp_path: Path) -> None:
    photo, no_photo = kept(tmp_path, PHOTOS[0]), kept(tmp_path, b"no photo")
    spoilt = kept(tmp_path, PHOTOS[1])
    spoilt.write_bytes(b"cut off")
    found = describer([photo, no_photo, spoilt, tmp_path / "gone"])
    assert set(found) == {photo.name, no_photo.name}
    assert found[no_photo.name] is None
    assert whole(spoilt) is None
    assert describer([]) == {}


def test_another_process_is_handed_a_name_and_makes_the_same_vectors(describer: Describer, tmp_path: Path) -> None:
    files = [kept(tmp_path, photo) for photo in PHOTOS[:2]]
    assert len(pickle.dumps(describer)) < 200
    there = pickle.loads(pickle.dumps(describer))
    assert there is pickle.loads(pickle.dumps(describer)), "it is made once in a process"
    here, told = describer(files), there(files)
    for path in files:
        one, other = here[path.name], told[path.name]
        assert one is not None
        assert other is not None
        np.testing.assert_array_equal(other.vector, one.vector)
        assert other.fingerprint.packed() == one.fingerprint.packed()


def test_photos_described_in_other_processes_are_written_by_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)
    desk = small_market_data(tmp_path / "data")
    hashes = photographed(desk, "Abito", *PHOTOS, b"no photo")
    seen: list[tuple[int, int]] = []
    run = embed_own(desk, on_photo=lambda done, of: seen.append((done, of)), map_batches=in_two_processes)
    assert (run.rows, run.rejected) == (5, 1)
    assert seen == [(0, 6), (2, 6), (4, 6), (6, 6)]
    vectors = desk.lake.scan("embedding", version="newest").collect()
    assert set(vectors["photo_sha256"]) == set(hashes[:5])
    assert embed_own(desk, map_batches=in_two_processes).rows == 0
