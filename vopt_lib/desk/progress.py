"""This is where pages learn what is under way now and how the last collecting ended. Cheap: they ask every second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.job import Job, JobFollow, read_job
from vopt_lib.desk.runs import Run, headline
from vopt_lib.errors import BudgetSpent, ChecksBroken, CollectingPaused, NotPublished
from vopt_lib.files import is_held, read_json
from vopt_lib.paths import Paths
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.searches import Told
from vopt_lib.words import N_, Words

State = Literal["idle", "running", "stopped", "ended"]

FIGURES_WEIGH = 2
"""Working out the figures takes about as long as so many requests."""

NEARLY = 0.95
"""A follow that takes more requests than usual waits here for its end."""

NEWS_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Progress:
    """What is under way (`running`), or how the last job was left.

    `stopped`: its process was killed half-way; starting again goes on. `requests` are those of the follow it is at.
    `elsewhere` names the follows that another program (vopt collect, a flow) collects now.
    """

    state: State
    job: Job | None = None
    requests: int = 0
    elsewhere: tuple[str, ...] = ()

    @property
    def is_moving(self) -> bool:
        """Whether there will be something new to see soon."""
        return self.state == "running" or bool(self.elsewhere)

    @property
    def share(self) -> float | None:
        """How much of the job is done, 0 to 1, by what its follows usually take; None: nobody can say."""
        if self.job is None or self.state != "running":
            return None
        usual = [follow.usual_requests for follow in self.job.follows]
        known = [requests for requests in usual if requests]
        if self.job.follows and not known:
            return None if self.job.stage in ("starting", "collecting") else NEARLY
        typical = sum(known) / len(known) if known else 0
        weights = {follow.id: follow.usual_requests or typical for follow in self.job.follows}
        done = sum(weights[follow.id] for follow in self.job.follows if follow not in self.job.remaining)
        done += min(self.requests, NEARLY * weights.get(self.job.at or "", 0))
        return done / (sum(weights.values()) + FIGURES_WEIGH)

    @property
    def mark(self) -> str:
        """Changes whenever there is something new in the tables: a follow is over, or the job."""
        if self.job is None:
            return self.state
        return f"{self.job.started_at.isoformat()} {len(self.job.collected)} {self.state} {self.elsewhere}"


def progress_of(desk: Desk) -> Progress:
    """What is under way now."""
    job = read_job(desk.paths.job)
    if job is not None and job.ended_at is None:
        if is_held(desk.paths.job_lock):
            return Progress("running", job, _requests(desk, job))
        job = read_job(desk.paths.job)  # it may have ended since
    elsewhere = _collected_elsewhere(desk)
    if job is None or (job.ended_at is None and _is_overtaken(desk.paths)):
        return Progress("idle", elsewhere=elsewhere)
    return Progress("ended" if job.ended_at else "stopped", job, elsewhere=elsewhere)


def _is_overtaken(paths: Paths) -> bool:
    """Whether figures were published since the job was last heard of: another program has finished what it left."""
    try:
        return paths.published.stat().st_mtime_ns > paths.job.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def told_now(progress: Progress, words: Words) -> Told | None:
    """What is under way, in a sentence; None: nothing is."""
    job = progress.job
    if progress.state == "running" and job is not None:
        return Told(_stage(job, progress.requests, words))
    if progress.elsewhere:
        names = ", ".join(progress.elsewhere)
        return Told(words.say(N_("Another program is collecting now: {names}."), names=names))
    if progress.state == "stopped":
        sentence = N_("Collecting was stopped half-way. Nothing is lost: “Go on” continues it.")
        return Told(words.say(sentence), "warn", offers="")
    return None


def told_last(progress: Progress, words: Words, now: datetime) -> tuple[Told, ...]:
    """How the last job ended, if it is news: one line for each follow, and one for what went wrong besides.

    What stays so afterwards (a rest, a day held back) is noticed by `desk.attention`.
    """
    job = progress.job
    if job is None or progress.state != "ended" or job.ended_at is None or now - job.ended_at > NEWS_FOR:
        return ()
    lines = [_arrived(run, job, words) for run in job.collected if not _is_standing(run)]
    if job.error is not None and not isinstance(job.error, NotPublished | ChecksBroken):
        lines.append(Told(words.error(job.error), "warn" if job.collected else "bad"))
    return tuple(lines)


def _stage(job: Job, requests: int, words: Words) -> str:
    if job.stage == "starting":
        return words.say(N_("Getting ready…"))
    follow = next((follow for follow in job.follows if follow.id == job.at), None)
    if follow is not None:
        return _collecting(follow, job, requests, words)
    if job.stage in ("publishing", "tidying"):
        return words.say(N_("Putting the new figures on the pages…"))
    return words.say(N_("Working out the figures…"))


def _collecting(follow: JobFollow, job: Job, requests: int, words: Words) -> str:
    where = words.say(N_("Collecting “{name}”"), name=follow.name)
    if len(job.follows) > 1:
        turn = len(job.follows) - len(job.remaining) + 1
        where += " " + words.say(N_("({turn} of {all})"), turn=turn, all=len(job.follows))
    asked = words.count(N_("{n} request so far"), N_("{n} requests so far"), requests) if requests else None
    brought = words.count(N_("{n} listing"), N_("{n} listings"), job.run.rows) if job.run else None
    return ", ".join(filter(None, (where, asked, brought))) + "…"


def _is_standing(run: Run) -> bool:
    return not run.rows and isinstance(run.error, CollectingPaused | BudgetSpent)


def _arrived(run: Run, job: Job, words: Words) -> Told:
    line = headline(run, words)
    if not run.rows:
        return Told(line, "bad" if run.outcome == "failed" else "info")
    asked = next((follow for follow in job.follows if follow.id == run.follow_id), None)
    href = prices_at(asked.market, asked.catalog_id) if asked else None
    return Told(words.say(N_("Arrived. {what}"), what=line), "good", href)


def prices_at(market: str, catalog_id: int | None) -> str | None:
    """Address of what a follow brought; None for one without a catalogue."""
    if catalog_id is None:
        return None
    return "/market?" + MarketFilters(market=market, catalog=catalog_id).as_query()


def _requests(desk: Desk, job: Job) -> int:
    """Requests of the follow under way: those of its last commit, and what the host's budget has counted since."""
    follow = next((follow for follow in job.follows if follow.id == job.at), None)
    if follow is None:
        return 0
    known, since = (job.run.requests, job.run.ended_at) if job.run else (0, _begun(job))
    host = desk.site(follow.market).host
    return known + sum(at > since for at in _spent(desk.paths, host))


def _begun(job: Job) -> datetime:
    return job.collected[-1].ended_at if job.collected else job.started_at


def _spent(paths: Paths, host: str) -> list[datetime]:
    """When a host was asked within the last hour; nothing for one without a budget."""
    try:
        plain: Mapping[str, Any] = read_json(paths.host_state(host) / "budget.json") or {}
        return [datetime.fromisoformat(at) for at in plain.get("requests", ())]
    except (ValueError, TypeError):
        return []


def _collected_elsewhere(desk: Desk) -> tuple[str, ...]:
    return tuple(follow.name for follow in follows(desk) if is_held(desk.paths.collect_lock(follow.id)))
