"""This is where a process lives that opens a shop: `python -m tests.shop.opener URL POINT`.

It says which form the shop has then, and is killed where it is told (`-`: nowhere).
"""

from __future__ import annotations

import os
import signal
import sys

from vopt_lib.commit_points import observe
from vopt_lib.shop.migrate import revision_of
from vopt_lib.shop.store import open_shop


def main(url: str, point: str) -> None:
    """Open it."""

    def die_there(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    sys.stdout.write(f"{revision_of(open_shop(url).engine)}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
