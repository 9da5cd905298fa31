"""This is where a refresh in a process of its own is remembered: what it was asked, how far it is, how it ended.

One small file, replaced in one durable step at every turn, so that pages can read it whenever they like, the next
server too. It holds facts: each reader is told in her own language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import orjson

from vopt_lib.desk.follow import followed
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.refresh import Stage, Step
from vopt_lib.desk.runs import Run, error_from
from vopt_lib.errors import VoptError
from vopt_lib.files import read_json, write_json
from vopt_lib.schema.queries import Follow


@dataclass(frozen=True)
class JobFollow:
    """One follow of a job. `usual_requests` is what its last complete run took; None: there was none."""

    id: str
    name: str
    market: str
    catalog_id: int | None
    usual_requests: int | None


@dataclass(frozen=True)
class Job:
    """One refresh. While collecting, `at` is the follow it is at and `run` what that brought so far.

    An `error` is what ended it early, or why its figures were not published.
    """

    started_at: datetime
    follows: tuple[JobFollow, ...]
    stage: Stage | Literal["starting"] = "starting"
    at: str | None = None
    run: Run | None = None
    collected: tuple[Run, ...] = ()
    ended_at: datetime | None = None
    error: VoptError | None = None

    @classmethod
    def of(cls, desk: Desk, chosen: Sequence[Follow]) -> Self:
        """A job that is about to start."""
        usual = {row.follow.id: row.requests_a_day for row in followed(desk)}
        return cls(desk.clock.now(), tuple(_job_follow(follow, usual.get(follow.id)) for follow in chosen))

    @property
    def remaining(self) -> tuple[JobFollow, ...]:
        """The follows whose turn is not over."""
        over = {run.follow_id for run in self.collected}
        return tuple(follow for follow in self.follows if follow.id not in over)

    def after(self, step: Step) -> Self:
        """The job one step further."""
        if step.follow is None:
            return replace(self, stage=step.stage, at=None, run=None)
        if step.run and step.is_over:
            return replace(self, stage=step.stage, at=None, run=None, collected=(*self.collected, step.run))
        return replace(self, stage=step.stage, at=step.follow.id, run=step.run)

    def ended(self, at: datetime, error: VoptError | None) -> Self:
        """The job when it is over."""
        return replace(self, at=None, run=None, ended_at=at, error=error)


def read_job(path: Path) -> Job | None:
    """The newest job; None where there was none, or where its file cannot be understood: it is only a message."""
    try:
        plain = read_json(path)
        return _job_from(plain) if plain else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def write_job(path: Path, job: Job) -> None:
    """Replace what is remembered."""
    plain = {
        "started_at": job.started_at,
        "follows": [vars(follow) for follow in job.follows],
        "stage": job.stage,
        "at": job.at,
        "run": _plain(job.run) if job.run else None,
        "collected": [_plain(run) for run in job.collected],
        "ended_at": job.ended_at,
        "error": type(job.error).__name__ if job.error else None,
        "error_facts": orjson.dumps(job.error.facts, default=str).decode() if job.error else None,
    }
    write_json(path, plain)


def _job_from(plain: Mapping[str, Any]) -> Job:
    return Job(
        started_at=datetime.fromisoformat(plain["started_at"]),
        follows=tuple(JobFollow(**follow) for follow in plain["follows"]),
        stage=plain["stage"],
        at=plain["at"],
        run=_run(plain["run"]) if plain["run"] else None,
        collected=tuple(_run(run) for run in plain["collected"]),
        ended_at=datetime.fromisoformat(plain["ended_at"]) if plain["ended_at"] else None,
        error=error_from(plain["error"], plain["error_facts"]),
    )


def _plain(run: Run) -> dict[str, Any]:
    return run.row().drop("events").row(0, named=True)


def _run(plain: Mapping[str, Any]) -> Run:
    moments = {name: datetime.fromisoformat(plain[name]) for name in ("started_at", "ended_at")}
    return Run.from_row({**plain, **moments, "events": None})


def _job_follow(follow: Follow, usual_requests: int | None) -> JobFollow:
    query = follow.query
    return JobFollow(follow.id, follow.name, query.market, query.catalog.id if query.catalog else None, usual_requests)
