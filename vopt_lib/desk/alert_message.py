"""This is where alerts become one message: plain words in one language, in which nothing of a stranger acts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vopt_lib.schema.alerts import LEVELS, Alert, Level
from vopt_lib.words import N_, Words

MOST_TOLD: Final = 10
"""Alerts that one message tells in full: more of them are read on the page."""

LONGEST: Final = 3_000
"""Letters of a message: Telegram takes 4,096, ntfy 4,096 bytes."""

_LONGEST_ONE: Final = 600
_LONGEST_SUBJECT: Final = 120


@dataclass(frozen=True)
class Message:
    """What is sent: a subject of one line and a text, both plain. at: when it was written."""

    subject: str
    text: str
    level: Level
    at: datetime


def message_of(
    alerts: Sequence[tuple[datetime, Alert]], words: Words, at: datetime, *, pages: str | None = None
) -> Message:
    """One message of these, each with when it began; the worst comes first. pages: where the pages are reached."""
    lines = [_told(begun_at, alert, words) for begun_at, alert in alerts[:MOST_TOLD]]
    while len(lines) > 1 and sum(map(len, lines)) > LONGEST:
        lines.pop()
    more = len(alerts) - len(lines)
    if more:
        lines.append(words.count(N_("And {n} more: vopt shows it."), N_("And {n} more: vopt shows them."), more))
    if pages:
        lines.append(words.say(N_("More at {address}"), address=pages + alerts[0][1].href))
    level = max((alert.level for _, alert in alerts), key=LEVELS.index)
    return Message(_subject([alert for _, alert in alerts], words), "\n\n".join(lines), level, at)


def trial_message(words: Words, at: datetime) -> Message:
    """What `vopt alerts test` sends."""
    text = N_("This is a trial: alerts of vopt reach you here. Nothing is wrong.")
    return Message(words.say(N_("vopt: a trial")), words.say(text), "info", at)


def one_line(text: str, longest: int) -> str:
    """The text in one line, without anything that controls where or how it is shown."""
    shown = "".join(" " if _controls(letter) else letter for letter in text)
    clean = " ".join(shown.split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"


def _controls(letter: str) -> bool:
    """Whether it breaks lines, turns the direction of writing round, or is no letter at all."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _subject(alerts: Sequence[Alert], words: Words) -> str:
    if len(alerts) == 1:
        return one_line(f"vopt: {alerts[0].told(words)}", _LONGEST_SUBJECT)
    return words.count(N_("vopt: {n} thing to know"), N_("vopt: {n} things to know"), len(alerts))


def _told(begun_at: datetime, alert: Alert, words: Words) -> str:
    since = words.say(N_("since {at}"), at=begun_at)
    return one_line(f"{alert.line(words)} ({since})", _LONGEST_ONE)
