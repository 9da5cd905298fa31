"""This is where it is decided which versions of the tables people see."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.errors import FileDamaged, NothingPublished, PublishedDamaged
from vopt_lib.files import read_json, write_json
from vopt_lib.lake.shared import SharedFile


class Published:
    """`published.json`: {table: Delta version}, replaced in one durable step; the one before is kept beside it.

    With tables on an object store, `shared` lies beside them for all machines, and the file is this machine's note of
    what it saw there last. What was published before is known to the machine that publishes.
    """

    def __init__(self, path: Path, shared: SharedFile | None = None) -> None:
        self.path = path
        self.shared = shared
        self.previous_path = path.with_name("published.previous.json")

    def read(self) -> dict[str, int]:
        """The published versions. Raises: NothingPublished; PublishedDamaged; LakeUnreachable."""
        try:
            versions = read_json(self.path)
        except FileDamaged as error:
            raise PublishedDamaged(**error.facts) from error
        if self.shared and (elsewhere := self.shared.read()) and elsewhere != versions:
            # Whoever asks when it was published asks this file.
            write_json(self.path, elsewhere)
            versions = elsewhere
        if versions is None:
            raise NothingPublished
        return versions

    def read_previous(self) -> dict[str, int]:
        """The versions published before these; empty when there were none."""
        return read_json(self.previous_path) or {}

    def write(self, versions: Mapping[str, int]) -> None:
        """Publish exactly these versions and keep the old ones as the previous."""
        reached(CommitPoint.PUBLISH_BEFORE)
        try:
            current = self.read()
        except NothingPublished:
            current = {}
        if current and current != dict(versions):
            write_json(self.previous_path, current)
        reached(CommitPoint.PUBLISH_PREVIOUS_WRITTEN)
        if self.shared:
            self.shared.write(versions)
        write_json(self.path, dict(versions))
        reached(CommitPoint.PUBLISH_WRITTEN)

    def move(self, standing_in: Callable[[str, int], int]) -> None:
        """Name other versions of the same rows, as compaction makes them, in both files: that is no new publication."""
        for path in (self.path, self.previous_path):
            known = read_json(path) or {}
            moved = {name: standing_in(name, version) for name, version in known.items()}
            if moved != known:
                published_at = path.stat().st_mtime
                if self.shared and path == self.path:
                    self.shared.write(moved)
                write_json(path, moved)
                os.utime(path, (published_at, published_at))

    def forget_previous(self, *, older_than: datetime) -> None:
        """Forget the previous versions when they were replaced before this moment."""
        if self.previous_path.exists() and self.previous_path.stat().st_mtime < older_than.timestamp():
            self.previous_path.unlink()
