"""This is where a process lives that backs up or restores and is killed where it is told.

python -m tests.desk.keeper backup|restore DATA FILE POINT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.desk.whole import opened
from vopt_lib.commit_points import observe
from vopt_lib.desk.backup import back_up
from vopt_lib.desk.restore import restore


def main(job: str, data: str, file: str, point: str) -> None:
    """Do it; die at the given point (`-`: never), and say every point that is passed."""
    desk = opened(Path(data))

    def die_there(reached: str) -> None:
        sys.stdout.write(f"{reached}\n")
        sys.stdout.flush()
        if reached == point or reached.partition(":")[0] == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    if job == "backup":
        back_up(desk, Path(file))
    else:
        restore(desk, Path(file), force=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
