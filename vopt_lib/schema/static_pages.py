"""This is where we say which pages can be given to people who have no account, and what was written for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class StaticPage(StrEnum):
    """A page that can be given away: prices of what is followed, what she has on sale, what her sales earned."""

    PRICES = "prices"
    CLOSET = "closet"
    SALES = "sales"


@dataclass(frozen=True)
class Published:
    """What was written: the folder, its files, and how many bytes they are together."""

    folder: Path
    files: tuple[str, ...]
    size: int
