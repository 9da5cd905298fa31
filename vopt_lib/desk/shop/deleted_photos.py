"""This is where the files of deleted photos go, a day after: until then a photo can be brought back.

A file goes before the row that remembers it: killed in between, the next who looks removes the row.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.errors import ShopBusy
from vopt_lib.paths import Paths
from vopt_lib.schema.clock import Clock, SystemClock
from vopt_lib.shop.photos import deleted_before, forget_deleted, is_needed
from vopt_lib.shop.store import Shop

KEPT: Final = timedelta(days=1)
"""How long a deleted photo can be brought back."""

BEING_TAKEN_IN: Final = timedelta(hours=1)
"""A file that was kept, or found there, this shortly ago may be of an import whose rows are still to be written."""


def let_deleted_go(desk: Desk, shop: Shop, *, clock: Clock | None = None) -> None:
    """Remove the files of photos that were deleted more than KEPT ago, unless something still has them.

    What cannot be done now, because others write or the disk refuses, is tried again by whoever comes next.

    clock: of the files, the machine's own where a made-up market's runs faster.
    """
    with suppress(ShopBusy, OSError):
        _let_go(desk, shop, clock or SystemClock())


def _let_go(desk: Desk, shop: Shop, clock: Clock) -> None:
    moment = desk.clock.now() - KEPT
    with shop.reading() as session:
        if not deleted_before(session.connection(), moment):
            return
    touched = clock.now() - BEING_TAKEN_IN
    with shop.changing() as connection:
        past = deleted_before(connection, moment)
        gone = {one for one in past if not is_needed(connection, one, moment)}
        waiting = {one for one in gone if _is_touched_since(desk.paths, one, touched)}
        _remove(desk.paths, gone - waiting)
        for sha256 in past - waiting:
            forget_deleted(connection, sha256, moment)


def _is_touched_since(paths: Paths, sha256: str, moment: datetime) -> bool:
    try:
        return (paths.photos / sha256).stat().st_mtime > moment.timestamp()
    except FileNotFoundError:
        return False


def _remove(paths: Paths, hashes: Collection[str]) -> None:
    """Remove these files, what was made of them first."""
    for made in paths.thumbnails.glob("*") if hashes else ():
        if made.name[:64] in hashes:
            made.unlink(missing_ok=True)
    for sha256 in hashes:
        (paths.photos / sha256).unlink(missing_ok=True)
