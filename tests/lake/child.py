"""This is where a process lives that crash tests kill: it writes, says what it has promised, and dies where it is told.

python child.py JOB DATA POINT NUMBER…
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.lake.frames import days, live, pages, seen
from vopt_lib.commit_points import observe
from vopt_lib.lake import Lake
from vopt_lib.lake.warehouse import write_snapshot
from vopt_lib.paths import Paths


def collect(lake: Lake, app: str, numbers: list[int]) -> None:
    """Commit one sighting and one page per number."""
    for number in numbers:
        lake.commit(
            {"listing_seen": seen([number], run_id=app), "page_raw": pages([f"{app}/{number}"])}, app=app, number=number
        )
        say(number)


def publish(lake: Lake, app: str, numbers: list[int]) -> None:
    """Overwrite and publish a table once per number."""
    for number in numbers:
        lake.publish({"listing_live": lake.overwrite("listing_live", live([number]), partitions=[{}])})
        say(number)


def snapshot(lake: Lake, app: str, numbers: list[int]) -> None:
    """Publish and snapshot figures once per number."""
    for number in numbers:
        lake.publish({"catalog_day": lake.overwrite("catalog_day", days([number]), partitions=[{}])})
        write_snapshot(lake, lake.paths, 2)
        say(number)


def append(lake: Lake, app: str, numbers: list[int]) -> None:
    """Append one sighting per number."""
    for number in numbers:
        lake.append("listing_seen", seen([number], run_id=app))
        say(number)


JOBS: dict[str, Callable[[Lake, str, list[int]], None]] = {
    "collect": collect,
    "publish": publish,
    "snapshot": snapshot,
    "append": append,
}


def say(number: int) -> None:
    """Promise a number to whoever started this process."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main(job: str, data: str, point: str, app: str, *said: str) -> None:
    """Do the job; die at the given point (`-`: never) when it is passed during the second number."""
    numbers = [int(number) for number in said]
    lake = Lake(Paths(Path(data), f"{data}/lake"))
    lake.recover()
    JOBS[job](lake, app, numbers[:1])

    def die_there(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    JOBS[job](lake, app, numbers[1:])


if __name__ == "__main__":
    main(*sys.argv[1:])
