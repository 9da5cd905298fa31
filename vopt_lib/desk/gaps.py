"""This is where it is told why something is missing: for each search and day that was not searched whole, the reason.

What was made up for on the same day is no gap. A day of which no run tells anything has a reason, too: nothing ran, a
round was stopped before the search had its turn, or the search is paused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import polars as pl

from vopt_lib.desk.flow_runs import JOBS, alert_key
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.report import event_line
from vopt_lib.desk.runs import TITLES, Run
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.alerts import KnownAlert
from vopt_lib.schema.contract import REASONS
from vopt_lib.schema.queries import Follow
from vopt_lib.shop.alerts import told_since
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.words import N_, Words

_GAPS: Final = pl.Schema([("day", pl.Date), ("name", pl.String), ("why", pl.String)])

_COLLECTING: Final = ("daily", "collect")
"""The flows that collect."""

_TOLD_LATER: Final = timedelta(days=1)
"""A round that a power cut ended is found by the next flow, which may begin a day later."""

_NOTHING_RAN: Final = N_("Nothing ran on this day: the computer was off or asleep, or vopt was not started.")
_STOPPED: Final = N_("{job} did not come to its end, so this search had no turn.")
_PAUSED: Final = N_("The search is paused, so it is not collected.")
_LEFT_OUT: Final = N_(
    "Nobody collected this search on this day, though vopt ran: it was paused then, or not asked for."
)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_NOT_USED: Final = N_("What came could not be used: {why}.")
_USED_IN_PART: Final = N_("Some of what came could not be used, so that absence proves nothing on this day: {why}.")
_NOT_WHOLE: Final = N_("The search did not come to its end.")


@dataclass(frozen=True)
class _Ran:
    """What ran on which days. days: with a run of any kind."""

    days: frozenset[date]
    troubles: Sequence[KnownAlert]
    today: date

    def stopped(self, day: date) -> str | None:
        """The round that was stopped, as far as is known, before a search of this day had its turn."""
        for known in self.troubles:
            if known.begun_at.date() - _TOLD_LATER <= day <= known.last_at.date():
                return next(JOBS[flow] for flow in _COLLECTING if alert_key(flow) == known.alert.key)
        return None


def gaps(
    desk: Desk, runs: Sequence[Run], watched: Sequence[Follow], *, days: Sequence[date], words: Words
) -> pl.DataFrame:
    """Why something is missing on these days, newest first: day, name, why; together where it is one reason.

    runs: what was collected and visited on them, oldest first. Days before a search was followed, and today until
    something was tried, are no gaps.
    """
    ran = _ran(desk, days)
    found = [
        *_of_runs(desk, _not_made_up_for(runs), words),
        *(gap for follow in watched for gap in _of_silence(follow, runs, days, ran, words=words)),
    ]
    names: dict[tuple[date, str], list[str]] = {}
    for day, name, why in sorted(found, key=lambda gap: gap[0], reverse=True):
        names.setdefault((day, why), []).append(name)
    rows = [(day, ", ".join(dict.fromkeys(told)), why) for (day, why), told in names.items()]
    return pl.DataFrame(rows, schema=_GAPS, orient="row")


def _ran(desk: Desk, days: Sequence[date]) -> _Ran:
    begun = desk.lake.scan("run", version="newest").filter(pl.col("started_at").dt.date() >= days[0])
    known = begun.select(pl.col("started_at").dt.date()).unique().collect()["started_at"]
    with shop_of(desk).reading() as session:
        since = datetime.combine(days[0], time(), UTC)
        troubles = told_since(session, HOUSEHOLD, map(alert_key, _COLLECTING), since)
    return _Ran(frozenset(known), troubles, desk.clock.now().date())


def _not_made_up_for(runs: Sequence[Run]) -> list[Run]:
    """All but those of a search that was searched whole later on the same day."""
    whole = {(run.follow_id, run.started_at.date()): run.ended_at for run in runs if run.is_exhaustive}
    return [run for run in runs if run.ended_at > whole.get((run.follow_id, run.started_at.date()), _NEVER)]


def _of_runs(desk: Desk, runs: Iterable[Run], words: Words) -> Iterator[tuple[date, str, str]]:
    """What runs tell of why they brought nothing, or only a part."""
    for run in reversed(list(runs)):
        name = run.follow_name or words.say(TITLES.get(run.kind, run.kind))
        for why in _reasons(desk, run, words):
            yield run.started_at.date(), name, why


def _reasons(desk: Desk, run: Run, words: Words) -> list[str]:
    if run.error is not None:
        return [words.error(_for_readers(desk, run))]
    if run.kind != "collect" or run.is_exhaustive is not False:
        return []
    told = [event_line(event, words) for event in run.events if event.get("is_lack")]
    if run.rejected:
        most = max(run.rejects_by_reason, key=lambda reason: run.rejects_by_reason[reason])
        why = words.say(REASONS.get(most, most))
        told.append(words.say(_USED_IN_PART if run.rows else _NOT_USED, why=why))
    return told or [words.say(_NOT_WHOLE)]


def _for_readers(desk: Desk, run: Run) -> VoptError:
    """Its error, with the site by the name that people know, and not the computer that answered in its place."""
    assert run.error is not None
    site = desk.site(run.market or "it")
    if site.is_real or "host" not in run.error.facts:
        return run.error
    return type(run.error)(**{**run.error.facts, "host": "Vinted"})


def _of_silence(
    follow: Follow, runs: Sequence[Run], days: Sequence[date], ran: _Ran, *, words: Words
) -> Iterator[tuple[date, str, str]]:
    """The days on which no run tells of a search, and why that is."""
    tried = {run.started_at.date() for run in runs if run.follow_id == follow.id}
    last = max(tried, default=follow.created_at.date())
    for day in days:
        if follow.created_at.date() < day < ran.today and day not in tried:
            stopped = ran.stopped(day)
            if day not in ran.days:
                why = words.say(_NOTHING_RAN)
            elif stopped is not None:
                why = words.say(_STOPPED, job=words.say(stopped))
            else:
                why = words.say(_PAUSED if follow.paused and day > last else _LEFT_OUT)
            yield day, follow.name, why
