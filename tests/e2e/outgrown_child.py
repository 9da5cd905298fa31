"""This is where a machine's virtual days run through the flow `daily`, and its photos through `embed`.

`python -m tests.e2e.outgrown_child DAY…` in the environment of a vopt; each day a moment of the simulator's clock.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flows.daily import daily
from flows.embed import embed
from vopt_lib.desk.instance import open_desk
from vopt_lib.simulator.clock import SimulatorClock


def main(days: Sequence[str]) -> None:
    """Live these days, then describe."""
    market = urlsplit(open_desk().settings.vinted_www)
    clock = SimulatorClock(f"http://127.0.0.1:{market.port}")
    for day in days:
        clock.move_to(datetime.fromisoformat(day))
        daily(pages=1)
    embed()


if __name__ == "__main__":
    main(sys.argv[1:])
