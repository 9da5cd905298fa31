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


class Background(StrEnum):
    """What became of the background of a photo that should get a plain one."""

    PLAIN = "plain"
    NOTHING = "nothing"
    ALL = "all"
    UNSURE = "unsure"

    @property
    def sentence(self) -> str:
        """A message id for people: that it is plain, or why it stays and what helps."""
        return _BACKGROUNDS[self]


_BACKGROUNDS: Final = {
    Background.PLAIN: N_("The background is plain now."),
    Background.NOTHING: N_("The background stays: no thing stands out from it. Take the photo before a plain wall."),
    Background.ALL: N_("The background stays: the thing fills the whole photo, or nearly so. Step back a little."),
    Background.UNSURE: N_(
        "The background stays: it is not clear enough where the thing ends. Take the photo before a plain wall."
    ),
}

_SENTENCES: Final = {
    PhotoHint.DARK: N_("Too dark: take it again by a window, in daylight."),
    PhotoHint.BLURRED: N_("Blurred: hold the phone still, tap on the thing and take it again."),
    PhotoHint.CLUTTERED: N_("Restless background: lay or hang the thing before a plain wall, sheet or floor."),
    PhotoHint.SMALL: N_("Too small: it will look coarse on Vinted. Send the original, not a copy out of a chat."),
    PhotoHint.WIDE: N_("Wider than tall: if the thing lies on its side, turn the photo; upright ones show larger."),
}
