"""This is where the lake is held as it is at one moment, so that it can be copied while everybody goes on writing.

What is held is named in a small file that whoever removes files obeys, as long as the backup's lock is held: a killed
backup holds nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vopt_lib.files import is_held, read_json, write_json
from vopt_lib.lake.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import TABLES

VACUUM: Final = "vacuum"
"""The work that removes files: it waits while a moment is chosen to be held."""

Remember = Callable[[], Collection[tuple[str, int]]]


@dataclass(frozen=True)
class HeldFile:
    """A file of the lake that does not change any more: its name below the lake's root, and where it lies."""

    name: str
    path: Path


@contextmanager
def holding(lake: Lake, remember: Remember) -> Iterator[list[HeldFile]]:
    """The files of a lake in a folder as it is now; they stay while the block runs.

    Needs: the caller holds `paths.backup_lock`; `remember`, called while no commit is under way, copies what must fit
           these tables, and tells each (table, version) that it names.
    Raises: LakeBusy; LakeDamaged.
    """
    with lake.exclusively(VACUUM), lake.between_commits():
        named = remember()
        newest = {name: version for name in TABLES if (version := lake.version(name)) >= 0}
        held = {name: {version, *(at for table, at in named if table == name)} for name, version in newest.items()}
        write_json(lake.paths.held, {name: sorted(versions) for name, versions in held.items()})
    try:
        yield [file for name, versions in held.items() for file in _files(lake, name, versions)]
    finally:
        lake.paths.held.unlink(missing_ok=True)


def held_versions(paths: Paths) -> set[tuple[str, int]]:
    """Each (table, version) whose files a backup under way still copies."""
    if not is_held(paths.backup_lock):
        return set()
    held: Mapping[str, Collection[int]] = read_json(paths.held) or {}
    return {(name, version) for name, versions in held.items() for version in versions}


def _files(lake: Lake, name: str, versions: Collection[int]) -> Iterator[HeldFile]:
    """The data files of these versions, and the log that tells of them, up to the newest."""
    root = Path(lake.paths.table(name))
    data = {Path(file) for version in versions if version >= 0 for file in lake.files(name, version)}
    for path in (*_log(root / "_delta_log", max(versions)), *sorted(data)):
        yield HeldFile(f"{name}/{path.relative_to(root).as_posix()}", path)


def _log(folder: Path, newest: int) -> list[Path]:
    """Entries and checkpoints up to a version. `_last_checkpoint` is only a hint, and may tell of a later one."""
    entries = (path for path in folder.iterdir() if path.name[:20].isdigit() and path.suffix in (".json", ".parquet"))
    return sorted(path for path in entries if int(path.name[:20]) <= newest)
