"""This is where we say what is told of the searches she follows: lines, cards, news, and what she may press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["info", "good", "warn", "bad"]

Act = tuple[str, str]
"""What can be pressed: its name, and its label for the reader."""

Acts = Mapping[str, Sequence[Act]]
"""What can be pressed for each thing: a follow's id, or "" for what concerns the whole page."""


@dataclass(frozen=True)
class Told:
    """One line for a reader. `href`: where what it speaks of can be seen. `offers`: what may be done about it, by the
    thing that its acts are of (a follow's id, or "")."""

    text: str
    kind: Kind = "info"
    href: str | None = None
    offers: str | None = None


@dataclass(frozen=True)
class Watched:
    """One follow: what it asks, what is known of it, how its last run went, and where its prices are."""

    id: str
    name: str
    asked: str
    facts: tuple[str, ...]
    last: Told
    href: str | None
    is_paused: bool


@dataclass(frozen=True)
class Searches:
    """Everything followed. `effort`: what it asks of the site; `standing`: what keeps collecting from going on.

    `consent`: the heading and the points of the conditions, while she has not agreed to them; the acts of "consent" are
    to agree, or to take that back.
    """

    rows: tuple[Watched, ...]
    effort: str | None = None
    standing: tuple[Told, ...] = ()
    consent: tuple[str, Sequence[str]] | None = None
    acts: Acts = field(default_factory=dict)


@dataclass(frozen=True)
class News:
    """What happens now.

    `moving`: what is under way, in a sentence, and the share of it that is done (None: nobody knows). `mark` changes
    when the searches have to be told anew.
    """

    lines: tuple[Told, ...]
    mark: str
    moving: tuple[str, float | None] | None = None
    acts: Acts = field(default_factory=dict)


@dataclass(frozen=True)
class Near:
    """Something near what she wrote, and the address of the draft that has it instead."""

    title: str
    href: str


@dataclass(frozen=True)
class Reading:
    """What a draft would follow, in a sentence. `near`: what she may have meant."""

    told: Told
    near: tuple[Near, ...] = ()
    acts: Acts = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """What one visitor's page remembers between two presses.

    `told`: the answer to the last one; `sure`: the follow that she is asked about; `seen`: the mark of the news that
    the searches were told after; `turn`: how often she pressed.
    """

    told: Told | None = None
    sure: str = ""
    seen: str = ""
    turn: int = 0
