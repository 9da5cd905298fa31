"""Runs that a sleeping computer missed are let go but for one of each kind, and those begin one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

AWAKE = datetime(2030, 5, 6, 9, 0, tzinfo=UTC)
"""Monday morning, after three days of sleep."""

Plan = Callable[..., UUID]


@pytest.fixture
def plan(prefect: None) -> Iterator[Plan]:
    """Plans runs of a deployment, so many at once as Prefect's scheduler does before the computer falls asleep."""
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    made = []
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(flow(lambda: None, name="planned"))

        def planned(name: str, cron: str, *, runs: int = 3) -> UUID:
            every = DeploymentScheduleCreate(schedule=CronSchedule(cron=cron, timezone="UTC"), active=True)
            made.append(client.create_deployment(flow_id, name, schedules=[every]))
            asyncio.run(as_its_scheduler_does(made[-1], runs))
            return made[-1]

        yield planned
        for deployment_id in made:
            client.delete_deployment(deployment_id)


async def as_its_scheduler_does(deployment_id: UUID, runs: int) -> None:
    """Plan the next runs of a deployment from the moment on when the computer fell asleep."""
    from prefect.server.database import provide_database_interface
    from prefect.server.models.deployments import schedule_runs

    from flows.server import let_scheduler_insert

    let_scheduler_insert()
    async with provide_database_interface().session_context(begin_transaction=True, with_for_update=True) as session:
        asleep = AWAKE - timedelta(days=3)
        window = {"start_time": asleep, "end_time": AWAKE, "min_runs": runs, "max_runs": runs}
        await schedule_runs(session, deployment_id, **window)


def states(deployment_id: UUID) -> dict[str, int]:
    """How many runs of a deployment are in which state."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    with get_client(sync_client=True) as client:
        only = DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id]))
        names = [str(run.state_name) for run in client.read_flow_runs(deployment_filter=only)]
    return {name: names.count(name) for name in set(names)}


def start_of(deployment_id: UUID) -> datetime:
    """When the only run of a deployment that is still planned begins."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId

    with get_client(sync_client=True) as client:
        only = DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id]))
        [start] = [
            run.next_scheduled_start_time
            for run in client.read_flow_runs(deployment_filter=only)
            if run.state_name == "Scheduled"
        ]
    assert start is not None
    return start


def test_after_three_days_of_sleep_each_deployment_runs_once(plan: Plan) -> None:
    from flows.catch_up import let_go_of_missed

    draft, daily = plan("draft", "*/5 * * * *", runs=13), plan("daily", "30 6 * * *")
    caught = let_go_of_missed(AWAKE)
    assert (caught.let_go, caught.kept) == (12 + 2, ("draft", "daily"))
    assert states(draft) == {"Cancelled": 12, "Scheduled": 1}
    assert states(daily) == {"Cancelled": 2, "Scheduled": 1}
    assert let_go_of_missed(AWAKE).let_go == 0


def test_what_is_caught_up_begins_one_after_the_other_the_quick_things_first(plan: Plan) -> None:
    from flows.catch_up import APART, let_go_of_missed

    train, backup = plan("train", "40 3 * * 1"), plan("backup", "10 5 * * 0")
    mail = plan("mail", "40 7-22 * * *")
    assert let_go_of_missed(AWAKE).kept == ("mail", "backup", "train")
    assert start_of(mail) <= AWAKE
    assert (start_of(backup), start_of(train)) == (AWAKE + APART, AWAKE + 2 * APART)


def test_the_daily_round_does_along_what_else_was_missed(plan: Plan) -> None:
    from flows.catch_up import let_go_of_missed

    plan("daily", "30 6 * * *"), plan("maintain", "20 3 * * *"), plan("train", "40 3 * * 1")
    recheck = plan("recheck", "10 8-22 * * *")
    assert let_go_of_missed(AWAKE).kept == ("daily", "train")
    assert states(recheck) == {"Cancelled": 3}


def test_a_flow_that_begins_makes_its_own_missed_runs_needless(plan: Plan) -> None:
    from flows.catch_up import let_go_of_missed

    draft = plan("draft", "*/5 * * * *")
    assert let_go_of_missed(AWAKE, begun=str(draft)).kept == ()
    assert states(draft) == {"Cancelled": 3}


def test_runs_to_come_and_those_that_a_person_asked_for_stay(plan: Plan) -> None:
    from prefect.client.orchestration import get_client
    from prefect.states import Scheduled

    from flows.catch_up import let_go_of_missed

    daily = plan("daily", "30 6 * * *")
    with get_client(sync_client=True) as client:
        for _ in range(2):
            client.create_flow_run_from_deployment(daily, state=Scheduled(scheduled_time=AWAKE - timedelta(days=1)))
    assert let_go_of_missed(AWAKE - timedelta(days=4)).let_go == 0
    assert let_go_of_missed(AWAKE).let_go == 2
    assert states(daily) == {"Cancelled": 2, "Scheduled": 3}


def test_more_runs_than_one_answer_of_prefect_holds_are_let_go(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import catch_up

    monkeypatch.setattr(catch_up, "PAGE", 4)
    plan("draft", "*/5 * * * *", runs=9)
    assert catch_up.let_go_of_missed(AWAKE).let_go == 8
