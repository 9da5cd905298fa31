"""This is where the house keeps itself tidy: once a day old rows leave, small files are joined, dead files removed.

What left is remembered for ever: it is told by the round's run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from vopt_lib.desk.heavy import heavy
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.refined import WAIT_S, refining, stand_in, versions_needed
from vopt_lib.desk.runs import Run, new_run_id
from vopt_lib.files import read_json, write_json
from vopt_lib.lake.maintenance import Tidied, maintain
from vopt_lib.words import N_

KILOBYTE = 1000


def keep_tidy(desk: Desk, *, wait_s: float = WAIT_S) -> Run | None:
    """One round of maintenance, unless this day already had one.

    Refining waits meanwhile, and another round too: both read versions that nobody else may know of.

    Raises: AlreadyRunning, after `wait_s`; LakeBusy.
    """
    if _is_tidied(desk):
        return None
    with heavy(desk, "vopt tidy"), refining(desk.paths, wait_s=wait_s):
        return None if _is_tidied(desk) else _one_round(desk)


def tidy(desk: Desk, *, wait_s: float = WAIT_S) -> Run:
    """One round of maintenance, whenever the last one was. Raises: AlreadyRunning, after `wait_s`; LakeBusy."""
    with heavy(desk, "vopt tidy"), refining(desk.paths, wait_s=wait_s):
        return _one_round(desk)


def _is_tidied(desk: Desk) -> bool:
    return (read_json(desk.paths.tidied) or {}).get("on") == desk.clock.now().date().isoformat()


def _one_round(desk: Desk) -> Run:
    desk.lake.ensure_kept_here()
    started_at = desk.clock.now()

    def needed() -> list[tuple[str, int]]:
        stand_in(desk.lake, desk.paths.refined)
        return versions_needed(desk.paths.refined)

    done = maintain(desk.lake, now=started_at, snapshots_kept=desk.settings.snapshots_kept, needed=needed)
    events = tuple(event for name, tidied in done.items() for event in _events(name, tidied, started_at))
    run = Run(new_run_id("maintain", started_at), "maintain", started_at, desk.clock.now(), events=events)
    desk.lake.commit({"run": run.row()}, app=run.run_id, number=1)
    write_json(desk.paths.tidied, {"on": started_at.date().isoformat()})
    return run


def _events(table: str, tidied: Tidied, at: datetime) -> Iterator[Mapping[str, Any]]:
    """What was done to one table, as a run keeps it: a sentence for each kind of thing, with its numbers."""

    def told(what: str, **facts: object) -> Mapping[str, Any]:
        return {"at": at.isoformat(), "what": what, "facts": {"table": table, **facts}}

    if tidied.days_removed:
        sentence = N_("Old days removed from {table}: {days}, up to {until}.")
        yield told(sentence, days=tidied.days_removed, until=f"{tidied.removed_until}")
    if tidied.texts_removed:
        yield told(N_("Old days and months of {table} that lost sellers' words: {texts}."), texts=tidied.texts_removed)
    if tidied.unlinked_removed:
        sentence = N_("Rows removed from {table} whose photo no listing shows: {vectors}.")
        yield told(sentence, vectors=tidied.unlinked_removed)
    if tidied.files_joined:
        yield told(N_("Small files of {table} joined: {joined}."), joined=tidied.files_joined)
    if tidied.files_removed:
        sentence = N_("Files of {table} removed that nobody reads: {files}, {kilobytes} kB.")
        size = tidied.bytes_removed
        yield told(sentence, files=tidied.files_removed, kilobytes=-(-size // KILOBYTE), bytes=size)
    if tidied.log_entries_removed:
        sentence = N_("Old entries removed from the log of {table}: {entries}.")
        yield told(sentence, entries=tidied.log_entries_removed)
