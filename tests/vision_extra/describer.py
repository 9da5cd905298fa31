"""This is where a process lives that describes photos by a small CLIP model and is killed where it is told.

python -m tests.vision_extra.describer DATA WWW API WEIGHTS POINT
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.vision_extra.operators import declare_operators
from tests.vision_extra.weights import know_tiny
from vopt_lib.commit_points import observe
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.market_embedding import embed_market


def main(*told: str) -> None:
    """Describe thirty photos of listings; die when the point is passed."""
    data, www, api, weights, point = told
    declare_operators()
    know_tiny(Path(weights))

    def die_there(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    observe(die_there)
    desk = open_desk(data=Path(data), vinted_www=www, vinted_api=api, clip_weights=Path(weights))
    embed_market(desk, model="open_clip:tiny/chance", most=30)


if __name__ == "__main__":
    main(*sys.argv[1:])
