"""This is where we say what a photo suggests about the thing on it: its catalogue, colours and pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Guess:
    """One thing that may be so. id: Vinted's number of a catalogue or colour, our name of a pattern. probability:
    0 to 1, among all that were compared.
    """

    id: int | str
    labels: Mapping[Literal["it", "en"], str]
    probability: float


@dataclass(frozen=True)
class PhotoSuggestions:
    """What a photo suggests, the likeliest first; a list is empty where nothing can tell.

    model: what looked at it. colours: where the built-in descriptor looked, the shares of what is seen.
    """

    model: str
    catalogues: tuple[Guess, ...] = field(default=())
    colours: tuple[Guess, ...] = field(default=())
    patterns: tuple[Guess, ...] = field(default=())
