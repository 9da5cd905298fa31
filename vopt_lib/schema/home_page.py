"""This is where we say what the first page tells: what waits for her, and how to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "stopped",
    "failed",
    "held_back",
    "resting",
    "consent",
    "quiet",
    "all_paused",
    "collecting",
    "publishing",
    "price_model",
    "price_drift",
    "duplicates",
    "alert",
]
Tone = Literal["info", "warn", "bad"]


@dataclass(frozen=True)
class Attention:
    """One thing to know: a sentence, and what to do about it at a terminal (`command`) or on a page (`label`, `href`).

    waits_for_her: it stays so until she does something; the rest goes on by itself.
    """

    kind: Kind
    tone: Tone
    text: str
    label: str
    command: str = ""
    href: str = "/follow"
    waits_for_her: bool = True

    @property
    def line(self) -> str:
        """The same for a terminal."""
        return f"{self.text} {self.command}".rstrip()


@dataclass(frozen=True)
class FirstStep:
    """One step of starting: what it is, why, and the button that leads to where it is done."""

    title: str
    text: str
    label: str
    is_done: bool
    href: str = "/follow"
