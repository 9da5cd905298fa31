"""Killed while a model is kept, put to use or removed: what is in use is whole, and the next one finds its way."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.cradle import Born, born
from tests.pricing.child import version_of
from vopt_lib.commit_points import CommitPoint
from vopt_lib.pricing import store

POINTS = [point for point in CommitPoint if point.startswith("model.")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models" / "price"


def start(folder: Path, *numbers: int, point: str = "-") -> Born:
    folder.parent.mkdir(parents=True, exist_ok=True)
    return born("tests.pricing.child", str(folder), point, *map(str, numbers))


def in_use(folder: Path) -> int:
    """The number of the model in use, which is whole."""
    found = store.load(folder, store.published(folder)["it"])
    number = int(found.told["number"])
    assert (found.arrays["numbers"] == number).all()
    assert store.card_of(folder, version_of(number)).version == version_of(number)
    assert store.card_text(folder, version_of(number)) == f"# {number}\n"
    return number


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_every_point_the_model_in_use_is_whole_and_the_next_one_comes(folder: Path, point: str) -> None:
    process = start(folder, 1, 2, 3, point=point)
    reported, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"never reached {point}"
    assert reported == "1\n"
    is_before = point in (CommitPoint.MODEL_WRITTEN, CommitPoint.MODEL_NAMED)
    assert in_use(folder) == (1 if is_before else 2)
    for version in store.versions(folder):
        store.load(folder, version)
    start(folder, 4).communicate(timeout=60)
    assert in_use(folder) == 4
    assert sorted(path.name for path in folder.iterdir()) == [version_of(4), "published.json"]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_the_model_in_use_is_whole(folder: Path, seed: int) -> None:
    process = start(folder, *range(1, 500))
    for _ in range(random.Random(seed).randint(1, 40)):
        process.stdout.readline()
    process.kill()
    process.communicate(timeout=60)
    assert in_use(folder) >= 1
    start(folder, 600).communicate(timeout=60)
    assert in_use(folder) == 600
    assert sorted(path.name for path in folder.iterdir()) == [version_of(600), "published.json"]


def test_several_at_once_come_one_after_the_other(folder: Path) -> None:
    processes = [start(folder, *range(first, first + 10)) for first in (100, 200, 300)]
    told = [process.communicate(timeout=90)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(int(line) for lines in told for line in lines.split()) == [
        *range(100, 110), *range(200, 210), *range(300, 310),
    ]  # fmt: skip
    last = in_use(folder)
    assert last in {109, 209, 309}
    assert store.versions(folder) == [version_of(last)]
