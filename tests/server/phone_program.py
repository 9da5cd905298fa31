"""This is where the server of photos from a phone starts on loopback, which tests take for the home network.

python tests/server/phone_program.py --listing 1 --address 127.0.0.1; with TEST_DIES_AT=import.photo_stored it is
killed at that moment.
"""

from __future__ import annotations

import os
import signal
import sys

from vopt_lib.commit_points import observe
from vopt_lib.server.phone_serving import main


def _die_at(point: str) -> None:
    if point == os.environ.get("TEST_DIES_AT"):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    observe(_die_at)
    sys.exit(main(is_let_in=lambda address: address == "127.0.0.1"))
