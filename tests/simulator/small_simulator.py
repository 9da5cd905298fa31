"""This is where the simulator is started with the hand-written market, as `python -m vopt_lib.simulator` is."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))

from small_market import START, SmallMarket

from vopt_lib.simulator.__main__ import main
from vopt_lib.simulator.offers import Offer


def paint(offer: Offer, number: int, size: tuple[int, int], kind: str) -> bytes:
    """A plain rectangle: what is drawn is tested elsewhere."""
    drawn = BytesIO()
    Image.new("RGB", size, (offer.photo_seed, number, 0)).save(drawn, kind)
    return drawn.getvalue()


if __name__ == "__main__":
    sys.exit(main(["--start", START.isoformat(), *sys.argv[1:]], make=lambda _: SmallMarket(), paint=paint))
