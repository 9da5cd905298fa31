"""This is where what was made of photos of own things is forgotten, once the shop has these photos no more.

What goes is told by the shop and the lake alone: whatever cut it short, asking again goes on from there.
"""

from __future__ import annotations

import shutil

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_index import bring_index_up_to_date, index_to_itself
from vopt_lib.errors import LikenessError
from vopt_lib.lake.unlinked import drop_unlinked
from vopt_lib.schema.tables import LISTING_PHOTO, OWN
from vopt_lib.shop.photographed import all_photos
from vopt_lib.shop.store import Shop
from vopt_lib.vision.index_store import made_for


def forget_links(desk: Desk, shop: Shop) -> None:
    """Let the lake no longer say that own things show photos which they do not show any more. Raises: LakeBusy."""
    with desk.lake.writing(LISTING_PHOTO.name):
        linked = desk.lake.scan(LISTING_PHOTO.name, version="newest").filter(pl.col("market") == OWN).collect()
        with shop.reading() as session:
            there = set(all_photos(session))
        stays = [pair in there for pair in linked.select("listing_id", "photo_sha256").iter_rows()]
        if not all(stays):
            desk.lake.overwrite(LISTING_PHOTO.name, linked.filter(stays), partitions=[{"market": OWN}])


def forget_vectors(desk: Desk, shop: Shop) -> int:
    """Remove the vectors of photos that neither a listing nor an own thing shows. Returns: how many. Raises: LakeBusy.

    Those of own photos that were described a moment ago, and are linked next, stay.
    """
    with shop.reading() as session:
        shown = {sha256 for _, sha256 in all_photos(session)}
    return drop_unlinked(desk.lake, shown=shown)


def forget_in_indexes(desk: Desk) -> None:
    """Let every index hold only what has a vector and is shown. One that cannot be written anew goes: it can be made
    again from the lake, and room on the disk must not decide whether something is forgotten.

    Raises: AlreadyRunning; LakeError.
    """
    for folder in sorted(path for path in desk.paths.photo_indexes.glob("*") if path.is_dir()):
        made = made_for(folder)
        try:
            if made is not None and desk.paths.photo_index(made[0]) == folder:
                bring_index_up_to_date(desk, *made)
                continue
        except (LikenessError, OSError):
            pass
        with index_to_itself(desk, folder):
            shutil.rmtree(folder)
