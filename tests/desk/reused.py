"""This is where tests get a vopt whose owner's photos are shown by strangers, and which she shows twice herself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.desk.photographed import photographed
from tests.markets import small_market_data
from tests.simulator.drawn import drawn, found_by_another, offers_of
from vopt_lib.desk import market_embedding
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.market_embedding import embed_market

SIZE = (310, 430)
OFFERS = list(offers_of(("dress", "handbag", "boot"), (7,), each=2))
DRESS, OTHER_DRESS, HANDBAG, OTHER_HANDBAG, BOOT, OTHER_BOOT = (drawn(one, size=SIZE).photo for one in OFFERS)
FOUND_DRESS, AGAIN_FOUND_DRESS, COPIED_BOOT = (
    drawn(found_by_another(OFFERS[at], change_seed=seed), size=SIZE).photo for at, seed in ((0, 7), (0, 9), (4, 7))
)
THEIRS = (OTHER_HANDBAG, FOUND_DRESS, OTHER_DRESS)


def with_reused_photos(folder: Path, theirs: tuple[bytes, ...] = THEIRS) -> Desk:
    """A vopt whose owner sells a dress, a handbag, and a pair of boots twice; three listings show these photos."""
    desk = small_market_data(folder)
    photographed(desk, "Abito rosso", DRESS)
    photographed(desk, "Borsa rossa", HANDBAG)
    photographed(desk, "Stivali", OTHER_BOOT, BOOT)
    photographed(desk, "Stivali rossi", COPIED_BOOT)
    embed_own(desk)
    embed_shown(desk, *theirs)
    return desk


def embed_shown(desk: Desk, *theirs: bytes) -> None:
    """Describe the photos of listings that were not yet: these."""
    left = list(theirs)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(market_embedding, "fetch_photo", lambda client, url: left.pop(0))
        embed_market(desk, most=len(theirs))


def copied(desk: Desk, folder: Path) -> Desk:
    """A vopt of its own with the same data, at the same moment."""
    shutil.copytree(desk.paths.data, folder)
    return open_desk(data=folder, clock=desk.clock)
