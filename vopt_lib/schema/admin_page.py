"""This is where we say what Administration tells: who is in, what ran, what is kept, and how it is kept safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vopt_lib.schema.own_activity import Activity
from vopt_lib.schema.own_people import OwnPerson
from vopt_lib.schema.searches import Acts, Told
from vopt_lib.schema.signing_in import OpenSession


@dataclass(frozen=True)
class AdminMoment:
    """What one visitor's page remembers between two presses: the answer, and a link that is shown this once."""

    told: Told | None = None
    link: str | None = None
    turn: int = 0


@dataclass(frozen=True)
class RunLine:
    """One run of a flow: when it ended, what came of it, in a sentence."""

    ended_at: datetime
    text: str


@dataclass(frozen=True)
class MarketState:
    """Whether a marketplace may be asked. rest_until, why: it rests so long, because it showed this."""

    market: str
    host: str
    is_simulator: bool
    is_accepted: bool
    rest_until: datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class BackupFile:
    """A backup that lies in its usual folder."""

    name: str
    bytes: int
    made_at: datetime


@dataclass(frozen=True)
class Stored:
    """What takes room: a table by its name, or something else by a message id.

    kept: how long a table's rows are kept, a message id; empty, for what is no table: until somebody removes it.
    """

    name: str
    bytes: int
    files: int
    kept: str = ""


@dataclass(frozen=True)
class Storage:
    """All that takes room, the largest first, and the room that is left where it lies (bytes)."""

    parts: tuple[Stored, ...]
    free: int
    of: int

    @property
    def bytes(self) -> int:
        """All of it."""
        return sum(part.bytes for part in self.parts)


@dataclass(frozen=True)
class AdminPage:
    """What the shop and the folders tell. me: her own number; prefect: where its pages are, if it runs.

    acts: by "person <number>", "session <number>" and "backup".
    """

    people: tuple[OwnPerson, ...]
    me: int
    sessions: tuple[OpenSession, ...]
    prefect: str | None
    markets: tuple[MarketState, ...]
    backups: tuple[BackupFile, ...]
    is_backing_up: bool
    tokens: Mapping[str, int]
    """{language model: tokens of the last 30 days}."""

    done: tuple[Activity, ...]
    acts: Acts = field(default_factory=dict)
