"""This is where a process lives that crash tests kill: it empties the inbox, and dies where it is told.

python -m tests.desk.inbox_child DATA POINT
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.desk.drafting import looked
from vopt_lib.commit_points import observe
from vopt_lib.desk.inbox import empty_inbox
from vopt_lib.desk.instance import open_desk

LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""Long after anything was put into the inbox."""


def main(data: str, point: str) -> None:
    """Empty the inbox."""

    def die_there(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    empty_inbox(open_desk(data=Path(data)), now=LATER, analyse=looked)


if __name__ == "__main__":
    main(*sys.argv[1:])
