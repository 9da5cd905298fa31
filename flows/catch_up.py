"""This is where runs that were missed are let go, but for the newest of each kind: `python -m flows.catch_up`.

While the computer sleeps, runs that were planned become late: Prefect plans at least three of each deployment, and
those of the next hour, and would work off all of them, one by one. After three days that is one daily round, not three,
and not all at once. So it is done before a worker starts, and by each flow as its first step: waking up is no start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Cancelled, Scheduled

from vopt_lib.schema.clock import SystemClock

PAGE: Final = 200
"""Rows that Prefect's API gives at once at most (PREFECT_SERVER_API_DEFAULT_LIMIT)."""

LATE: Final = timedelta(minutes=10)
"""A run that waits longer than this waits because the computer slept, not because a worker was busy for a moment."""

APART: Final = timedelta(minutes=3)
"""How far from each other runs that were missed begin: a flow needs about a quarter of a minute to start."""

ORDER: Final = (
    *("alerts", "draft", "daily", "collect", "recheck", "mail"),
    *("refine", "quality", "maintain", "backup", "train", "embed"),
)
"""What is caught up first: what she looks at, then what keeps the house, then what takes long."""

COVERED: Final[Mapping[str, frozenset[str]]] = {"daily": frozenset({"collect", "recheck", "refine", "maintain"})}
"""What a run does along: these need not be caught up beside it."""


@dataclass(frozen=True)
class CaughtUp:
    """What became of late runs: how many were let go, and which deployments run, in their order."""

    let_go: int = 0
    kept: tuple[str, ...] = ()


def let_go_of_missed(now: datetime, *, begun: str | UUID | None = None) -> CaughtUp:
    """Let go of planned runs whose time is over, but for the newest of each deployment; these begin one after another.

    begun: the deployment whose run is under way and asks: none of its late runs is needed. What a person asked for by
    hand is never touched. Raises: whatever Prefect's client raises, when its server does not answer.
    """
    with get_client(sync_client=True) as client:
        names = {one.id: one.name for one in client.read_deployments()}
        due = [run for run in _planned(client, now) if run.deployment_id in names]
        own = [run for run in due if str(run.deployment_id) == str(begun)]
        newest = {run.deployment_id: run for run in sorted(due, key=_planned_for)}
        kept = _needed({names[number]: run for number, run in newest.items() if number and run not in own})
        _space_out(client, kept, now)
        gone = [run for run in due if run not in kept.values()]
        _let_go(client, gone)
        return CaughtUp(len(gone), tuple(kept))


def _needed(newest: Mapping[str, FlowRun]) -> dict[str, FlowRun]:
    """Those that no other of them does along, in the order in which they shall begin."""
    covered = frozenset().union(*(COVERED.get(name, frozenset()) for name in newest))
    return {name: newest[name] for name in sorted(newest, key=_place) if name not in covered}


def _space_out(client: SyncPrefectClient, kept: Mapping[str, FlowRun], now: datetime) -> None:
    """Let those that are really late begin some minutes after each other, the first one at once."""
    late = [run for run in kept.values() if now - _planned_for(run) > LATE]
    for turn, run in enumerate(late[1:], start=1):
        client.set_flow_run_state(run.id, Scheduled(scheduled_time=now + turn * APART), force=True)


def _let_go(client: SyncPrefectClient, runs: Iterable[FlowRun]) -> None:
    for run in runs:
        client.set_flow_run_state(run.id, Cancelled(message="A newer run does what this one missed."), force=True)


def _planned(client: SyncPrefectClient, now: datetime) -> list[FlowRun]:
    """Runs that a schedule planned, whose time has come, and that nobody has begun."""
    due = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        next_scheduled_start_time=FlowRunFilterNextScheduledStartTime(before_=now),
    )
    found = _all_of(client, due)
    return [run for run in found if run.auto_scheduled and run.state_name in ("Scheduled", "Late")]


def _all_of(client: SyncPrefectClient, wanted: FlowRunFilter) -> Iterator[FlowRun]:
    for page in count():
        runs: Sequence[FlowRun] = client.read_flow_runs(flow_run_filter=wanted, limit=PAGE, offset=page * PAGE)
        yield from runs
        if len(runs) < PAGE:
            return


def _planned_for(run: FlowRun) -> datetime:
    assert run.next_scheduled_start_time is not None
    return run.next_scheduled_start_time


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


if __name__ == "__main__":
    caught = let_go_of_missed(SystemClock().now())
    sys.stdout.write(f"Missed runs let go: {caught.let_go}. To be caught up: {', '.join(caught.kept) or 'none'}.\n")
