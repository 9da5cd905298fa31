"""The deployments of prefect.yaml, deployed and worked off as its first lines say, on a server of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Pending, Running

from flows.worker import POOL, end_interrupted, make_pool, register, worker_name
from tests.servers import REPOSITORY, RunningSimulator
from tests.waiting import until
from vopt_lib.desk.environment import child_environment
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.ports import free_port
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.services import PrefectServer, prefect_server, running_service
from vopt_lib.paths import Paths
from vopt_lib.schema.queries import CatalogueQuery, Term

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PREFECT = [sys.executable, "-m", "prefect"]
DEPLOYED = (
    "daily/daily",
    "collect/collect",
    "refine/refine",
    "recheck/recheck",
    "maintain/maintain",
    "train/train",
    "embed/embed",
    "draft/draft",
    "quality/quality",
    "mail/mail",
    "backup/backup",
    "alerts/alerts",
)
BAGS = CatalogueQuery("it", Term(19, "Donna > Borse"))


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    data = tmp_path_factory.mktemp("deployed")
    return Paths(data, str(data / "lake"))


@pytest.fixture(scope="module")
def server(paths: Paths) -> Iterator[PrefectServer]:
    with prefect_server(paths, free_port(0)) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: PrefectServer) -> Iterator[SyncPrefectClient]:
    with SyncPrefectClient(f"{server.url}/api", auth_string=server.auth) as client:
        yield client


@pytest.fixture(scope="module")
def registered(server: PrefectServer, paths: Paths, client: SyncPrefectClient) -> bool:
    """Whether `prefect deploy --all` was needed, on a server that knew but a flow that is gone."""
    run(server, paths, "work-pool", "create", "vopt", "--type", "process")
    gone = client.create_flow_from_name("old")
    client.create_deployment(gone, "old", entrypoint="flows/old.py:old", work_pool_name=POOL, work_queue_name="default")
    return registering(server, client)


def registering(server: PrefectServer, client: SyncPrefectClient) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.client_environment.items():
            patch.setenv(name, value)
        return register(client, REPOSITORY / "prefect.yaml")


@pytest.fixture
def following(paths: Paths, market: RunningSimulator) -> Desk:
    """An instance that follows bags of the small market; the flows find it by VOPT_DATA."""
    (paths.data / "vopt.toml").write_text(f'vinted_www = "{market.www}"\nvinted_api = "{market.api}"\n')
    desk = open_desk(data=paths.data, vinted_www=market.www, vinted_api=market.api)
    add_follow(desk, BAGS, "Borse")
    return desk


def run(server: PrefectServer, paths: Paths, *words: str) -> str:
    """What `prefect …` says, in the checkout, to this server."""

    done = subprocess.run(
        [*PREFECT, "--no-prompt", *words],
        cwd=REPOSITORY,
        env=child_environment(paths, server.client_environment, os.environ),
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.usefixtures("registered")
def test_a_worker_runs_a_deployed_day_to_its_end(
    server: PrefectServer, client: SyncPrefectClient, paths: Paths, following: Desk
) -> None:
    limits = {name: client.read_deployment_by_name(name).global_concurrency_limit for name in DEPLOYED}
    assert {limit.limit if limit else None for limit in limits.values()} == {1}
    scheduled = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])))
    until(lambda: client.read_flow_runs(flow_run_filter=scheduled) != [])

    worker = [*PREFECT, "worker", "start", "--pool", "vopt", "--name", worker_name()]
    with running_service("worker", worker, paths, server.client_environment):
        run(server, paths, "deployment", "run", "daily/daily", "--watch", "--watch-timeout", "180")

    assert {run.kind: run.outcome for run in newest_runs(following)} == {
        "collect": "done",
        "refine": "done",
        "recheck": "done",
        "publish": "done",
        "maintain": "done",
    }
    assert following.lake.scan("listing_live").collect().height > 0
    assert Path(REPOSITORY / "prefect.yaml").read_text().count("concurrency_limit: *alone") == len(DEPLOYED)


@pytest.mark.usefixtures("registered")
def test_a_run_whose_worker_was_killed_is_not_running_for_ever(client: SyncPrefectClient) -> None:
    make_pool(client)
    refine = client.read_deployment_by_name("refine/refine")
    killed = client.create_flow_run_from_deployment(refine.id)
    for state in (Pending(), Running()):
        client.set_flow_run_state(killed.id, state)
    waiting, next_one = (client.create_flow_run_from_deployment(refine.id) for _ in range(2))
    assert client.set_flow_run_state(waiting.id, Pending()).status != SetStateStatus.ACCEPT

    # The worker before may have been ended in the middle of a run, too.
    assert killed.name in end_interrupted(client, worker_name())

    assert client.read_flow_run(killed.id).state_type == StateType.CRASHED
    assert client.set_flow_run_state(next_one.id, Pending()).status == SetStateStatus.ACCEPT
    assert end_interrupted(client, worker_name()) == [next_one.name]


def test_the_deployments_are_registered_once_and_those_that_are_gone_are_removed(
    registered: bool, server: PrefectServer, client: SyncPrefectClient
) -> None:
    assert registered
    assert not registering(server, client)
    names = {deployment.name for deployment in client.read_deployments(limit=200)}
    assert names == {name.partition("/")[0] for name in DEPLOYED}
