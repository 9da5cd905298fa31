"""This is where a process lives that takes in files and is killed at the moment that it is told.

python -m tests.desk.shop.taken_in_child FOLDER POINT FILE…
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.desk.shop.takings import home
from vopt_lib.commit_points import observe
from vopt_lib.desk.shop import importing


def main(folder: str, point: str, *files: str) -> None:
    """Take in the files, and die at the point's Nth time: `import.batch_written#2`."""
    name, _, times = point.partition("#")
    left = [int(times or 1)]

    def watch(reached: str) -> None:
        if reached == name:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    observe(watch)
    importing.BATCH = 2  # type: ignore[misc]
    one = home(Path(folder))
    for file in files:
        one.take(Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
