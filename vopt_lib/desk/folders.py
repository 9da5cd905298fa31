"""This is where folders of a vopt are made, readable for their owner only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vopt_lib.errors import DataFolderUnusable
from vopt_lib.files import reason
from vopt_lib.paths import Paths


def make_folders(paths: Paths, folders: Iterable[Path]) -> None:
    """Make folders of this vopt, for their owner only. Raises: DataFolderUnusable."""
    try:
        # mkdir's mode is that of the last folder only: those above it are made first.
        for folder in (paths.data, paths.state, *folders):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderUnusable(folder=str(paths.data), why=reason(error)) from error


def folders_written(paths: Paths) -> list[Path]:
    """The folders that may lie on disks of their own: all of the data, and the tables where they are kept elsewhere."""
    lake = Path(paths.lake_root)
    has_own = "://" not in paths.lake_root and lake.is_dir() and not lake.samefile(paths.data)
    return [paths.data, lake] if has_own else [paths.data]
