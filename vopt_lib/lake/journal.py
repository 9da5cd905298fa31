"""This is where a commit waits until all its tables hold it.

A commit is a folder `<app>@<number>` with one Arrow file per table, put in place in one step. Whoever touches the
journal holds its lock, one at a time: an entry that is found there was left by a dead process.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.files import sync_file, sync_folder


@dataclass(frozen=True)
class JournalEntry:
    """One commit on its way: who, its number, and where it lies."""

    app: str
    number: int
    folder: Path

    def frames(self) -> dict[str, pl.DataFrame]:
        """What it adds to each table, in the order of writing."""
        files = sorted(self.folder.glob("*.arrow"))
        return {path.stem.split("-", 1)[1]: pl.read_ipc(path) for path in files}


class Journal:
    """The folder of commits under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entries(self) -> list[JournalEntry]:
        """Commits that were promised and may not be in the lake yet, by app and number."""
        found = [self._entry(path.name) for path in self.folder.glob("[!.]*@*")]
        return sorted(found, key=lambda entry: (entry.app, entry.number))

    def write(self, app: str, number: int, frames: Mapping[str, pl.DataFrame]) -> JournalEntry:
        """Promise a commit: from here on it survives kill -9 and a power cut."""
        name = f"{quote(app, safe='')}@{number:09d}"
        aside = self.folder / f".{name}.{uuid.uuid4().hex}"
        aside.mkdir(parents=True)
        reached(CommitPoint.JOURNAL_STARTED)
        for place, (table, frame) in enumerate(frames.items()):
            path = aside / f"{place:02d}-{table}.arrow"
            frame.write_ipc(path, compat_level=pl.CompatLevel.newest())
            sync_file(path)
        sync_folder(aside)
        aside.rename(self.folder / name)
        sync_folder(self.folder)
        reached(CommitPoint.JOURNAL_WRITTEN)
        return self._entry(name)

    def remove(self, entry: JournalEntry) -> None:
        """Forget an entry that is in the lake, in one step."""
        retired = self.folder / f".{entry.folder.name}.{uuid.uuid4().hex}"
        entry.folder.rename(retired)
        reached(CommitPoint.JOURNAL_RETIRED)
        shutil.rmtree(retired)
        reached(CommitPoint.JOURNAL_REMOVED)

    def sweep(self) -> None:
        """Remove what killed processes left half written or half removed."""
        for path in self.folder.glob(".*@*"):
            shutil.rmtree(path)

    def _entry(self, name: str) -> JournalEntry:
        app, _, number = name.rpartition("@")
        return JournalEntry(unquote(app), int(number), self.folder / name)
