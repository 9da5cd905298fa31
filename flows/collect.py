"""This is where follows are collected under Prefect."""

from __future__ import annotations

from prefect import flow, get_run_logger, task
from prefect.client.schemas.objects import TaskRun
from prefect.states import State
from prefect.tasks import Task

from vopt_lib.desk.collect import collect as collect_follow
from vopt_lib.desk.follow import follow_named, follows
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.runs import Run, headline
from vopt_lib.errors import LakeBusy, VoptError
from vopt_lib.words import Words


async def _is_passing(task: Task, run: TaskRun, state: State) -> bool:  # type: ignore[type-arg]
    """Repeat a write that met another writer; what the marketplace refuses was already retried politely."""
    return isinstance(await state.aresult(raise_on_failure=False), LakeBusy)


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


@flow(name="collect")
def collect(follow_ids: list[str] | None = None) -> None:
    """Collect these follows now (default: every one that is not paused), one after the other."""
    active = [follow.id for follow in follows(open_desk()) if not follow.paused]
    states = [collect_one(follow_id, return_state=True) for follow_id in follow_ids or active]
    failed = [state for state in states if state.is_failed()]
    if failed:
        raise VoptError(what=f"{len(failed)} of {len(states)} follows could not be collected")
