"""This is where we say what could be better about a photo, and how a seller is told."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from vopt_lib.words import N_


class PhotoHint(StrEnum):
    """What keeps a photo from showing a thing well."""

    DARK = "dark"
    BLURRED = "blurred"
    CLUTTERED = "cluttered"
    SMALL = "small"
    WIDE = "wide"

    @property
    def sentence(self) -> str:
        """A message id for people: what is wrong and what helps."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    PhotoHint.DARK: N_("Too dark: take it again by a window, in daylight."),
    PhotoHint.BLURRED: N_("Blurred: hold the phone still, tap on the thing and take it again."),
    PhotoHint.CLUTTERED: N_("Restless background: lay or hang the thing before a plain wall, sheet or floor."),
    PhotoHint.SMALL: N_("Too small: it will look coarse on Vinted. Send the original, not a copy out of a chat."),
    PhotoHint.WIDE: N_("Wider than tall: if the thing lies on its side, turn the photo; upright ones show larger."),
}
