"""This is where we say what lasts that somebody should know of: the market's side of it, the machine's, and the shop's.

Each is told once here, for the first page (`attention`) and for alerts (`alerts_watch`) alike.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from vopt_lib.desk import permission
from vopt_lib.desk.backups_made import backups_made
from vopt_lib.desk.disk import room_on
from vopt_lib.desk.folders import folders_written
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.ports import is_listening
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import Run
from vopt_lib.desk.up_state import running
from vopt_lib.errors import BadDay, ChecksBroken, CollectingPaused, LakeDamaged, PublishedDamaged
from vopt_lib.schema.alerts import Alert
from vopt_lib.sources.vinted.breaker import Breaker, Rest
from vopt_lib.sources.vinted.site import Site
from vopt_lib.words import N_

QUIET_FOR: Final = timedelta(hours=36)
"""Once a day, and a little patience."""

BACKUP_OLD: Final = timedelta(days=14)
"""Two backups of a week were missed."""

CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""So much a computer's clock may be set right by without anybody noticing."""

HELD_BACK: Final = "held_back"
TELLS_MARKET: Final = ("resting", "quiet")

Look = Callable[[Desk], Sequence[Alert]]


def markets_of(desk: Desk) -> tuple[str, ...]:
    """The countries that she follows something in and has not paused."""
    return tuple(dict.fromkeys(follow.query.market for follow in follows(desk) if not follow.paused))


def rest_of(desk: Desk, market: str = "it") -> Rest | None:
    """The rest that this market's site has from us now, if any."""
    return Breaker(desk.paths.host_state(desk.site(market).host)).rest(desk.clock.now())


def newest_arrival(desk: Desk) -> datetime | None:
    """End of the newest run that brought listings; None: none did."""
    runs = (run for kind in ("collect", "ingest") for run in newest_runs(desk, kind, 200))
    return max((run.ended_at for run in runs if run.rows), default=None)


def resting_alert(site: Site, rest: Rest) -> Alert:
    """A marketplace wants to be left alone for a while."""
    facts = CollectingPaused(host=site.name if site.is_real else "Vinted", until=rest.until, why=rest.why).facts
    return Alert(f"resting:{site.market}", "warn", CollectingPaused.message, facts=facts, href="/follow")


def held_back_alert(publication: Run | None) -> Alert | None:
    """The newest day was not published; None: it was."""
    if publication is None or publication.outcome == "done" or publication.error is None:
        return None
    looks_wrong = isinstance(publication.error, BadDay | ChecksBroken)
    next_step = N_("`vopt collect` tries again.")
    href = "/quality" if looks_wrong else "/follow"
    return Alert(HELD_BACK, "warn", publication.error.message, next_step, dict(publication.error.facts), href)


def quiet_alert(desk: Desk, market: str) -> Alert | None:
    """Nothing came in for longer than it should; None: it did, or nobody waits for anything."""
    newest = newest_arrival(desk)
    is_wanted = permission.is_given(desk, market) and any(not follow.paused for follow in follows(desk))
    if newest is None or not is_wanted or desk.clock.now() - newest <= QUIET_FOR:
        return None
    text, next_step = N_("Nothing has come in since {at}."), N_("`vopt collect` brings it up to date.")
    return Alert(f"quiet:{market}", "warn", text, next_step, {"at": newest}, "/follow")


def _market(desk: Desk) -> list[Alert]:
    """What keeps the market from being up to date: the first reason of each market, as on the first page."""
    held = held_back_alert(next(iter(newest_runs(desk, "publish", limit=1)), None))
    rests = {market: rest for market in markets_of(desk) if (rest := rest_of(desk, market))}
    found = [resting_alert(desk.site(market), rest) for market, rest in rests.items()]
    if held:
        return [*found, replace(held, next_step="") if rests else held]
    quiet = (quiet_alert(desk, market) for market in markets_of(desk) if market not in rests)
    return [*found, *(one for one in quiet if one)]


def disk_alert(free: int, of: int) -> Alert | None:
    """There is hardly room for the next days; None: there is."""
    state = room_on(free, of)
    if state == "good":
        return None
    text = N_("The disk of vopt's data is nearly full: {megabytes} MB are free.")
    next_step = N_("Make room: move old backups to another disk, or empty the bin.")
    return Alert("disk", state, text, next_step, {"megabytes": free // 10**6})


def _disk(desk: Desk) -> list[Alert]:
    found = fullest_disk(desk)
    return [found] if found else []


def fullest_disk(desk: Desk) -> Alert | None:
    """What is said of the disk with the least room of those that vopt writes to; None: all have enough."""
    usages = sorted((shutil.disk_usage(folder) for folder in folders_written(desk.paths)), key=lambda usage: usage.free)
    return next((found for usage in usages if (found := disk_alert(usage.free, usage.total))), None)


def _lake(desk: Desk) -> list[Alert]:
    """What people see cannot be shown: a file of it is missing or damaged."""
    try:
        for name, version in desk.lake.published().items():
            desk.lake.files(name, version)
    except (LakeDamaged, PublishedDamaged) as error:
        return [Alert("lake", "bad", error.message, "", dict(error.facts))]
    return []


def _backup(desk: Desk) -> list[Alert]:
    """Backups are made, but not any more."""
    newest = next((at for at, _ in backups_made(desk.paths.backups)), None)
    if newest is None or desk.clock.now() - newest <= BACKUP_OLD:
        return []
    text, next_step = N_("The newest backup is of {on}."), N_("`vopt backup` makes another one.")
    return [Alert("backup", "warn", text, next_step, {"on": newest.date()})]


def _clock(desk: Desk) -> list[Alert]:
    """What is known is of a time to come: the clock was wrong then, or is now."""
    newest, now = next(iter(newest_runs(desk, limit=1)), None), desk.clock.now()
    if newest is None or newest.ended_at - now <= CLOCKS_DIFFER:
        return []
    text = N_("The clock of this computer was put back: the newest data are of {at}, and now it is {now}.")
    next_step = N_("Let the computer set its clock by itself; until then days may be collected twice or not at all.")
    return [Alert("clock", "bad", text, next_step, {"at": newest.ended_at, "now": now})]


def _prefect(desk: Desk) -> list[Alert]:
    """The server that starts flows should be up, and nobody answers at its port. While it starts nobody expects it."""
    up = running(desk.paths)
    server = up.program("prefect") if up else None
    if server is None or server.state != "up" or is_listening(server.port):
        return []
    text = N_("Prefect does not answer, so nothing is collected by itself.")
    next_step = N_("It is started again by itself; if it stays so, end `vopt up` and start it again.")
    return [Alert("prefect", "bad", text, next_step, {"port": str(server.port)})]


def _assistant(desk: Desk) -> list[Alert]:
    """A language model that she set herself does not answer; of one that was there by default nobody expects it."""
    if not desk.settings.model_fields_set & {"ollama_url", "openai_url"}:
        return []
    from vopt_lib.desk.assistant import backend_states

    states = backend_states(desk)
    trouble = next((one.trouble for one in states if one.trouble), None)
    if trouble is None or any(one.trouble is None for one in states):
        return []
    next_step = N_("Texts come from templates meanwhile; `vopt assistant status` looks again.")
    return [Alert("assistant", "info", trouble.message, next_step, dict(trouble.facts), "/assistant")]


LOOKS: Final[Mapping[str, tuple[Look, tuple[str, ...]]]] = {
    "market": (_market, (HELD_BACK, *TELLS_MARKET)),
    "disk": (_disk, ("disk",)),
    "lake": (_lake, ("lake",)),
    "backup": (_backup, ("backup",)),
    "clock": (_clock, ("clock",)),
    "prefect": (_prefect, ("prefect",)),
    "assistant": (_assistant, ("assistant",)),
}
"""{what is looked at: (how, what kinds of alerts come of it)}. A kind is a key up to its colon."""
