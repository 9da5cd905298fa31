"""This is where files become durable: written aside, flushed to the disk, put in place in one step."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def sync_file(path: str | Path) -> None:
    """Flush a file to the disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: str | Path) -> None:
    """Flush a folder's list of names to the disk, so that a new or renamed file is found after a power cut."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_files(paths: Iterable[str | Path]) -> None:
    """Flush files, then the folders they lie in."""
    folders = set()
    for path in paths:
        sync_file(path)
        folders.add(Path(path).parent)
    for folder in folders:
        sync_folder(folder)


def write_json(path: Path, value: object) -> None:
    """Replace a small JSON file in one durable step: a reader sees the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def read_json(path: Path) -> object:
    """What `write_json` put there. Raises: FileNotFoundError."""
    return json.loads(path.read_text(encoding="utf-8"))


def _sync(path: str | Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
