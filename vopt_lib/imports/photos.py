"""This is where a photo of an archive is read: only real images, and none that fills the memory."""

from __future__ import annotations

import zipfile

from vopt_lib.imports.zips import member
from vopt_lib.schema.photo_limits import LARGEST_PHOTO


def read_photo(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """A photo of the archive; None: it has none of that name, or what is there is no image.

    Raises: ArchiveDamaged; ArchiveHostile.
    """
    try:
        with member(archive, name) as stream:
            content = stream.read(LARGEST_PHOTO + 1)
    except KeyError:
        return None
    return content if len(content) <= LARGEST_PHOTO and is_image(content[:12]) else None


def is_image(start: bytes) -> bool:
    """Whether a file begins as a JPEG, PNG or WebP does. Source: their specifications' signatures."""
    is_webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    return is_webp or start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
