"""This is where photos and labels that come with imports are kept: each once, by the hash of its bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.files import sync_files
from vopt_lib.paths import Paths
from vopt_lib.schema.own_mails import DoubtfulMail, OwnMail
from vopt_lib.schema.own_records import OwnListing
from vopt_lib.shop.taking_in.importing import Item, Record

ReadPhoto = Callable[[str], bytes | None]
"""Gives the bytes of a photo by the name that a record calls it; None: there is none."""


@dataclass
class Keeper:
    """Keeps files, or, in a trial, only says under which hash it would."""

    paths: Paths
    is_trial: bool = False
    _new: list[Path] = field(default_factory=list)

    def with_files(self, records: Sequence[Record], read_photo: ReadPhoto) -> list[Item]:
        """Records with the photos and labels that came with them, all of these on the disk. Raises: OSError."""
        items = [self._with_files(record, read_photo) for record in records]
        self.sync()
        return items

    def _with_files(self, record: Record, read_photo: ReadPhoto) -> Item:
        if isinstance(record, OwnListing):
            contents = (content for name in record.photos if (content := read_photo(name)))
            return Item(record, [self.photo(content) for content in contents])
        mail = record.told if isinstance(record, DoubtfulMail) else record
        if isinstance(mail, OwnMail) and mail.label:
            return Item(record, [self.label(mail.label.content)])
        return Item(record)

    def photo(self, content: bytes) -> str:
        """Keep a photo. Returns its hash (SHA-256). Raises: OSError."""
        return self._keep(self.paths.photos, content)

    def label(self, content: bytes) -> str:
        """Keep the label of a parcel. Returns its hash (SHA-256). Raises: OSError."""
        return self._keep(self.paths.labels, content)

    def sync(self) -> None:
        """See to it that what was kept is on the disk before any row names it."""
        sync_files(self._new)
        self._new.clear()

    def _keep(self, folder: Path, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = folder / sha256
        if self.is_trial or _is_there(path, len(content)):
            return sha256
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, draft = tempfile.mkstemp(prefix=".", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        self._new.append(path)
        reached(CommitPoint.IMPORT_PHOTO_STORED)
        return sha256


def _is_there(path: Path, size: int) -> bool:
    """Whether the whole file is there; it is touched, so that nobody takes it for one that is not needed any more."""
    try:
        os.utime(path)
        return path.stat().st_size == size
    except FileNotFoundError:
        return False
