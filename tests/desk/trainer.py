"""This is where a process lives that learns prices and is killed where it is told.

python -m tests.desk.trainer DATA DAY POINT
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from tests.markets import FixedClock
from tests.priced_market import NOW
from tests.pricing.standin import MEDIANS
from vopt_lib.commit_points import observe
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.price_training import train


def main(data: str, day: str, point: str) -> None:
    """Learn as if it were so many days later; die at the given point (`-`: never)."""

    def die_there(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    done = train(open_desk(data=Path(data), clock=FixedClock(NOW + timedelta(days=int(day)))), learner=MEDIANS)
    sys.stdout.write(f"{done.run.outcome}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
