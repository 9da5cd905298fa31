"""This is where `vopt up` learns who gets to its pages: `python -m vopt_lib.desk.welcome ADDRESS`.

It prints what `desk.shop.serving` says of the pages at this address, as JSON: opening the shop needs much more memory
than the supervisor has.
"""

from __future__ import annotations

import sys
from dataclasses import asdict

import orjson

from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.serving import serving_of
from vopt_lib.errors import VoptError


def main() -> int:
    """Print it; returns the exit status."""
    try:
        serving = serving_of(open_desk(), sys.argv[1])
    except VoptError:
        return 1  # the pages themselves say what is wrong
    sys.stdout.buffer.write(orjson.dumps(asdict(serving)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
