"""This is where we say what a listing may become: published, sold, put aside or filed away."""

from __future__ import annotations

from typing import Final

from vopt_lib.errors import NotPossible
from vopt_lib.schema.own_states import State as State

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
