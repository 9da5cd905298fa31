"""This is where a process lives that uses a link at the same moment as others.

python -m tests.desk.shop.link_child DATA TOKEN PASSWORD: it waits for a line, and says what came of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.desk.shop.signed_in import AWAY, refusal
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.signing_in import accept, is_login_required


def main() -> None:
    """Set a password with the link."""
    data, token, password = sys.argv[1:]
    desk = open_desk(data=Path(data))
    is_login_required(desk)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(refusal(lambda: accept(desk, token, password, AWAY)) + "\n")


if __name__ == "__main__":
    main()
