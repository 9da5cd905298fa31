"""This is where everything that a vopt knows is copied into one file, while all of it goes on working.

The market is held as it is at one moment, the shop is copied as it is at one moment, and photos come after the rows
that show them. The file appears under its name when all of it is on the disk.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Final

from vopt_lib import __version__
from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.backup_file import Manifest, Writer
from vopt_lib.desk.backup_parts import SETTINGS_FILE, SHOP_FILE, Part, files_below, part_of
from vopt_lib.desk.backups_made import backup_name
from vopt_lib.desk.heavy import heavy
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.refined import versions_needed
from vopt_lib.desk.shop.keys import keys_of
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import CannotWrite, ChangedMeanwhile, VoptError
from vopt_lib.files import only_one, read_json, reason, sync_folder, write_bytes
from vopt_lib.lake.holding import holding
from vopt_lib.shop.copying import copy_out
from vopt_lib.shop.migrate import NEWEST
from vopt_lib.words import N_

OnProgress = Callable[[int, int], None]
"""Is told bytes done and bytes in all."""

TRIES: Final = 5

_PUBLISHED: Final = ("published.json", "published.previous.json")
_Files = Sequence[tuple[str, Path]]


@dataclass(frozen=True)
class Backup:
    """A backup that was made. parts: {part: (files, bytes)}; left_out: parts that it has not got.

    lake_elsewhere: address of a market on an object store, which must be copied there.
    """

    file: Path
    bytes: int
    made_at: datetime
    parts: Mapping[str, tuple[int, int]]
    left_out: tuple[str, ...]
    lake_elsewhere: str | None


def back_up(
    desk: Desk,
    output: Path | None = None,
    *,
    without: frozenset[Part] = frozenset(),
    on_progress: OnProgress = lambda done, of: None,
) -> Backup:
    """Copy everything into one file (0600), without those parts. It holds the keys that open accounts elsewhere.

    Raises: AlreadyRunning; CannotWrite; LakeError; ShopError.
    """
    now = desk.clock.now()
    file = output or _usual_file(desk.paths.backups, now)
    elsewhere = None if desk.lake.is_local else desk.paths.lake_root
    left_out = tuple(sorted(without | ({Part.MARKET} if elsewhere else set())))
    alone = only_one(desk.paths.backup_lock, "vopt backup")
    with heavy(desk, "vopt backup"), alone, _told(file), ExitStack() as held:
        files = [(name, path) for name, path in _gathered(desk, left_out, held) if part_of(name) not in left_out]
        with _draft(file, desk.paths.backups) as draft:
            manifest = _written(draft, files, Manifest(__version__, NEWEST, now, left_out), on_progress)
        parts: dict[str, tuple[int, int]] = {}
        for name, (size, _) in manifest.members.items():
            files_of_it, total = parts.get(part := str(part_of(name)), (0, 0))
            parts[part] = files_of_it + 1, total + size
        return Backup(file, file.stat().st_size, now, parts, left_out, elsewhere)


def _usual_file(folder: Path, now: datetime) -> Path:
    """Its name tells when; a second one of the same second gets a number."""
    names = (backup_name(now, more) for more in chain([""], (f"-{n}" for n in count(2))))
    return next(folder / name for name in names if not (folder / name).exists())


def _gathered(desk: Desk, left_out: Sequence[str], held: ExitStack) -> Iterator[tuple[str, Path]]:
    """(name, path) of all files, the passing ones copied aside, those of the market held until the stack ends."""
    aside, paths = desk.paths.backing_up, desk.paths
    _remove(aside)
    held.callback(_remove, aside)
    aside.mkdir(mode=0o700, parents=True)

    def remember() -> list[tuple[str, int]]:
        _copy_small(desk, aside)
        published = [item for name in _PUBLISHED for item in (read_json(aside / name) or {}).items()]
        return [*published, *versions_needed(aside / "state" / paths.refined.name)]

    lake = [] if Part.MARKET in left_out else held.enter_context(holding(desk.lake, remember))
    if Part.MARKET in left_out:
        remember()
    reached(CommitPoint.BACKUP_HELD)
    _copy_shop(desk, aside)
    reached(CommitPoint.BACKUP_SHOP_COPIED)
    yield from ((name.removeprefix("./"), path) for name, path in files_below(aside, "."))
    yield from ((f"lake/{one.name}", one.path) for one in lake)
    for name, folder in (("quality", paths.quality), ("photos", paths.photos), ("labels", paths.labels)):
        yield from files_below(folder, name)
    yield from (one for one in files_below(paths.models, "models") if part_of(one[0]) and one[1].name not in _PUBLISHED)


def _copy_small(desk: Desk, aside: Path) -> None:
    """Copy the small files that others replace whole, all while no commit is under way."""
    paths = desk.paths
    for name, path in files_below(paths.state, "state"):
        if part_of(name):
            _copy(path, aside / name)
    for name in (*_PUBLISHED, SETTINGS_FILE):
        _copy(paths.data / name, aside / name)
    # Which models are in use is said before they are listed: one that is put to use meanwhile is named by no backup.
    for path in paths.models.glob("*/published.json"):
        _copy(path, aside / "models" / path.parent.name / path.name)


def _copy(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileNotFoundError):
        shutil.copy2(path, copy)


def _copy_shop(desk: Desk, aside: Path) -> None:
    """Copy the shop with the keys that open its secrets, wherever they are kept. Raises: ChangedMeanwhile."""
    shop = shop_of(desk)
    for _ in range(TRIES):
        keys = keys_of(desk)
        copy_out(shop, aside / SHOP_FILE)
        if keys_of(desk) == keys:
            if keys is not None:
                write_bytes(aside / "state" / desk.paths.shop_key.name, keys)
            return
        (aside / SHOP_FILE).unlink()
    raise ChangedMeanwhile


def _written(draft: Path, files: _Files, manifest: Manifest, on_progress: OnProgress) -> Manifest:
    """Write all files, and the manifest about them."""
    done, total, part = 0, sum(_size(path) for _, path in files), None

    def note(piece: int) -> None:
        nonlocal done
        done += piece
        on_progress(min(done, total), total)

    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        writer = Writer(stream, note)
        for name, path in files:
            if part not in (None, part_of(name)):
                reached(CommitPoint.BACKUP_PART_ADDED, part)
            part = part_of(name)
            try:
                writer.add(name, path)
            except FileNotFoundError:
                # A photo may be removed meanwhile, and a page of checks made anew; what is held of the lake stays.
                if name.startswith("lake/"):
                    raise
        whole = Manifest(manifest.vopt, manifest.revision, manifest.made_at, manifest.left_out, writer.members)
        writer.end(whole)
        stream.flush()
        os.fsync(stream.fileno())
    reached(CommitPoint.BACKUP_WRITTEN)
    return whole


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


@contextmanager
def _draft(file: Path, usual: Path) -> Iterator[Path]:
    """A place beside the file, which becomes the file at the end of the block."""
    if file.parent == usual:
        usual.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in (*usual.glob(".*.partial"), draft := file.with_name(f".{file.name}.partial")):
        left.unlink(missing_ok=True)
    if file.exists():
        raise CannotWrite(file=str(file), why=N_("there is a file of that name already"))
    try:
        yield draft
        draft.rename(file)
        sync_folder(file.parent)
        reached(CommitPoint.BACKUP_NAMED)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Why it could not be written, in words for a person."""
    try:
        yield
    except (OSError, ValueError) as error:
        if isinstance(error, VoptError):
            raise
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise CannotWrite(file=str(file), why=why) from error


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
