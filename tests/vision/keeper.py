"""This is where a process lives that crash tests kill: it keeps vectors and dies where it is told.

python -m tests.vision.keeper FOLDER POINT COUNT…
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vopt_lib.commit_points import observe
from vopt_lib.vision.index_store import IndexFigures, Photos, update_index

MODEL = "descriptor-1"
LENGTH = 16
EXACT_UP_TO = 40
"""So that a graph is kept of hardly more than forty photos."""


def vectors_of(keys: Sequence[str]) -> npt.NDArray[np.float32]:
    """What the key alone says, so that the same photo always has the same vector."""
    rows = [np.random.default_rng(list(key.encode())).normal(size=LENGTH) for key in keys]
    vectors = np.array(rows, dtype=np.float32).reshape(len(keys), LENGTH)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def photos(keys: Sequence[str]) -> Photos:
    """Photos of these names."""
    return Photos(MODEL, LENGTH, keys, vectors_of)


def named(count: int) -> list[str]:
    """Keys of so many photos; two counts share but their first keys."""
    return [f"p{number:04}" for number in range(count // 2)] + [f"{count}-{number:04}" for number in range(count // 2)]


def keep(folder: Path, count: int) -> IndexFigures:
    """Let the folder hold so many photos."""
    return update_index(folder, photos(named(count)), exact_up_to=EXACT_UP_TO)


def main(folder: str, point: str, *counts: str) -> None:
    """Keep each count; die at the given point (`-`: never) when it is passed for the second of them."""
    keep(Path(folder), int(counts[0]))

    def die_there(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    for count in counts[1:]:
        keep(Path(folder), int(count))
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
