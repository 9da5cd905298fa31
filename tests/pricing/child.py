"""This is where a process lives that crash tests kill: it keeps models, puts them to use, and dies where it is told.

python -m tests.pricing.child FOLDER POINT NUMBER…
"""

import os
import signal
import sys
from pathlib import Path

import numpy as np

from tests.pricing.cards import card
from vopt_lib.commit_points import observe
from vopt_lib.files import only_one
from vopt_lib.pricing import store
from vopt_lib.pricing.store import State


def version_of(number: int) -> str:
    """The name of the model of a number."""
    return f"it-20261101T{number:06}"


def keep(folder: Path, number: int) -> None:
    """Keep a model full of a number, use it, and let the one before the last go."""
    with only_one(folder.parent / "models.lock", "vopt models", wait_s=60):
        state = State({"numbers": np.full(100_000, number)}, {"number": number})
        store.save(folder, state, card(version_of(number)), f"# {number}\n")
        store.publish(folder, version_of(number))
        store.prune(folder, "it", most=1)
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main(folder: str, point: str, *numbers: str) -> None:
    """Keep them all; die at the given point (`-`: never) when it is passed for the second of them."""
    keep(Path(folder), int(numbers[0]))

    def die_there(reached: str) -> None:
        if reached.partition(":")[0] == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    for number in numbers[1:]:
        keep(Path(folder), int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
