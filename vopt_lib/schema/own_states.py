"""This is where we say how a listing of the seller's own can stand, and how that is called."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from vopt_lib.words import N_


class State(StrEnum):
    """How a listing stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RESERVED = "reserved"
    SOLD = "sold"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        """A message id for people."""
        return _LABELS[self]


_LABELS: Final = {
    State.DRAFT: N_("draft"),
    State.PUBLISHED: N_("on sale"),
    State.RESERVED: N_("reserved"),
    State.SOLD: N_("sold"),
    State.PAUSED: N_("paused"),
    State.WITHDRAWN: N_("withdrawn"),
    State.ARCHIVED: N_("archived"),
}

RELISTED: Final = N_("listed again")
"""Why a listing is on sale no more whose thing has a newer one; what she writes herself is a reason, too."""
