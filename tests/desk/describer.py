"""This is where a process lives that describes photos and is killed where it is told.

python -m tests.desk.describer DATA WWW API POINT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from vopt_lib.commit_points import observe
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.market_embedding import embed_market


def main(data: str, www: str, api: str, point: str) -> None:
    """Describe own photos and twelve of listings; die when the point was passed for the second time, or just once."""
    passed = 0
    point, _, times = point.partition("*")

    def die_there(reached: str) -> None:
        nonlocal passed
        passed += reached == point
        if passed == int(times or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    desk = open_desk(data=Path(data), vinted_www=www, vinted_api=api)
    embed_own(desk)
    embed_market(desk, most=12)


if __name__ == "__main__":
    main(*sys.argv[1:])
