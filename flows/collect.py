"""This is where follows are collected under Prefect."""

from __future__ import annotations

from prefect import get_run_logger, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.scheduled import scheduled
from vopt_lib.desk.collect import collect as collect_follow
from vopt_lib.desk.follow import due_follows, follow_named, light_follows
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.runs import Run, headline
from vopt_lib.errors import CollectingPaused, LakeBusy, LakeKeptElsewhere, NotAllCollected
from vopt_lib.words import Words


async def _is_passing(task: Task, run: TaskRun, state: State) -> bool:  # type: ignore[type-arg]
    """Repeat a write that met another writer; what the marketplace refuses was already retried politely."""
    return isinstance(await state.aresult(raise_on_failure=False), LakeBusy)


def _is_told_elsewhere(state: State[Run]) -> bool:
    """That a site wants to be left alone is told by itself; that another computer collects, there."""
    return isinstance(state.result(raise_on_failure=False), CollectingPaused | LakeKeptElsewhere)


@task(task_run_name="collect {follow_id}", retries=3, retry_delay_seconds=2, retry_condition_fn=_is_passing)
def collect_one(follow_id: str) -> Run:
    """Collect one follow. The task fails when nothing could be collected."""
    desk = open_desk()
    words = Words(desk.settings.language or "en")
    log = get_run_logger()
    run = collect_follow(desk, follow_named(desk, follow_id), on_progress=lambda now: log.info(headline(now, words)))
    log.info(headline(run, words))
    if run.outcome == "failed" and run.error:
        raise run.error
    return run


@scheduled("collect")
def collect(follow_ids: list[str] | None = None, requests: int | None = None) -> None:
    """Collect these follows now, one after the other: by default every one that is not paused.

    requests: only those that so many requests suffice for, the lightest first.
    """
    desk = open_desk()
    due = due_follows(desk) if requests is None else light_follows(desk, requests)
    chosen = follow_ids or [follow.id for follow in due]
    states = [collect_one(follow_id, return_state=True) for follow_id in chosen]
    failed = [state for state in states if state.is_failed() and not _is_told_elsewhere(state)]
    if failed:
        raise NotAllCollected(failed=len(failed), n=len(states))
