"""This is where we say what was done in a shop: the type that the shop hands to the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Way = Literal["added", "changed", "removed", "restored", "forgotten"]
WAYS: Final[tuple[Way, ...]] = ("added", "changed", "removed", "restored", "forgotten")


@dataclass(frozen=True)
class Done:
    """What was done to so many rows of a table. title: of the listing, where it was one; is_least: there were more."""

    about: str
    way: Way
    rows: int
    title: str | None = None
    is_least: bool = False


@dataclass(frozen=True)
class Activity:
    """What somebody did at once. person: her name; None: vopt itself."""

    at: datetime
    person: str | None
    deed: str
    done: tuple[Done, ...]
