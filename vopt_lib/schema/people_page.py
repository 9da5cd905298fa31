"""This is where we say what the page of people tells: everybody with what she sells, and what is being written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vopt_lib.schema.own_people import OwnPerson
from vopt_lib.schema.searches import Acts, Told

FormKind = Literal["none", "add", "edit", "erase"]


@dataclass(frozen=True)
class PeopleMoment:
    """What one visitor's page remembers between two presses.

    `told`: the answer to the last one; `form` and `of`: what she is writing, and about whom; `draft`: what she had
    written when it was refused; `turn`: how often she pressed.
    """

    told: Told | None = None
    form: FormKind = "add"
    of: int = 0
    draft: Mapping[str, Any] = field(default_factory=dict)
    turn: int = 0


@dataclass(frozen=True)
class PeoplePage:
    """Everybody whom this reader may see. `me`: her own number; `markets`: where there can be accounts.

    `acts`: by a person's number, and "" for the form. `form`: what is being written, `of` whom (None: somebody new).
    """

    rows: tuple[OwnPerson, ...]
    me: int
    markets: tuple[str, ...]
    form: FormKind
    of: OwnPerson | None = None
    draft: Mapping[str, Any] = field(default_factory=dict)
    acts: Acts = field(default_factory=dict)

    @property
    def may_change(self) -> bool:
        """Whether this reader changes people."""
        return self.form != "none"
