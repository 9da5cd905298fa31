"""This is where a process lives that crash tests kill: it erases Ben, and dies where it is told.

python -m tests.desk.shop.erase_child DATA POINT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from vopt_lib.commit_points import observe
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.people import erase, person_called


def main(data: str, point: str) -> None:
    """Erase the person called Ben."""
    desk = open_desk(data=Path(data))
    by = member_of(desk)
    ben = person_called(desk, by, "Ben")

    def die_there(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    erase(desk, by, ben.id, typed="Ben")


if __name__ == "__main__":
    main(*sys.argv[1:])
