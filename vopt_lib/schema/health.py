"""This is where we say what is told of how vopt itself is: one check, its finding, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "warn", "bad"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. name: an English word that programs can rely on ("lake", "disk"); text: the finding
    as a sentence in the reader's language; next_step: what to do about it, as a sentence, empty where all is well.
    """

    name: str
    state: State
    text: str
    next_step: str = ""

    @property
    def line(self) -> str:
        """The same for a terminal."""
        return f"{self.text} {self.next_step}".rstrip()
