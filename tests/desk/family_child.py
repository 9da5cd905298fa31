"""This is where a process lives in which the demo's family moves in, and that is killed at the moment that it is told.

python -m tests.desk.family_child DATA WWW API POINT
"""

from __future__ import annotations

import os
import signal
import sys

from vopt_lib.commit_points import observe
from vopt_lib.desk.demo_family import move_in
from vopt_lib.desk.instance import open_desk


def main(data: str, www: str, api: str, point: str) -> None:
    """Let them move in, and die at the point's Nth time: `import.batch_written#2`."""
    name, _, times = point.partition("#")
    left = [int(times or 1)]

    def watch(reached: str) -> None:
        left[0] -= reached == name
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(watch)
    move_in(open_desk(data=data, vinted_www=www, vinted_api=api))


if __name__ == "__main__":
    main(*sys.argv[1:])
