"""This is where we say how a seller's own photos are called and shown: by the file each came in, and how it is turned.

Nothing is ever made of what was made of a photo: whatever is shown of it is made from the file as it came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vopt_lib.schema.photo_hints import PhotoHint

MOST_SHOWN: Final = 20
"""Photos that a listing shows. Source: Vinted takes no more."""

_NAME: Final = re.compile(r"([0-9a-f]{64})(?:-([123]))?", re.ASCII)


def photo_name(sha256: str, quarters: int = 0) -> str:
    """What a photo is called that is turned clockwise by so many quarters: the hash of its file, and the turn if any.

    Two photos of one name look the same for ever.
    """
    return f"{sha256}-{quarters % 4}" if quarters % 4 else sha256


def photo_of(name: str) -> tuple[str, int] | None:
    """The hash of the file and the quarters of the turn that a name says; None: no photo is called so."""
    found = _NAME.fullmatch(name)
    return None if found is None else (found[1], int(found[2] or 0))


@dataclass(frozen=True)
class OwnPhoto:
    """A photo of a thing: its number, the hash of its file, how often it is turned clockwise, and what could be better.

    hints: None: nobody looked at it yet, or its file cannot be opened.
    """

    photo_id: int
    sha256: str
    quarters: int = 0
    hints: tuple[PhotoHint, ...] | None = None

    @property
    def name(self) -> str:
        """What it is called as it is shown."""
        return photo_name(self.sha256, self.quarters)
