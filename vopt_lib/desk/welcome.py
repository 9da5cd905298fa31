"""This is where `vopt up` learns how the owner gets in for the first time: `python -m vopt_lib.desk.welcome`.

It prints the path of the one-time link with which she sets her password, or nothing where nobody has to sign in, or
somebody has a password.
"""

from __future__ import annotations

import sys

from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.signing_in import first_link, is_login_required
from vopt_lib.errors import VoptError


def main() -> int:
    """Print it; returns the exit status."""
    try:
        desk = open_desk()
        token = first_link(desk) if is_login_required(desk) else None
    except VoptError:
        return 1  # the pages themselves say what is wrong
    sys.stdout.write(f"/first/{token}" if token else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
