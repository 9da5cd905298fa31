"""This is where what vopt keeps is weighed: each table of the market, and each folder of its data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.schema.admin_page import Storage, Stored
from vopt_lib.schema.tables import TABLES
from vopt_lib.words import N_

FOLDERS: Final = {
    "photos": N_("photos of your things"),
    "market_photos": N_("small photos of the market"),
    "labels": N_("labels of parcels"),
    "backups": N_("backups"),
    "models": N_("models"),
    "snapshots": N_("copies to ask in SQL"),
    "logs": N_("logs"),
    "homes": N_("what Prefect and marimo keep for themselves"),
    "state": N_("what vopt remembers"),
}
"""Folders of VOPT_DATA, and how they are called; what lies below another one of them counts there."""

SHOP: Final = N_("your shop")


def storage_of(desk: Desk) -> Storage:
    """What takes room, and what is left. Everything is looked at: some milliseconds for a thousand files."""
    parts = [*_tables(desk), *_folders(desk), _shop(desk)]
    usage = shutil.disk_usage(desk.paths.data)
    known = sorted((part for part in parts if part.bytes), key=lambda part: -part.bytes)
    return Storage(tuple(known), usage.free, usage.total)


def _tables(desk: Desk) -> Iterator[Stored]:
    if not desk.lake.is_local:
        return
    for name, table in TABLES.items():
        yield Stored(name, *_weight(Path(desk.paths.table(name))), table.kept)


def _folders(desk: Desk) -> Iterator[Stored]:
    places = {name: desk.paths.data / name for name in FOLDERS}
    places |= {"photos": desk.paths.photos, "backups": desk.paths.backups, "models": desk.paths.models}
    places |= {"market_photos": desk.paths.market_photos, "labels": desk.paths.labels, "logs": desk.paths.logs}
    for name, place in places.items():
        inside = [other for other in places.values() if other != place and place in other.parents]
        yield Stored(FOLDERS[name], *_weight(place, without=inside))


def _shop(desk: Desk) -> Stored:
    files = [path for path in desk.paths.shop.parent.glob(desk.paths.shop.name + "*") if path.is_file()]
    return Stored(SHOP, sum(path.stat().st_size for path in files), len(files))


def _weight(folder: Path, *, without: list[Path] | None = None) -> tuple[int, int]:
    """Bytes and files below a folder; what goes meanwhile is not counted."""
    size = count = 0
    waiting = [os.fspath(folder)]
    left_out = {os.fspath(one) for one in without or ()}
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting += [entry.path] if entry.path not in left_out else []
                continue
            try:
                size += entry.stat(follow_symlinks=False).st_size
            except OSError:
                continue
            count += 1
    return size, count
