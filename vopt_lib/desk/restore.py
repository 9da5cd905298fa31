"""This is where a backup is put back: looked over, unpacked beside the data, proven, and only then put in its place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from vopt_lib import __version__
from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.backup_file import Manifest, look_over, unpack
from vopt_lib.desk.backup_parts import SETTINGS_FILE, SHOP_FILE, Part, part_of, place_of, unit_of, units_there
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.ports import is_listening, ports_of
from vopt_lib.desk.restoring import Move, Plan, carry_out, forget_replaced, home_of, remove_leftovers, write_plan
from vopt_lib.errors import (
    BackupDamaged,
    BackupError,
    BackupTooNew,
    DataInTheWay,
    FileDamaged,
    LakeDamaged,
    NoRoom,
    NotABackup,
    SettingsDiffer,
    ShopDamaged,
    VoptError,
    VoptRuns,
)
from vopt_lib.files import is_held, only_one, reason, sync_files
from vopt_lib.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings
from vopt_lib.shop.copying import checked_copy, copy_out, is_in_use
from vopt_lib.shop.migrate import revisions
from vopt_lib.shop.store import open_shop
from vopt_lib.words import N_

OnProgress = Callable[[int, int], None]

MEGABYTE: Final = 10**6
MOST_TOLD: Final = 5

_TELLS_WHERE: Final = {"lake": "VOPT_LAKE", "database_url": "VOPT_DATABASE_URL"}


@dataclass(frozen=True)
class Restored:
    """A backup that was put back. put_aside: where what was there before lies now; None: nothing was there."""

    made_at: datetime
    files: int
    left_out: tuple[str, ...]
    put_aside: Path | None


def restore(
    desk: Desk, file: Path, *, force: bool = False, on_progress: OnProgress = lambda done, of: None
) -> Restored:
    """Put back what a backup holds, all of it or nothing. force: put aside what is there already.

    Nothing is touched before the whole backup is unpacked and proven. Killed later, the next command ends it.

    Raises: BackupError; AlreadyRunning; SettingsError; ShopError.
    """
    with only_one(desk.paths.restore_lock, "vopt restore"), _told(file):
        manifest = _looked_over(file)
        parts = set(Part) - set(manifest.left_out)
        if Part.MARKET in parts and not desk.lake.is_local:
            raise BackupError(why=N_("it holds a market for a folder, and VOPT_LAKE names an object store"))
        _refuse_while_used(desk.paths)
        _refuse_to_replace(desk, parts, file, force=force)
        remove_leftovers(desk.paths)
        try:
            _unpack(desk.paths, file, manifest, on_progress)
            _prove(desk, file, manifest)
            forget_replaced(desk.paths)
            plan = _planned(desk, manifest, parts)
            _refuse_while_used(desk.paths)
        except BaseException:
            remove_leftovers(desk.paths)
            raise
        write_plan(desk.paths, plan)
        carry_out(desk.paths, desk.settings, plan)
        aside = desk.paths.before_restore
        return Restored(manifest.made_at, len(manifest.members), manifest.left_out, aside if aside.exists() else None)


# Before anything is unpacked


def _looked_over(file: Path) -> Manifest:
    manifest = look_over(file)
    if manifest.revision not in revisions() or _number(manifest.vopt) > _number(__version__):
        raise BackupTooNew(file=file.name, theirs=manifest.vopt, ours=__version__)
    for name in manifest.members:
        if (part := part_of(name)) is None or part in manifest.left_out:
            raise NotABackup(file=file.name, why=N_("it holds files that are none of vopt's"))
    if SHOP_FILE not in manifest.members:
        raise NotABackup(file=file.name, why=N_("there is no shop in it"))
    return manifest


def _number(version: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", version)[:3]]


def _refuse_while_used(paths: Paths) -> None:
    """Raises: VoptRuns, when a lock is held by somebody, or a port of ours answers."""
    locks = (*paths.locks.glob("*.lock"), *paths.state.glob("hosts/*/host.lock"))
    held = [lock.stem for lock in sorted(locks) if lock != paths.restore_lock and is_held(lock)]
    answering = (f"{name}, {port}" for name, port in ports_of(paths).items() if is_listening(port))
    running = [*held, *answering]
    if running:
        raise VoptRuns(what="; ".join(running))


def _refuse_to_replace(desk: Desk, parts: set[Part], file: Path, *, force: bool) -> None:
    there = [*units_there(desk.paths, parts), *(["VOPT_DATABASE_URL"] if _is_server_in_use(desk) else [])]
    if there and not force:
        what = ", ".join(there[:MOST_TOLD]) + (" …" if len(there) > MOST_TOLD else "")
        raise DataInTheWay(folder=str(desk.paths.data), what=what, aside=str(desk.paths.before_restore))


def _is_server_in_use(desk: Desk) -> bool:
    url = desk.settings.database_url
    if url is None:
        return False
    with closing(open_shop(url.get_secret_value())) as shop:
        return is_in_use(shop)


# Unpacked beside the data


def _unpack(paths: Paths, file: Path, manifest: Manifest, on_progress: OnProgress) -> None:
    free = shutil.disk_usage(paths.data).free
    if free < manifest.bytes:
        raise NoRoom(folder=str(paths.data), needed=manifest.bytes // MEGABYTE + 1, free=free // MEGABYTE)
    places = {name: _unpacked(paths, unit_of(name)) for name in manifest.members}
    done = 0

    def count(piece: int) -> None:
        nonlocal done
        done += piece
        on_progress(done, manifest.bytes)

    def place(name: str) -> Path:
        return places[name] / PurePosixPath(name).relative_to(unit_of(name))

    paths.restoring.mkdir(mode=0o700)
    unpack(file, manifest, place, count)
    sync_files(place(name) for name in manifest.members)
    reached(CommitPoint.RESTORE_UNPACKED)


def _unpacked(paths: Paths, unit: str) -> Path:
    """Where a unit is unpacked."""
    return home_of(paths, place_of(paths, unit)) / paths.restoring.name / unit


def _prove(desk: Desk, file: Path, manifest: Manifest) -> None:
    """See that what was unpacked works: the shop opens in today's form, and the market shows what was published."""
    paths = desk.paths
    try:
        checked_copy(_unpacked(paths, SHOP_FILE))
        sync_files([_unpacked(paths, SHOP_FILE)])
        lake_root = home_of(paths, place_of(paths, "lake/run")) / paths.restoring.name / "lake"
        market = Lake(Paths(paths.restoring, str(lake_root)))
        for name, version in market.published().items():
            market.files(name, version)
    except (ShopDamaged, LakeDamaged, FileDamaged) as error:
        raise BackupDamaged(file=file.name, why=str(error)) from error
    _refuse_other_settings(desk)
    reached(CommitPoint.RESTORE_READY)


def _refuse_other_settings(desk: Desk) -> None:
    """The settings of the backup must keep the market and the shop where this vopt keeps them now."""
    then, now = load_settings(data=desk.paths.restoring), desk.settings
    differ = [name for field, name in _TELLS_WHERE.items() if getattr(then, field) != getattr(now, field)]
    if differ:
        raise SettingsDiffer(names=", ".join(differ))


def _planned(desk: Desk, manifest: Manifest, parts: set[Part]) -> Plan:
    """What is put where. What has no successor leaves first, the settings come last: they say where the shop is."""
    paths, server = desk.paths, desk.settings.database_url
    arriving = {unit_of(name) for name in manifest.members}
    if server is not None:
        arriving.discard(SHOP_FILE)
        _keep_servers_shop(paths, server.get_secret_value())
    leaving = {unit for unit in units_there(paths, parts) if unit not in arriving}
    order = [*sorted(leaving), *sorted(arriving - {SETTINGS_FILE}), *sorted(arriving & {SETTINGS_FILE})]
    return Plan(
        tuple(_move(paths, unit, is_arriving=unit in arriving) for unit in order),
        paths.lake_root,
        str(_unpacked(paths, SHOP_FILE)) if server is not None else None,
        shows_market="published.json" in arriving,
    )


def _keep_servers_shop(paths: Paths, url: str) -> None:
    """What a server holds cannot be put aside by renaming: it is copied."""
    with closing(open_shop(url)) as shop:
        if is_in_use(shop):
            paths.before_restore.mkdir(mode=0o700)
            copy_out(shop, paths.before_restore / SHOP_FILE)


def _move(paths: Paths, unit: str, *, is_arriving: bool) -> Move:
    place = place_of(paths, unit)
    old = home_of(paths, place) / paths.before_restore.name / unit
    return Move(str(place), str(_unpacked(paths, unit)) if is_arriving else None, str(old))


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Why the backup or the disk fails, in words for a person."""
    try:
        yield
    except OSError as error:
        if isinstance(error, VoptError):
            raise
        raise BackupError(why=reason(error)) from error
