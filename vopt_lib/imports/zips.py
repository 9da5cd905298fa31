"""This is where a stranger's zip file is opened without harm.

Nothing is ever unpacked to disk by its name: members are read as streams, each and all together within limits. What a
zip claims about sizes is not believed; what comes out is counted.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from vopt_lib.errors import ArchiveDamaged, ArchiveHostile, NotAnArchive
from vopt_lib.words import N_

MOST_FILES: Final = 50_000
"""A seller with 5,000 listings of 5 photos has half as many."""

LARGEST_FILE: Final = 512 * 2**20  # bytes
LARGEST_TOTAL: Final = 8 * 2**30  # bytes
MOST_TIMES: Final = 200
"""Times that a file may grow when it is unpacked: text of an archive grows 5 to 20 times, a bomb a thousand."""

SMALL: Final = 2**20
"""Bytes up to which a file may grow as it likes."""

_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22 + 65_535
_CHUNK: Final = 2**16


@contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file, looked over.

    Raises: NotAnArchive; ArchiveDamaged; ArchiveHostile; OSError, when it cannot be read.
    """
    with file.open("rb") as stream:
        _look_at_the_end(stream, file)
        try:
            with zipfile.ZipFile(stream) as archive:
                _look_at_names(archive, file)
                yield archive
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
            raise ArchiveDamaged(file=file.name, why=str(error)) from error


@contextmanager
def member(archive: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """One file of the archive as a stream that ends with an error where more comes out than may."""
    info = archive.getinfo(name)
    with archive.open(info) as stream:
        yield io.BufferedReader(_Counted(stream, info), _CHUNK)


class _Counted(io.RawIOBase):
    """A stream that counts what comes out of it."""

    def __init__(self, stream: IO[bytes], info: zipfile.ZipInfo) -> None:
        self._stream, self._name = stream, info.filename
        self._most = min(LARGEST_FILE, max(SMALL, info.compress_size * MOST_TIMES))
        self._came = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer))
        self._came += len(piece)
        if self._came > self._most:
            raise ArchiveHostile(file=self._name, why=N_("it grows to more than such a file ever does"))
        buffer[: len(piece)] = piece
        return len(piece)


def _look_at_the_end(stream: IO[bytes], file: Path) -> None:
    """How many files there are, before any of them is listed: the list of 200,000 would fill the memory."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _END_BYTES))
    tail = stream.read()
    place = tail.rfind(_END)
    stream.seek(0)
    if not stream.read(4).startswith(b"PK"):
        raise NotAnArchive(file=file.name)
    if place < 0:
        raise ArchiveDamaged(file=file.name, why=N_("its end is missing"))
    (files,) = struct.unpack_from("<H", tail, place + 10)
    (listed,) = struct.unpack_from("<I", tail, place + 12)
    if files > MOST_FILES or listed > MOST_FILES * 400:
        raise ArchiveHostile(file=file.name, why=N_("it holds more files than such a file ever does"))
    stream.seek(0)


def _look_at_names(archive: zipfile.ZipFile, file: Path) -> None:
    total = 0
    for info in archive.infolist():
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename.split("/")[0]:
            raise ArchiveHostile(file=file.name, why=N_("a file in it would be written elsewhere"))
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ArchiveHostile(file=file.name, why=N_("a file in it points elsewhere"))
        if info.flag_bits & 0x1:
            raise ArchiveHostile(file=file.name, why=N_("it is locked with a password"))
        total += info.file_size
        if info.file_size > LARGEST_FILE or total > LARGEST_TOTAL:
            raise ArchiveHostile(file=file.name, why=N_("it grows to more than such a file ever does"))
    if len(archive.infolist()) > MOST_FILES:
        raise ArchiveHostile(file=file.name, why=N_("it holds more files than such a file ever does"))
