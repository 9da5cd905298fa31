"""This is where a process lives that collects, refines, publishes and tidies one virtual day after the other.

python -m tests.e2e.writer DATA START: prints each day when it is done, and ends well when its input is closed.
"""

from __future__ import annotations

import select
import sys
from datetime import datetime, timedelta

from vopt_lib.desk.collect import collect
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.upkeep import keep_tidy
from vopt_lib.simulator.clock import SimulatorClock

MOST_DAYS = 60


def live_a_day(desk: Desk) -> None:
    """What the daily flow does, failing where it would only report."""
    runs = [collect(desk, follow) for follow in follows(desk)]
    runs += [refine_day(desk), publish_day(desk), *filter(None, [keep_tidy(desk)])]
    for run in runs:
        if run.outcome != "done":
            raise SystemExit(f"{run.kind}: {run.outcome} {run.error}")


def main(data: str, start: datetime) -> None:
    """Live day after day until nobody listens any more."""
    desk = open_desk(data=data)
    clock = SimulatorClock(desk.site("it").www)
    for number in range(MOST_DAYS):
        clock.move_to(start + timedelta(days=number))
        live_a_day(open_desk(data=data))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        if select.select([sys.stdin], [], [], 0)[0]:
            return


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
