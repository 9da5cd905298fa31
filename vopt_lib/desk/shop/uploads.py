"""This is where a file that somebody drops on a page waits until it is taken in: hers alone, and for a day."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final
from urllib.parse import unquote

from vopt_lib.desk.instance import Desk
from vopt_lib.errors import UploadGone, UploadNotKept, UploadTooBig
from vopt_lib.files import reason
from vopt_lib.schema.own_shop import Member
from vopt_lib.words import N_

KEPT: Final = timedelta(days=1)
MOST_WAITING: Final = 3
"""How many of the largest files may wait of one person, in bytes: a full disk stops everybody."""

_LOOKED_EVERY: Final = 2**26
"""Bytes after which it is looked at again what waits: several may be on their way at once."""

MOST_NAME: Final = 60
"""Letters: a file system takes 255 bytes, and a letter may have four."""

_NOT_WHOLE = ".arriving"
_ID = re.compile(r"[0-9a-f]{34}", re.ASCII)


@dataclass(frozen=True)
class Upload:
    """A file that arrived. id: what `claim` takes; name: what it is called, cleaned; bytes: its size."""

    id: str
    name: str
    bytes: int


class Arriving:
    """A file on its way here, piece by piece."""

    def __init__(self, folder: Path, name: str, most_mb: int) -> None:
        self._folder, self._name, self._most_mb = folder, name, most_mb
        self._file = _private_file(folder / _NOT_WHOLE)
        self._looks_at = 0

    def expect(self, size: int) -> None:
        """Say how large it is going to be. Raises: UploadTooBig."""
        if size > self._most_mb * 2**20:
            raise UploadTooBig(megabytes=self._most_mb)

    def write(self, piece: bytes) -> None:
        """Take the next piece. Raises: UploadTooBig; UploadNotKept, where too much of hers waits; OSError."""
        size = self._file.tell() + len(piece)
        self.expect(size)
        if size >= self._looks_at:
            self._check_room()
            self._looks_at = size + _LOOKED_EVERY
        self._file.write(piece)

    def finish(self) -> Upload:
        """The file, whole. Raises: OSError."""
        size = self._file.tell()
        self._file.close()
        (self._folder / _NOT_WHOLE).rename(self._folder / self._name)
        return Upload(self._folder.name, self._name, size)

    def _check_room(self) -> None:
        waiting = sum(_size(path) for path in self._folder.parent.glob("*/*"))
        if waiting >= MOST_WAITING * self._most_mb * 2**20:
            raise UploadNotKept(why=N_("too many files of yours wait to be taken in"))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@contextmanager
def arriving(desk: Desk, member: Member, told_name: str) -> Iterator[Arriving]:
    """Take in a file of hers; unless it is finished, nothing of it stays.

    told_name: as her browser calls it, percent-encoded. What waits for longer than a day goes first.

    Raises: UploadNotKept, when it cannot be written.
    """
    now = desk.clock.now()
    _tidy(desk, now)
    folder = _folder(desk, member) / f"{int(now.timestamp()):010x}{secrets.token_hex(12)}"
    try:
        folder.mkdir(mode=0o700, parents=True)
        file = Arriving(folder, file_name(told_name), desk.settings.upload_max_mb)
        try:
            yield file
        finally:
            file.close()
            if (folder / _NOT_WHOLE).exists():
                shutil.rmtree(folder)
    except UploadNotKept:
        raise
    except OSError as error:
        raise UploadNotKept(why=reason(error)) from error


def claim(desk: Desk, member: Member, upload_id: str) -> Path:
    """The file that she uploaded under this id. Raises: UploadGone, also where somebody else did."""
    if not _ID.fullmatch(upload_id):
        raise UploadGone
    folder = _folder(desk, member) / upload_id
    whole = [path for path in folder.glob("*") if path.name != _NOT_WHOLE]
    if len(whole) != 1 or _arrived_at(folder) < desk.clock.now() - KEPT:
        raise UploadGone
    return whole[0]


def let_go(desk: Desk, member: Member, upload_id: str) -> None:
    """Remove a file of hers that was taken in."""
    shutil.rmtree(claim(desk, member, upload_id).parent)


def file_name(told: str) -> str:
    """A browser's name of a file as a file may be called here: no folders, no control or turning characters."""
    last = re.split(r"[/\\]", unquote(told, errors="replace"))[-1]
    calm = "".join(sign for sign in unicodedata.normalize("NFC", last) if sign.isprintable()).strip(". ")
    cut = calm[: MOST_NAME - 10] + Path(calm).suffix[:10] if len(calm) > MOST_NAME else calm
    return cut or "file"


def _tidy(desk: Desk, now: datetime) -> None:
    for folder in desk.paths.uploads.glob("*/*"):
        if not _ID.fullmatch(folder.name) or _arrived_at(folder) < now - KEPT:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(desk: Desk, member: Member) -> Path:
    return desk.paths.uploads / str(member.person_id)


def _arrived_at(folder: Path) -> datetime:
    """When it came, as its name says: a virtual clock knows no file times."""
    return datetime.fromtimestamp(int(folder.name[:10], 16), UTC)


def _size(path: Path) -> int:
    """Its bytes; none when it has gone meanwhile."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _private_file(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
