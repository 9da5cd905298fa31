"""This is where vopt says how it is: how fresh the data is, what ran, what needs attention."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict, get_args

import polars as pl
from pydantic import BaseModel, Field

from vopt_lib.desk import permission
from vopt_lib.desk.attention import attention
from vopt_lib.desk.follow import Followed, followed
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.lasting import newest_arrival, rest_of
from vopt_lib.desk.report import newest_runs, published_at
from vopt_lib.desk.runs import outcome
from vopt_lib.errors import NothingPublished
from vopt_lib.quality.report import newest
from vopt_lib.schema.quality import Result
from vopt_lib.words import N_, Words


class FollowStatus(BaseModel):
    """One follow."""

    id: str = Field(description="Short name.")
    name: str = Field(description="Name.")
    paused: bool = Field(description="Whether it is not collected for now.")
    requests_a_day: int | None = Field(description="Requests of its last complete run; null: none yet.")
    share_seen: float | None = Field(description="Share of its catalogue that run saw, 0 to 1; null: unknown.")
    last_run_at: datetime | None = Field(description="End of its last run (UTC); null: not collected yet.")
    last_outcome: str | None = Field(description="done, partial or failed.")
    last_error: str | None = Field(description="What ended its last run, in English; null: nothing.")


class Status(BaseModel):
    """The state of one vopt instance; times are UTC. Keys stay as they are; new ones may come."""

    data: str = Field(description="The data folder.")
    published_at: datetime | None = Field(description="As of when the figures are; null: nothing published.")
    newest_day: str | None = Field(description="Newest published day, YYYY-MM-DD.")
    live_listings: int = Field(description="Published listings that may still be on sale.")
    ended_spells: int = Field(description="Published listings that are gone.")
    sightings: int = Field(description="Published sightings.")
    consent: bool = Field(description="Whether vopt may visit the site.")
    collected_at: datetime | None = Field(description="End of the newest run that brought listings; null: none.")
    resting_until: datetime | None = Field(description="Until when collecting rests; null: it does not.")
    resting_because: str | None = Field(description="Why it rests.")
    held_back: str | None = Field(description="Why the newest day is not published, in English; null: it is.")
    checked_at: datetime | None = Field(description="When the newest day was checked (UTC); null: not yet.")
    checks_passed: int = Field(description="Checks that it passed.")
    checks_warned: int = Field(description="Checks with a warning; they stop nothing.")
    checks_failed: int = Field(description="Checks for which it is held back.")
    follows: list[FollowStatus] = Field(description="What is followed.")


def status_of(desk: Desk, market: str = "it") -> Status:
    """How this instance is now."""
    rest = rest_of(desk, market)
    publication = next(iter(newest_runs(desk, "publish", limit=1)), None)
    held = publication.error if publication and publication.outcome != "done" else None
    return Status(
        data=str(desk.paths.data),
        collected_at=newest_arrival(desk),
        published_at=published_at(desk),
        consent=permission.is_given(desk, market),
        resting_until=rest.until if rest else None,
        resting_because=rest.why if rest else None,
        held_back=str(held) if held else None,
        follows=[_follow_status(row) for row in followed(desk)],
        **_checks(desk),
        **_amounts(desk),
    )


def lines(desk: Desk, words: Words) -> list[str]:
    """The same for a reader: what there is, then what needs attention, then the follows."""
    now = status_of(desk)
    rows = followed(desk)
    return [
        *_figures(now, words),
        *_tidied(desk, words),
        *_checked(now, words),
        *(noticed.line for noticed in attention(desk, words)),
        *("• " + _follow_line(row, words) for row in rows),
    ]


def _figures(now: Status, words: Words) -> list[str]:
    if now.published_at is None:
        return [words.say(NothingPublished.message)]
    counted = (
        words.count(N_("{n} listing that may be on sale"), N_("{n} listings that may be on sale"), now.live_listings),
        words.count(N_("{n} gone"), N_("{n} gone"), now.ended_spells),
        words.count(N_("{n} sighting"), N_("{n} sightings"), now.sightings),
    )
    day = words.day(date.fromisoformat(now.newest_day)) if now.newest_day else "–"
    return [
        words.say(N_("Figures as of {at}; the newest day is {day}."), at=now.published_at, day=day),
        ", ".join(counted),
    ]


def _tidied(desk: Desk, words: Words) -> list[str]:
    """When the tables were last tidied and what that did, if they ever were."""
    newest = newest_runs(desk, "maintain", limit=1)
    sentence = N_("Tidied up on {at}: {what}.")
    return [words.say(sentence, at=run.ended_at, what=outcome(run, words)) for run in newest]


def _checked(now: Status, words: Words) -> list[str]:
    if now.checked_at is None:
        return []
    passed, at = now.checks_passed, now.checked_at
    good = words.count(N_("Checked {at}: {n} check passed"), N_("Checked {at}: {n} checks passed"), passed, at=at)
    warned = words.count(N_("{n} warning"), N_("{n} warnings"), now.checks_warned) if now.checks_warned else None
    failed = words.count(N_("{n} failed"), N_("{n} failed"), now.checks_failed) if now.checks_failed else None
    return [", ".join(filter(None, (good, warned, failed))) + "."]


def _follow_line(row: Followed, words: Words) -> str:
    name = row.follow.name + (" " + words.say(N_("(paused)")) if row.follow.paused else "")
    if row.last is None:
        return f"{name}: " + words.say(N_("not collected yet"))
    return f"{name}, {words.moment(row.last.ended_at)}: {outcome(row.last, words)}"


class _Amounts(TypedDict):
    newest_day: str | None
    live_listings: int
    ended_spells: int
    sightings: int


class _Checks(TypedDict):
    checked_at: datetime | None
    checks_passed: int
    checks_warned: int
    checks_failed: int


def _checks(desk: Desk) -> _Checks:
    report = newest(desk.paths.quality)
    counts: dict[Result, int] = {result: report.count(result) if report else 0 for result in get_args(Result)}
    return _Checks(
        checked_at=report.checked_at if report else None,
        checks_passed=counts["passed"],
        checks_warned=counts["warned"],
        checks_failed=counts["failed"],
    )


def _amounts(desk: Desk) -> _Amounts:
    counted = {
        name: desk.lake.scan(name).select(pl.len()).collect().item()
        for name in ("listing_live", "listing_ended", "listing_seen")
    }
    newest = desk.lake.scan("listing_seen").select(pl.col("day").max()).collect().item()
    return _Amounts(
        newest_day=str(newest) if newest else None,
        live_listings=counted["listing_live"],
        ended_spells=counted["listing_ended"],
        sightings=counted["listing_seen"],
    )


def _follow_status(row: Followed) -> FollowStatus:
    return FollowStatus(
        id=row.follow.id,
        name=row.follow.name,
        paused=row.follow.paused,
        requests_a_day=row.requests_a_day,
        share_seen=row.share_seen,
        last_run_at=row.last.ended_at if row.last else None,
        last_outcome=row.last.outcome if row.last else None,
        last_error=str(row.last.error) if row.last and row.last.error else None,
    )
