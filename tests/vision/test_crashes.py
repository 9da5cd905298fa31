"""Killed while an index is written: the old photos are there or the new ones, whole, and the next write goes on."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import numpy as np
import pytest

from tests.cradle import Born, born
from tests.vision.keeper import MODEL, keep, named, vectors_of
from vopt_lib.commit_points import CommitPoint
from vopt_lib.vision.index_store import open_index
from vopt_lib.vision.vectors import as_texts

POINTS = [point for point in CommitPoint if point.startswith("index.")]


def start(folder: Path, *counts: int, point: str = "-") -> Born:
    return born("tests.vision.keeper", str(folder), point, *map(str, counts))


def held(folder: Path) -> int:
    """How many photos lie there; each has its own vector, and is found by it."""
    index = open_index(folder, MODEL)
    keys = as_texts(index.vectors.keys)
    assert sorted(keys) == sorted(named(len(keys)))
    np.testing.assert_array_equal(index.vectors.matrix, vectors_of(keys))
    found = index.search(vectors_of(keys), model=MODEL, count=1)
    assert found["photo_sha256"].to_list() == keys
    return len(keys)


def files(folder: Path) -> set[str]:
    return {path.name.partition("-")[0] for path in folder.iterdir() if path.suffix in (".npy", ".usearch")}


@pytest.mark.parametrize("counts", [(60, 90), (30, 60), (60, 30)], ids=["grows", "gets a graph", "loses it"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_every_point_the_photos_are_whole_and_the_next_write_goes_on(
    tmp_path: Path, point: str, counts: tuple[int, int]
) -> None:
    folder = tmp_path / "index"
    process = start(folder, *counts, point=point)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"never reached {point}"
    assert held(folder) == counts[0 if point == CommitPoint.INDEX_WRITTEN else 1]
    keep(folder, 80)
    assert held(folder) == 80
    assert len([path for path in folder.iterdir() if path.suffix in (".npy", ".usearch")]) == 3


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_moment_the_photos_are_whole(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "index"
    process = start(folder, *([60, 90, 30, 50] * 200))
    for _ in range(random.Random(seed).randint(1, 30)):
        process.stdout.readline()
    process.kill()
    process.communicate(timeout=60)
    assert held(folder) in {60, 90, 30, 50}
    keep(folder, 80)
    assert held(folder) == 80
    assert files(folder) == {"rows", "vectors", "graph"}
