"""This is where a backup is one file: a plain tar whose last members tell the size and SHA-256 of all the others.

Plain, because what weighs in it (Parquet, photos) is compressed already: zstd takes a third off a market and nothing
off photos. In return no backup can be a bomb, a spoilt place spoils one file, and any tar opens it without vopt.
A stranger's file is not given to Python's tarfile: that reads names of any length into memory and silently ends where
a header is wrong. Here every header is read by itself, and only what vopt writes is understood.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

import orjson

from vopt_lib.errors import BackupDamaged, BackupTooNew, NotABackup
from vopt_lib.words import N_

MARK: Final = "vopt-backup"
"""The empty first member: what does not begin with it is none of ours."""

MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sha256"
FORM: Final = 1
"""Raised when a backup is laid out in another way."""

LARGEST_MANIFEST: Final = 64 * 2**20
"""Bytes: some 300,000 files. A market of a year has 10,000, and 5,000 things with five photos each 25,000."""

_FORMAT: Final = "vopt backup"
_CHUNK: Final = 2**20

OnBytes = Callable[[int], None]


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: {name: (bytes, SHA-256)} in its order; who made it and when; which parts it has not got."""

    vopt: str
    revision: str
    made_at: datetime
    left_out: tuple[str, ...] = ()
    members: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Size of all members."""
        return sum(size for size, _ in self.members.values())


class Writer:
    """A backup on its way. Each file is read once, and `on_bytes` told of every piece."""

    def __init__(self, stream: IO[bytes], on_bytes: OnBytes) -> None:
        self._tar = tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT, copybufsize=_CHUNK)
        self._on_bytes = on_bytes
        self.members: dict[str, tuple[int, str]] = {}
        self._put(MARK, io.BytesIO(), 0, 0)

    def add(self, name: str, path: Path) -> None:
        """Add a file under this name. Raises: OSError; ValueError, for a name or a file too long for a tar."""
        if not _is_plain(name):
            raise ValueError(f"{name!r} is no name for every system")
        with path.open("rb") as stream:
            about = os.fstat(stream.fileno())
            sha256 = self._put(name, stream, about.st_size, about.st_mtime)
        self.members[name] = about.st_size, sha256

    def end(self, manifest: Manifest) -> None:
        """Add the manifest and its seal: now it is whole. Raises: OSError; ValueError, for too many files."""
        told = orjson.dumps({"format": _FORMAT, "form": FORM, **vars(manifest)})
        if len(told) > LARGEST_MANIFEST:
            raise ValueError("too many files")
        at = manifest.made_at.timestamp()
        sha256 = self._put(MANIFEST, io.BytesIO(told), len(told), at)
        self._put(SEAL, io.BytesIO(sha256.encode()), len(sha256), at)
        self._tar.close()

    def _put(self, name: str, stream: IO[bytes], size: int, changed_at: float) -> str:
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = size, int(changed_at), 0o600
        counted = _Counted(stream, self._on_bytes)
        self._tar.addfile(header, counted)  # type: ignore[arg-type]
        return counted.sha256.hexdigest()


def look_over(file: Path) -> Manifest:
    """What the backup says that it holds, when its headers say the same.

    Raises: NotABackup; BackupDamaged; BackupTooNew; OSError.
    """
    with file.open("rb") as stream:
        manifest = _manifest(stream, file)
        for member, told in zip_longest(_files(stream, file), manifest.members.items()):
            if member is None or told is None or (member.name, member.size) != (told[0], told[1][0]):
                raise BackupDamaged(file=file.name, why=N_("it does not hold the files that it lists"))
    return manifest


def unpack(file: Path, manifest: Manifest, place_of: Callable[[str], Path], on_bytes: OnBytes) -> None:
    """Write every file of a backup that was looked over to its new place, and compare what was written.

    Raises: BackupDamaged; OSError.
    """
    with file.open("rb") as stream:
        for member in _files(stream, file):
            if _write(stream, member, place_of(member.name), on_bytes) != manifest.members[member.name][1]:
                raise BackupDamaged(file=file.name, why=N_("a file in it has changed since it was made"))


@dataclass(frozen=True)
class _Member:
    name: str
    size: int
    changed_at: float
    offset: int


def _members(stream: IO[bytes], file: Path) -> Iterator[_Member]:
    """Every header, one after the other; the last one is followed by nothing but zeros."""
    end = stream.seek(0, io.SEEK_END)
    offset = 0
    while True:
        stream.seek(offset)
        block = stream.read(tarfile.BLOCKSIZE)
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            break
        except (tarfile.HeaderError, ValueError) as error:
            raise _unreadable(file, is_first=offset == 0) from error
        if offset == 0 and info.name != MARK:
            raise _unreadable(file, is_first=True)
        offset += tarfile.BLOCKSIZE
        if info.type != tarfile.REGTYPE or not _is_plain(info.name):
            raise NotABackup(file=file.name, why=N_("a file in it would be written elsewhere, or is none"))
        if not 0 <= info.size <= end - offset:
            raise BackupDamaged(file=file.name, why=N_("its end is missing"))
        yield _Member(info.name, info.size, float(info.mtime), offset)
        offset += -(-info.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    if end - offset > 2 * tarfile.RECORDSIZE or any(stream.read()) or any(block):
        raise BackupDamaged(file=file.name, why=N_("something was added to its end"))


def _unreadable(file: Path, *, is_first: bool) -> NotABackup:
    if is_first:
        return NotABackup(file=file.name, why=N_("it is another kind of file"))
    return BackupDamaged(file=file.name, why=N_("a part of it cannot be read"))


def _is_plain(name: str) -> bool:
    """Whether a name leads to one place below a folder, the same on every system, and to nowhere else."""
    path = PurePosixPath(name)
    is_inside = bool(path.parts) and not path.is_absolute() and not {"..", "."} & set(name.split("/"))
    return is_inside and str(path) == name and name.isprintable() and not set("\\:") & set(name)


def _files(stream: IO[bytes], file: Path) -> Iterator[_Member]:
    return (member for member in _members(stream, file) if member.name not in (MARK, MANIFEST, SEAL))


def _manifest(stream: IO[bytes], file: Path) -> Manifest:
    """The manifest, which its seal proves to be whole."""
    last: list[_Member] = []
    for member in _members(stream, file):
        last = [*last[-1:], member]
    if [member.name for member in last] != [MANIFEST, SEAL] or last[0].size > LARGEST_MANIFEST:
        raise BackupDamaged(file=file.name, why=N_("its end is missing"))
    told, seal = (_content(stream, member) for member in last)
    if hashlib.sha256(told).hexdigest().encode() != seal:
        raise BackupDamaged(file=file.name, why=N_("its list of files has changed since it was made"))
    return _understood(told, file)


def _understood(told: bytes, file: Path) -> Manifest:
    from vopt_lib import __version__

    try:
        plain: dict[str, Any] = orjson.loads(told)
        if plain.pop("format") != _FORMAT:
            raise NotABackup(file=file.name, why=N_("it is another kind of file"))
        if plain.pop("form") > FORM:
            raise BackupTooNew(file=file.name, theirs=str(plain.get("vopt")), ours=__version__)
        members = {str(name): (int(size), str(sha256)) for name, (size, sha256) in plain.pop("members").items()}
        made_at, left_out = datetime.fromisoformat(plain.pop("made_at")), tuple(map(str, plain.pop("left_out")))
        return Manifest(str(plain["vopt"]), str(plain["revision"]), made_at, left_out, members)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, NotABackup):
            raise
        raise NotABackup(file=file.name, why=N_("its list of files cannot be understood")) from error


def _content(stream: IO[bytes], member: _Member) -> bytes:
    stream.seek(member.offset)
    return stream.read(member.size)


def _write(stream: IO[bytes], member: _Member, place: Path, on_bytes: OnBytes) -> str:
    """One file, readable for its owner only, at a place where none is. Returns: its SHA-256."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stream.seek(member.offset)
    counted, left = _Counted(stream, on_bytes), member.size
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        while left and (piece := counted.read(min(_CHUNK, left))):
            written.write(piece)
            left -= len(piece)
    os.utime(place, (member.changed_at, member.changed_at))
    return counted.sha256.hexdigest()


class _Counted:
    """A stream whose SHA-256 is known as far as it was read."""

    def __init__(self, stream: IO[bytes], on_bytes: OnBytes) -> None:
        self._stream, self._on_bytes, self.sha256 = stream, on_bytes, hashlib.sha256()

    def read(self, most: int) -> bytes:
        """The next piece."""
        piece = self._stream.read(most)
        self.sha256.update(piece)
        self._on_bytes(len(piece))
        return piece
