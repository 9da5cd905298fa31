"""This is where we say what a figure on a page is: its value, its unit, how it moved, and its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Better = Literal["up", "down", "neither"]
"""Which way is good for her."""


@dataclass(frozen=True)
class Tile:
    """One figure.

    value: as she reads it (words.money, words.number …). detail: what it is compared with, or rests on. change: a share
    (-0.03). better: which way is good for her. trend: the values behind it, oldest first; None is a gap. href: a page
    of ours that tells more.
    """

    title: str
    value: str
    unit: str = ""
    detail: str = ""
    change: float | None = None
    better: Better = "neither"
    trend: Sequence[float | None] = ()
    href: str | None = None
