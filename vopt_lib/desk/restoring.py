"""This is where a restore that is decided comes to its end, also after kill -9: whoever opens the data next ends it.

Nothing of hers is touched before `plan.json` is on the disk. From then on every step can be repeated: what was there is
put aside by renaming, what the backup held takes its place by renaming.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.files import only_one, read_json, sync_folder, write_json
from vopt_lib.paths import Paths
from vopt_lib.settings import Settings

WAIT_S: Final = 120.0
"""How long whoever opens the data waits for a restore that is putting it in place: renames, and one snapshot."""


@dataclass(frozen=True)
class Move:
    """One unit: where it belongs, where what the backup held lies (None: it held nothing), where the old one goes."""

    place: str
    new: str | None
    old: str


@dataclass(frozen=True)
class Plan:
    """What a restore has decided. for_server: file of a shop whose rows go to the database of VOPT_DATABASE_URL."""

    moves: tuple[Move, ...]
    lake_root: str
    for_server: str | None = None
    shows_market: bool = False


def write_plan(paths: Paths, plan: Plan) -> None:
    """Decide: from here on the backup takes the place of what is there."""
    write_json(paths.restore_plan, asdict(plan))
    reached(CommitPoint.RESTORE_DECIDED)


def finish_restore(paths: Paths, settings: Settings) -> None:
    """Wait for a restore that is putting data in place; end it, if its process is dead.

    Raises: AlreadyRunning; ShopError, when the server cannot be reached; OSError. Asking again goes on from there.
    """
    with only_one(paths.restore_lock, "vopt restore", wait_s=WAIT_S):
        if (plan := _read_plan(paths)) is not None:
            carry_out(paths, settings, plan)


def carry_out(paths: Paths, settings: Settings, plan: Plan) -> None:
    """Put everything in its place. Needs: the caller holds `paths.restore_lock`."""
    if plan.for_server is not None and settings.database_url is not None:
        _send_to_server(Path(plan.for_server), settings.database_url.get_secret_value())
        reached(CommitPoint.RESTORE_SHOP_SENT)
    for move in plan.moves:
        _put_in_place(move)
    market = Paths(paths.data, plan.lake_root)
    if plan.shows_market:
        _show_market(market, settings)
        reached(CommitPoint.RESTORE_SHOWN)
    paths.restore_plan.unlink()
    sync_folder(paths.restoring)
    reached(CommitPoint.RESTORE_DONE)
    remove_leftovers(market)


def home_of(paths: Paths, place: Path) -> Path:
    """The folder in which what belongs to this place is unpacked and put aside: renaming works on one disk only."""
    nearest = next(folder for folder in place.parents if folder.exists())
    if nearest.stat().st_dev == paths.data.stat().st_dev:
        return paths.data
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.parent


def remove_leftovers(paths: Paths) -> None:
    """Remove what restores that were not decided, or are done, have unpacked."""
    for home in _homes(paths):
        shutil.rmtree(home / paths.restoring.name, ignore_errors=True)


def forget_replaced(paths: Paths) -> None:
    """Remove what the restore before the last one replaced."""
    for home in _homes(paths):
        shutil.rmtree(home / paths.before_restore.name, ignore_errors=True)


def _homes(paths: Paths) -> tuple[Path, ...]:
    return paths.data, paths.state, paths.models, Path(paths.lake_root)


def _read_plan(paths: Paths) -> Plan | None:
    plain = read_json(paths.restore_plan)
    if plain is None:
        return None
    return Plan(**{**plain, "moves": tuple(Move(**move) for move in plain["moves"])})


def _put_in_place(move: Move) -> None:
    place, old, new = Path(move.place), Path(move.old), Path(move.new) if move.new else None
    is_done = not new.exists() if new is not None else holds_something(old)
    if is_done:
        return
    if holds_something(place):
        old.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _rename(place, old)
        reached(CommitPoint.RESTORE_PUT_ASIDE, place.name)
    if new is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        _rename(new, place)
        reached(CommitPoint.RESTORE_PUT_IN, place.name)


def _rename(path: Path, to: Path) -> None:
    path.rename(to)
    sync_folder(to.parent)
    sync_folder(path.parent)


def holds_something(place: Path) -> bool:
    """Whether there is a file or a link, or a folder that is not empty: renaming replaces an empty one."""
    return place.is_symlink() or place.is_file() or (place.is_dir() and any(place.iterdir()))


def _send_to_server(file: Path, url: str) -> None:
    from vopt_lib.shop.copying import copy_in
    from vopt_lib.shop.store import open_shop

    shop = open_shop(url)
    try:
        copy_in(file, shop)
    finally:
        shop.close()


def _show_market(paths: Paths, settings: Settings) -> None:
    """Make the file that DuckDB opens again, and the link to it: the old one reads files of the old market."""
    from vopt_lib.lake import Lake
    from vopt_lib.lake.warehouse import ensure_snapshot

    ensure_snapshot(Lake(paths), paths, settings.snapshots_kept)
