"""This is where the fingerprints of photos lie on the disk: one file of rows of one length, that only grows.

A row is written when it is whole: what a killed process left half-written at the end is no row, and is cut off before
the next one. All of it can be made anew from the photos, and a row shall stay no longer than its photo (`keep_only`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.files import only_one, write_bytes
from vopt_lib.vision.duplicates import Fingerprints
from vopt_lib.vision.perceptual_hash import THUMBNAIL, WINDOWS, WORDS, Fingerprint
from vopt_lib.words import N_

ROW: Final = np.dtype(
    [
        ("is_compared", "u1"),
        ("photo", "u1", 32),
        ("hashes", "<u8", (len(WINDOWS), WORDS)),
        ("thumbnail", "u1", (THUMBNAIL, THUMBNAIL, 3)),
    ]
)
"""is_compared: 1 once it was compared with the others; photo: the hash of its bytes."""

PATIENCE_S: Final = 30.0
"""Seconds that one who writes waits for another: the file is written anew in some of them."""

Rows = npt.NDArray[Any]


@dataclass(frozen=True)
class Kept:
    """The fingerprints that lie there, read where they lie. rows: each photo once."""

    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def keys(self) -> list[str]:
        """The hashes of the photos."""
        content = np.ascontiguousarray(self.rows["photo"]).tobytes().hex()
        return [content[at : at + 64] for at in range(0, len(content), 64)]

    @property
    def compared(self) -> set[str]:
        """The photos that were compared with the others before."""
        flags = self.rows["is_compared"].tolist()
        return {key for key, is_compared in zip(self.keys, flags, strict=True) if is_compared}

    def of(self, wanted: Collection[str]) -> Fingerprints:
        """Those of these photos; thumbnails stay on the disk until they are looked at."""
        found = [(row, key) for row, key in enumerate(self.keys) if key in wanted]
        rows = np.array([row for row, _ in found], dtype=np.int64)
        hashes = np.ascontiguousarray(self.rows["hashes"][rows]).astype(np.uint64)
        return Fingerprints([key for _, key in found], hashes, _Thumbnails(self.rows, rows))


class _Thumbnails:
    """Thumbnails that are read one by one."""

    def __init__(self, rows: Rows, chosen: npt.NDArray[np.int64]) -> None:
        self._rows, self._chosen = rows, chosen

    def __getitem__(self, place: int) -> npt.NDArray[np.uint8]:
        return np.array(self._rows[int(self._chosen[place])]["thumbnail"], dtype=np.uint8)


def read_fingerprints(file: Path) -> Kept:
    """The fingerprints there; none where there is no file."""
    count = file.stat().st_size // ROW.itemsize if file.exists() else 0
    if not count:
        return Kept(np.empty(0, dtype=ROW))
    return Kept(np.memmap(file, dtype=ROW, mode="r", shape=(count,)))


def add_fingerprints(file: Path, found: Mapping[str, Fingerprint]) -> None:
    """Add these, for good; those of photos that have one stay as they are. Raises: AlreadyRunning; OSError."""
    with _alone(file):
        kept = read_fingerprints(file)
        new = {key: found[key] for key in found.keys() - set(kept.keys)}
        if not new:
            return
        rows = np.zeros(len(new), dtype=ROW)
        for place, (key, one) in enumerate(new.items()):
            rows[place] = (0, np.frombuffer(bytes.fromhex(key), np.uint8), one.hashes, one.thumbnail)
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as opened:
            opened.truncate(len(kept) * ROW.itemsize)
            opened.seek(0, os.SEEK_END)
            opened.write(rows.tobytes())
            opened.flush()
            os.fsync(opened.fileno())
    reached(CommitPoint.EMBED_FINGERPRINTS_ADDED)


def mark_compared(file: Path, photos: Collection[str]) -> None:
    """Remember that these were compared with all others. Raises: AlreadyRunning; OSError."""
    with _alone(file):
        kept = read_fingerprints(file)
        if not len(kept):
            return
        rows = np.memmap(file, dtype=ROW, mode="r+", shape=(len(kept),))
        rows["is_compared"][[key in photos for key in kept.keys]] = 1
        rows.flush()


def keep_only(file: Path, photos: Collection[str]) -> int:
    """Forget the fingerprints of all other photos, for good. Returns: how many. Raises: AlreadyRunning; OSError."""
    return _leave_out(file, lambda key: key not in photos)


def forget(file: Path, photos: Collection[str]) -> int:
    """Forget the fingerprints of these photos, for good. Returns: how many. Raises: AlreadyRunning; OSError."""
    return _leave_out(file, lambda key: key in photos)


def _leave_out(file: Path, goes: Callable[[str], bool]) -> int:
    with _alone(file):
        kept = read_fingerprints(file)
        stays = np.array([not goes(key) for key in kept.keys], dtype=bool)
        gone = len(kept) - int(stays.sum())
        if gone:
            write_bytes(file, kept.rows[stays].tobytes())
        return gone


def _alone(file: Path) -> AbstractContextManager[int]:
    """Nobody else may write meanwhile: a file that is replaced while somebody adds to it would lose what was added."""
    return only_one(file.with_suffix(".lock"), N_("keeping fingerprints"), wait_s=PATIENCE_S)
