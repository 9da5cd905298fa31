"""This is where we say what an alert is: something that happened or lasts, which somebody should know of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from vopt_lib.errors import VoptError
from vopt_lib.words import Words

Level = Literal["info", "warn", "bad"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""The least pressing one first."""


@dataclass(frozen=True)
class Alert:
    """Something to know, in words that each reader gets in her own language.

    key: what it is about ("flow:collect", "disk"): while it lasts it is told once, and raised again it is the same one.
    text, next_step: marked sentences (`N_`), with the facts that both need: text, numbers, moments, days and errors,
    nothing secret. for_admins: members do not see it.
    """

    key: str
    level: Level
    text: str
    next_step: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    href: str = ""
    """The page that shows more ("/quality"); empty: none."""
    for_admins: bool = True

    def told(self, words: Words) -> str:
        """What happened, for this reader."""
        return words.say(self.text, **self._facts(words))

    def told_next(self, words: Words) -> str:
        """What to do about it, for this reader; empty: nothing."""
        return words.say(self.next_step, **self._facts(words)) if self.next_step else ""

    def line(self, words: Words) -> str:
        """Both in one."""
        return f"{self.told(words)} {self.told_next(words)}".rstrip()

    def _facts(self, words: Words) -> dict[str, Any]:
        return {name: words.error(fact) if isinstance(fact, VoptError) else fact for name, fact in self.facts.items()}


@dataclass(frozen=True)
class KnownAlert:
    """An alert as it is kept. times: how often it was raised; ended_at: when it was over; None: it lasts."""

    id: int
    alert: Alert
    begun_at: datetime
    last_at: datetime
    times: int
    ended_at: datetime | None
    is_seen: bool
    """Whether whoever asks has put it aside."""
