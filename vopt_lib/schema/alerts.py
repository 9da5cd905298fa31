"""This is where we say what an alert is: something that happened or lasts, which somebody should know of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Level = Literal["info", "warn", "bad"]


@dataclass(frozen=True)
class Alert:
    """Something to know, in words that each reader gets in her own language.

    key: what it is about ("flow:collect", "disk"): while it lasts it is told once, and raised again it is the same one.
    text, next_step: marked sentences (`N_`), with the facts that both need. for_admins: members do not see it.
    """

    key: str
    level: Level
    text: str
    next_step: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    href: str = ""
    """The page that shows more ("/quality"); empty: none."""
    for_admins: bool = True


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
