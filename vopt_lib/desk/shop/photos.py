"""This is where somebody gets a photo of her things to look at: whole, prepared for Vinted, or small, made once.

Never the file itself. All of it is made from the file as it came, turned as she turned it, and can be thrown away.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import orjson

from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.desk.shop.opening import looking, shop_of
from vopt_lib.errors import PhotoError, UnknownPhoto
from vopt_lib.paths import Paths
from vopt_lib.schema.own_photos import OwnPhoto, photo_name, photo_of
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.photo_hints import PhotoHint
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.shop.sight import photos_of
from vopt_lib.shop.tables import Photo
from vopt_lib.vision.cleaning import judged, prepared, thumbnail, whole

SIZES: Final = (240, 960)
"""Pixels of the longer side: in a row of a table, and in the detail beside it."""


def small_photo(desk: Desk, member: Member, name: str, size: int) -> bytes:
    """One of her photos (`photo_name`) as a JPEG of one of the SIZES. Raises: UnknownPhoto; PhotoError."""
    sha256, quarters = _hers(desk, member, name)
    if size not in SIZES:
        raise UnknownPhoto
    return _made(
        desk.paths, f"{name}-{size}.jpg", lambda: thumbnail(_kept(desk.paths, sha256), size, quarters=quarters)
    )


def prepared_photo(desk: Desk, member: Member, name: str) -> bytes:
    """One of her photos as it goes to Vinted (`vision.cleaning.prepared`). Raises: UnknownPhoto; PhotoError."""
    sha256, quarters = _hers(desk, member, name)
    made = f"{name}-prepared.jpg"
    return _made(desk.paths, made, lambda: prepared(_kept(desk.paths, sha256), quarters=quarters).content)


def whole_photo(desk: Desk, member: Member, name: str) -> bytes:
    """One of her photos as a JPEG in its whole size. Raises: UnknownPhoto; PhotoError."""
    sha256, quarters = _hers(desk, member, name)
    return whole(_kept(desk.paths, sha256), quarters=quarters)


def photo_as_it_came(desk: Desk, member: Member, name: str) -> bytes:
    """The file in which one of her photos came. Raises: UnknownPhoto."""
    return _kept(desk.paths, _hers(desk, member, name)[0])


def with_hints(paths: Paths, photos: Sequence[OwnPhoto]) -> tuple[OwnPhoto, ...]:
    """The photos with what could be better about each: looked at once, then remembered beside its small copies."""
    return tuple(replace(photo, hints=_hints(paths, photo)) for photo in photos)


def remember_hints(paths: Paths, sha256: str, hints: Sequence[PhotoHint]) -> None:
    """Remember what could be better about a photo as it came. Raises: OSError."""
    make_folders(paths, [paths.thumbnails])
    _write(paths.thumbnails / f"{sha256}-hints.json", orjson.dumps(hints))


def _hints(paths: Paths, photo: OwnPhoto) -> tuple[PhotoHint, ...] | None:
    def looked_at() -> bytes:
        return orjson.dumps(judged(_kept(paths, photo.sha256), quarters=photo.quarters))

    with suppress(PhotoError, UnknownPhoto, OSError):
        known: Any = _made(paths, f"{photo_name(photo.sha256, photo.quarters)}-hints.json", looked_at)
        with suppress(ValueError):
            return tuple(map(PhotoHint, orjson.loads(known)))
    return None


def _hers(desk: Desk, member: Member, name: str) -> tuple[str, int]:
    """The hash and the turn of a photo of hers. Raises: UnknownPhoto."""
    called = photo_of(name)
    if called is None:
        raise UnknownPhoto
    looks = looking(desk, member)
    with shop_of(desk).reading() as session:
        if session.scalars(photos_of(looks).where(Photo.sha256 == called[0]).limit(1)).first() is None:
            raise UnknownPhoto
    return called


def _made(paths: Paths, name: str, make: Callable[[], bytes]) -> bytes:
    """What was made of a photo under this name, which begins with its hash; it is made where it is not there."""
    path = paths.thumbnails / name
    with suppress(FileNotFoundError):
        return path.read_bytes()
    made = make()
    make_folders(paths, [paths.thumbnails])
    _write(path, made)
    return made


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
