"""This is where somebody gets a photo of her things to look at: whole, or small, made once. Never the file itself."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Final

from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import UnknownPhoto
from vopt_lib.paths import Paths
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.shop.sight import photos_of
from vopt_lib.shop.tables import Photo
from vopt_lib.vision.cleaning import thumbnail, whole

SIZES: Final = (240, 960)
"""Pixels of the longer side: in a row of a table, and in the detail beside it."""

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def small_photo(desk: Desk, member: Member, sha256: str, size: int) -> bytes:
    """One of her photos as a JPEG of one of the SIZES. Raises: UnknownPhoto; PhotoError."""
    _check_is_hers(desk, member, sha256)
    if size not in SIZES:
        raise UnknownPhoto
    made = desk.paths.thumbnails / f"{sha256}-{size}.jpg"
    if not made.exists():
        make_folders(desk.paths, [desk.paths.thumbnails])
        _write(made, thumbnail(_kept(desk.paths, sha256), size))
    return made.read_bytes()


def whole_photo(desk: Desk, member: Member, sha256: str) -> bytes:
    """One of her photos as a JPEG in its whole size. Raises: UnknownPhoto; PhotoError."""
    _check_is_hers(desk, member, sha256)
    return whole(_kept(desk.paths, sha256))


def _check_is_hers(desk: Desk, member: Member, sha256: str) -> None:
    if not _SHA256.fullmatch(sha256):
        raise UnknownPhoto
    with shop_of(desk).reading() as session:
        if session.scalars(photos_of(member).where(Photo.sha256 == sha256).limit(1)).first() is None:
            raise UnknownPhoto


def _kept(paths: Paths, sha256: str) -> bytes:
    """What lies there; of a file that is larger than any photo no more than shows that it is."""
    try:
        with (paths.photos / sha256).open("rb") as file:
            return file.read(LARGEST_PHOTO + 1)
    except OSError as error:
        raise UnknownPhoto from error


def _write(path: Path, content: bytes) -> None:
    """The whole file at once; of two who make it, the later wins with the same."""
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(draft).replace(path)
