"""This is where vopt says how it is: how fresh the data is, what ran, what needs attention."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

import polars as pl
from pydantic import BaseModel

from vopt_lib.desk import permission
from vopt_lib.desk.follow import Followed, followed
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import headline
from vopt_lib.sources.vinted.breaker import Breaker
from vopt_lib.words import N_, Words


class FollowStatus(BaseModel):
    """One follow."""

    id: str
    name: str
    paused: bool
    requests_a_day: int | None
    share_seen: float | None
    last_run_at: datetime | None
    last_outcome: str | None
    last_error: str | None


class Status(BaseModel):
    """The state of one vopt instance; times are UTC."""

    data: str
    published_at: datetime | None
    newest_day: str | None
    live_listings: int
    ended_spells: int
    sightings: int
    consent: bool
    resting_until: datetime | None
    resting_because: str | None
    held_back: str | None
    follows: list[FollowStatus]


def status_of(desk: Desk, market: str = "it") -> Status:
    """How this instance is now."""
    site = desk.site(market)
    rest = Breaker(desk.paths.host_state(site.host)).rest(desk.clock.now())
    publications = newest_runs(desk, "publish", limit=50)
    done = next((run for run in publications if run.outcome == "done"), None)
    held = publications[0].error if publications and publications[0].outcome == "held_back" else None
    return Status(
        data=str(desk.paths.data),
        published_at=done.ended_at if done else None,
        consent=permission.is_given(desk, market),
        resting_until=rest.until if rest else None,
        resting_because=rest.why if rest else None,
        held_back=str(held) if held else None,
        follows=[_follow_status(row) for row in followed(desk)],
        **_amounts(desk),
    )


def lines(desk: Desk, words: Words) -> list[str]:
    """The same for a reader: what there is, then what needs attention, then the follows."""
    now = status_of(desk)
    if now.published_at is None:
        told = [
            words.say(
                N_("There is no published data yet. Start with `vopt demo`, `vopt ingest FILE` or `vopt follow add`.")
            )
        ]
    else:
        told = [
            words.say(N_("Figures of {at}, newest day {day}."), at=now.published_at, day=_day(now, words)),
            words.count(N_("{n} listing on sale"), N_("{n} listings on sale"), now.live_listings)
            + ", "
            + words.count(N_("{n} ended"), N_("{n} ended"), now.ended_spells)
            + ", "
            + words.count(N_("{n} sighting"), N_("{n} sightings"), now.sightings),
        ]
    if now.resting_until and now.resting_because:
        told.append(
            words.say(N_("Collecting rests until {until}: {why}"), until=now.resting_until, why=now.resting_because)
        )
    if now.held_back:
        told.append(words.error(newest_runs(desk, "publish", limit=1)[0].error))  # type: ignore[arg-type]
    if not now.consent:
        told.append(words.say(N_("Vinted is not visited: `vopt consent` shows the conditions.")))
    for row in followed(desk):
        told.append(
            "• "
            + (headline(row.last, words) if row.last else f"{row.follow.name}: " + words.say(N_("not collected yet")))
        )
    return told


class _Amounts(TypedDict):
    newest_day: str | None
    live_listings: int
    ended_spells: int
    sightings: int


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


def _day(now: Status, words: Words) -> str:
    return words.day(datetime.fromisoformat(now.newest_day)) if now.newest_day else "–"
