"""This is where a run says what it did: the `run` row, and the report that pages, flows and commands show."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
import polars as pl

from vopt_lib import errors
from vopt_lib.errors import VoptError
from vopt_lib.schema.tables import RUN
from vopt_lib.words import N_, Words

Outcome = Literal["done", "partial", "failed", "held_back"]
Kind = Literal["collect", "ingest", "recheck", "refine", "publish", "maintain", "train", "embed"]

TITLES = {
    "recheck": N_("Pages of missed listings"),
    "maintain": N_("Tidying up"),
    "train": N_("Learning prices"),
    "embed": N_("Describing photos"),
}
"""Names of runs that are of no search."""

_TELL_WHAT_THEY_DID = ("maintain", "train")
"""Their events are no troubles."""


@dataclass(frozen=True)
class Run:
    """One run of one kind: exactly the columns of the table `run`, and the error as an object."""

    run_id: str
    kind: Kind
    started_at: datetime
    ended_at: datetime
    outcome: Outcome = "done"
    source: str | None = None
    market: str | None = None
    follow_id: str | None = None
    follow_name: str | None = None
    requests: int = 0
    retries: int = 0
    waited_s: float = 0.0
    received_bytes: int = 0
    pages: int = 0
    rows: int = 0
    listings: int = 0
    rejects_by_reason: Mapping[str, int] = field(default_factory=dict)
    share_seen: float | None = None
    is_exhaustive: bool | None = None
    error: VoptError | None = None
    events: Sequence[Mapping[str, object]] = ()

    @property
    def rejected(self) -> int:
        """Rows refused."""
        return sum(self.rejects_by_reason.values())

    @property
    def rejected_share(self) -> float:
        """Rows refused of all rows met."""
        return self.rejected / max(self.rows + self.rejected, 1)

    @property
    def troubles(self) -> Sequence[Mapping[str, object]]:
        """What went wrong and how it was handled. Maintenance and learning keep what they did as their events."""
        return () if self.kind in _TELL_WHAT_THEY_DID else self.events

    def row(self) -> pl.DataFrame:
        """The run as one row of the table `run`."""
        values: dict[str, Any] = {name: getattr(self, name, None) for name in RUN.schema}
        values |= {
            "month": f"{self.started_at:%Y-%m}",
            "rejects_by_reason": _json(dict(self.rejects_by_reason)),
            "error": type(self.error).__name__ if self.error else None,
            "error_facts": _json(self.error.facts) if self.error else None,
            "events": _json(list(self.events)),
        }
        return pl.DataFrame([values], schema=RUN.schema)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Run:
        """The run that `row` wrote."""
        known = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        return cls(
            **known
            | {
                "rejects_by_reason": orjson.loads(row["rejects_by_reason"] or b"{}"),
                "error": error_from(row["error"], row["error_facts"]),
                "events": orjson.loads(row["events"] or b"[]"),
            }
        )


def new_run_id(kind: Kind, now: datetime) -> str:
    """An id that sorts by time and never repeats: collect-20261121T070000-1f2e3d4c."""
    return f"{kind}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def error_from(name: str | None, facts: str | None) -> VoptError | None:
    """The error that a row remembers, to be said in any language; a class that no longer exists becomes VoptError."""
    if name is None:
        return None
    kind = getattr(errors, name, None)
    remembered = {key: _remembered(key, value) for key, value in orjson.loads(facts or b"{}").items()}
    return kind(**remembered) if kind else VoptError(what=name)


def headline(run: Run, words: Words) -> str:
    """One line that a seller reads: what was collected and how far it can be relied on."""
    return f"{run.follow_name or words.say(TITLES.get(run.kind, run.kind))}: {outcome(run, words)}"


def outcome(run: Run, words: Words) -> str:
    """The same without the name."""
    if run.kind == "maintain":
        return tidied(run, words)
    if run.kind == "train":
        return learnt(run, words)
    if run.kind == "embed":
        return described(run, words)
    if run.outcome == "failed" and run.error:
        return words.say(N_("nothing collected. {why}"), why=words.error(run.error))
    listings = words.count(N_("{n} listing"), N_("{n} listings"), run.listings)
    told = [f"{listings} {words.count(N_('on {n} page'), N_('on {n} pages'), run.pages)}"]
    if run.share_seen is not None:
        told.append(words.say(N_("{share} of the market"), share=words.percent(min(run.share_seen, 1.0))))
    if run.outcome == "partial":
        told.append(words.say(N_("not all that there is")))
    if run.rejected:
        told.append(words.count(N_("{n} row refused"), N_("{n} rows refused"), run.rejected))
    return ", ".join(told) + (". " + words.error(run.error) if run.error else "")


def tidied(run: Run, words: Words) -> str:
    """What a round of maintenance did, over all tables."""
    done: Counter[str] = Counter()
    for event in run.events:
        done += Counter({key: n for key, n in _facts(event).items() if isinstance(n, int)})
    told = (
        ("days", words.count(N_("{n} old day removed"), N_("{n} old days removed"), done["days"])),
        ("texts", words.count(N_("sellers' words of {n} old day or month removed"),
                              N_("sellers' words of {n} old days or months removed"), done["texts"])),
        ("vectors", words.count(N_("{n} photo forgotten"), N_("{n} photos forgotten"), done["vectors"])),
        ("joined", words.count(N_("{n} small file joined"), N_("{n} small files joined"), done["joined"])),
        ("files", words.count(N_("{n} file removed that nobody reads"), N_("{n} files removed that nobody reads"),
                              done["files"])),
        ("bytes", words.say(N_("{megabytes} MB freed"), megabytes=words.number(done["bytes"] / 1e6, 1))),
    )  # fmt: skip
    return ", ".join(text for key, text in told if done[key]) or words.say(N_("nothing had to be done"))


def learnt(run: Run, words: Words) -> str:
    """What a training came to: the model that is in use now, or why there is no new one."""
    told = [words.say(str(event["what"]), **_facts(event)) for event in run.events]
    return " ".join([*told, *([words.error(run.error)] if run.error else [])])


def described(run: Run, words: Words) -> str:
    """What became of photos: how many were fetched, described for the first time, and of no use."""
    told = [words.count(N_("{n} photo described"), N_("{n} photos described"), run.rows)]
    if run.pages:
        told.append(words.count(N_("{n} fetched"), N_("{n} fetched"), run.pages))
    if run.rejected:
        told.append(words.count(N_("{n} cannot be used"), N_("{n} cannot be used"), run.rejected))
    return ", ".join(told) + (". " + words.error(run.error) if run.error else "")


def _facts(event: Mapping[str, object]) -> dict[str, object]:
    facts = event.get("facts")
    return facts if isinstance(facts, dict) else {}


def _json(value: object) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode()


def _remembered(key: str, value: object) -> object:
    """A fact as it was: JSON holds moments and days as text."""
    if key in ("until", "since", "on") and _is_time(value):
        moment = datetime.fromisoformat(str(value))
        return moment.date() if key == "on" else moment
    return value


def _is_time(value: object) -> bool:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True
