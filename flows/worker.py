"""This is where the worker of `vopt up` starts: it clears up after the last one, registers the deployments, and works.

`python -m flows.worker --limit N` in the environment of a Prefect server becomes `prefect worker start`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import VariableCreate, VariableUpdate, WorkPoolCreate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from flows.catch_up import let_go_of_missed
from vopt_lib import __version__
from vopt_lib.paths import checkout
from vopt_lib.schema.clock import SystemClock

POOL = "vopt"
REGISTERED = "vopt_deployments"
"""Name of Prefect's variable that holds what is registered: it lies where the deployments lie."""

UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
NICENESS = 5
MOST_AT_ONCE = 200  # what a Prefect server gives in one answer

OUR_POOL = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare the server and become its worker. Never returns."""
    parser = argparse.ArgumentParser("python -m flows.worker")
    parser.add_argument("--limit", type=int, required=True, help="flow runs at the same time")
    limit = parser.parse_args(arguments).limit
    with get_client(sync_client=True) as client:
        make_pool(client)
        for name in end_interrupted(client, worker_name()):
            _say(f"INFO the run {name} was interrupted; it is run again at its next time")
        register(client, checkout() / "prefect.yaml")
    caught = let_go_of_missed(SystemClock().now())
    _say(f"INFO missed runs let go: {caught.let_go}; caught up: {', '.join(caught.kept) or 'none'}")
    command = ["worker", "start", "--pool", POOL, "--name", worker_name(), "--limit", str(limit)]
    # Whoever looks at a page does not wait for a training.
    os.nice(NICENESS)
    os.execv(
        sys.executable,
        [sys.executable, "-m", "prefect", *command, "--install-policy", "never", "--with-healthcheck"],
    )


def worker_name() -> str:
    """What this machine's worker is called: the same after each start."""
    return f"vopt on {platform.node() or 'this computer'}"


def make_pool(client: SyncPrefectClient) -> None:
    """Have a work pool whose runs are processes of its worker's machine."""
    try:
        client.read_work_pool(POOL)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))


def end_interrupted(client: SyncPrefectClient, ours: str) -> list[str]:
    """Mark as crashed what the server believes to be under way though its worker was killed; returns their names.

    Else they would be "running" for ever, and hold the place of the next run. While another machine's worker is at
    work in the pool nobody can tell whose a run is, and nothing is marked.
    """
    workers = client.read_workers_for_work_pool(POOL)
    if any(worker.name != ours and worker.status == "ONLINE" for worker in workers):
        return []
    ended = []
    under_way = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNDER_WAY)))
    while found := client.read_flow_runs(
        flow_run_filter=under_way, work_pool_filter=OUR_POOL, limit=MOST_AT_ONCE, offset=0
    ):
        for run in found:
            client.set_flow_run_state(run.id, Crashed(message="Its worker was ended while it ran."), force=True)
            ended.append(run.name)
    return ended


def register(client: SyncPrefectClient, file: Path) -> bool:
    """Register the deployments of prefect.yaml unless they are as it says; returns whether that was needed.

    What was registered earlier from this folder's flows and is no longer in it is removed, so that it is not run.
    """
    wanted = hashlib.sha256(b"\0".join((file.read_bytes(), __version__.encode(), bytes(file.parent)))).hexdigest()
    known = client.read_variable_by_name(REGISTERED)
    if known is not None and known.value == wanted:
        return False
    # The folder of the flows is what `{{ $PWD }}` says.
    environment = {**os.environ, "PWD": str(file.parent)}
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
    done = subprocess.run(
        command, cwd=file.parent, env=environment, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        _say(done.stdout + done.stderr)
        raise SystemExit(done.returncode)
    names = {str(deployment["name"]) for deployment in yaml.safe_load(file.read_text("utf-8"))["deployments"]}
    for found in client.read_deployments(work_pool_filter=OUR_POOL, limit=MOST_AT_ONCE):
        if (found.entrypoint or "").startswith("flows/") and found.name not in names:
            client.delete_deployment(found.id)
    if known is None:
        client.create_variable(VariableCreate(name=REGISTERED, value=wanted))
    else:
        client.update_variable(VariableUpdate(name=REGISTERED, value=wanted))
    _say("INFO the deployments of prefect.yaml are registered")
    return True


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
