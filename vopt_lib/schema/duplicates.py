"""This is where we say how two photos belong together."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from vopt_lib.words import N_


class PairKind(StrEnum):
    """What two photos have in common, the strongest first."""

    SAME_PHOTO = "same_photo"
    SAME_ITEM = "same_item"
    LOOK_ALIKE = "look_alike"

    @property
    def sentence(self) -> str:
        """What a seller is told."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    PairKind.SAME_PHOTO: N_("This is the same photo, even where it was cut, mirrored or made lighter or darker."),
    PairKind.SAME_ITEM: N_("These photos very probably show the same thing."),
    PairKind.LOOK_ALIKE: N_("These things look alike."),
}
