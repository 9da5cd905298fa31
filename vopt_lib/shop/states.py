"""This is where we say what a listing may become: published, sold, put aside or filed away."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from vopt_lib.errors import NotPossible
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

NEXT: Final[dict[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.PUBLISHED, State.ARCHIVED}),
    State.PUBLISHED: frozenset({State.RESERVED, State.SOLD, State.PAUSED, State.WITHDRAWN}),
    State.RESERVED: frozenset({State.PUBLISHED, State.SOLD, State.WITHDRAWN}),
    # A sale that is cancelled puts the thing on sale again.
    State.SOLD: frozenset({State.PUBLISHED, State.ARCHIVED}),
    State.PAUSED: frozenset({State.PUBLISHED, State.SOLD, State.WITHDRAWN, State.ARCHIVED}),
    State.WITHDRAWN: frozenset({State.PUBLISHED, State.ARCHIVED}),
    State.ARCHIVED: frozenset({State.DRAFT}),
}
"""{state: the states that may follow it}. What is archived begins anew, as a draft."""

ENDS: Final = frozenset({State.SOLD, State.WITHDRAWN, State.ARCHIVED})
"""States in which a thing is on sale no more."""


def check_change(now: State, wanted: State) -> None:
    """Let a change of state pass that makes sense. Raises: NotPossible."""
    if wanted is not now and wanted not in NEXT[now]:
        raise NotPossible(now=now.label, wanted=wanted.label)
