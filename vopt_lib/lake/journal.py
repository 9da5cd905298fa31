"""This is where a commit waits until all its tables hold it.

A commit is a folder `<app>@<number>` with one Arrow file per table, put in place in one step. Whoever works on it holds
a lock on the folder itself, so a dead process leaves nothing locked and a living one is not disturbed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import polars as pl

from vopt_lib.files import sync_file, sync_folder
from vopt_lib.lake.commit_points import CommitPoint, reached


@dataclass(frozen=True)
class JournalEntry:
    """One commit on its way: who, its number, and where it lies."""

    app: str
    number: int
    folder: Path

    def tables(self) -> list[str]:
        """Tables it adds to, in the order of writing."""
        return [path.stem.split("-", 1)[1] for path in sorted(self.folder.glob("*.arrow"))]

    def frames(self) -> dict[str, pl.DataFrame]:
        """What it adds to each table."""
        files = sorted(self.folder.glob("*.arrow"))
        return {path.stem.split("-", 1)[1]: pl.read_ipc(path) for path in files}


class Journal:
    """The folder of commits under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entries(self) -> list[JournalEntry]:
        """Commits that were promised and may not be in the lake yet, by app and number."""
        if not self.folder.is_dir():
            return []
        found = [self._entry(path.name) for path in self.folder.glob("[!.]*@*")]
        return sorted(found, key=lambda entry: (entry.app, entry.number))

    @contextmanager
    def written(self, app: str, number: int, frames: Mapping[str, pl.DataFrame]) -> Iterator[JournalEntry]:
        """A durable, locked entry; it stays in place when the block fails."""
        name = f"{quote(app, safe='')}@{number:09d}"
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f".{name}.{uuid.uuid4().hex}"
        aside.mkdir()
        with _locked(aside, wait=True):
            reached(CommitPoint.JOURNAL_STARTED)
            for place, (table, frame) in enumerate(frames.items()):
                path = aside / f"{place:02d}-{table}.arrow"
                frame.write_ipc(path, compat_level=pl.CompatLevel.newest())
                sync_file(path)
            sync_folder(aside)
            aside.rename(self.folder / name)
            sync_folder(self.folder)
            reached(CommitPoint.JOURNAL_WRITTEN)
            yield self._entry(name)

    @contextmanager
    def held(self, entry: JournalEntry, *, wait: bool) -> Iterator[bool]:
        """Whether the entry is ours and still there; false when a living process works on it or has finished it."""
        with _locked(entry.folder, wait=wait) as ours:
            yield ours and entry.folder.is_dir()

    def remove(self, entry: JournalEntry) -> None:
        """Forget an entry that is in the lake, in one step."""
        retired = self.folder / f".{entry.folder.name}.{uuid.uuid4().hex}"
        entry.folder.rename(retired)
        reached(CommitPoint.JOURNAL_RETIRED)
        shutil.rmtree(retired)
        reached(CommitPoint.JOURNAL_REMOVED)

    def sweep(self) -> None:
        """Remove what killed processes left half written or half removed."""
        if not self.folder.is_dir():
            return
        for path in self.folder.glob(".*@*"):
            with _locked(path, wait=False) as ours:
                if ours:
                    shutil.rmtree(path, ignore_errors=True)

    def _entry(self, name: str) -> JournalEntry:
        app, _, number = name.rpartition("@")
        return JournalEntry(unquote(app), int(number), self.folder / name)


@contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    """An exclusive lock on a folder while the block runs; the kernel drops it when the process dies."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)
