"""This is where we say how complete a draft is, and what still has to be done before it can be published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DraftField = Literal[
    "photos",
    "title",
    "description",
    "catalog_id",
    "brand",
    "size",
    "condition_id",
    "colours",
    "material",
    "measurements",
    "asked",
    "parcel_size",
]
"""What a draft consists of; named as in `Facts` and in the shop."""


@dataclass(frozen=True)
class Todo:
    """One thing to do. sentence: a message id. weight: what it adds to the score, in points of 100 where all is asked.

    is_demanded: Vinted's form does not take a listing without it; else it only sells better.
    """

    field: DraftField
    sentence: str
    weight: int
    is_demanded: bool


@dataclass(frozen=True)
class Completeness:
    """How complete a draft is: 0 to 100, and what is missing, that which Vinted demands first, then the heaviest."""

    score: int
    todo: tuple[Todo, ...] = ()

    @property
    def is_publishable(self) -> bool:
        """Whether Vinted's form has all that it demands."""
        return not any(one.is_demanded for one in self.todo)
