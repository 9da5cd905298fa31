"""This is where a page starts work: in a process of its own, one at a time, that outlives the page and its server."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

import psutil

from vopt_lib.desk.environment import child_environment, settings_environment
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.job import Job, read_job, write_job
from vopt_lib.desk.refresh import require_consent
from vopt_lib.errors import AlreadyRunning, UnknownFollow
from vopt_lib.files import MOMENT_S, POLL_S, holder, is_held, note_holder, only_one
from vopt_lib.paths import Paths
from vopt_lib.schema.queries import Follow
from vopt_lib.words import N_

WORK = N_("Collecting")
PROGRAM = "vopt_lib.desk.work"

LEAVES_WITHIN_S = 10.0
"""How long a process may take to leave after its work has ended; a busy old computer needs some seconds."""


def start(desk: Desk, follow_ids: Sequence[str]) -> Job:
    """Start to collect these follows, to work out the figures and to publish them; without any, only the latter.

    Returns at once; `desk.progress` tells how it goes.

    Raises: AlreadyRunning; ConsentNeeded and UnknownFollow, before anything starts.
    """
    chosen = _chosen(desk, follow_ids)
    require_consent(desk, chosen)
    last = read_job(desk.paths.job)
    wait_s = LEAVES_WITHIN_S if last and last.ended_at else MOMENT_S
    # The process gets the lock from here, so that nobody comes in between.
    with only_one(desk.paths.job_lock, WORK, wait_s=wait_s) as handle:
        job = Job.of(desk, chosen)
        write_job(desk.paths.job, job)
        process = _spawn(desk, [follow.id for follow in chosen], handle)
        note_holder(desk.paths.job_lock, process.pid)
    # Without somebody who waits, its end would leave a dead entry in this computer's list of processes.
    threading.Thread(target=process.wait, daemon=True).start()
    return job


def stop(paths: Paths, *, within_s: float = 10.0) -> None:
    """End the work under way, if there is any. What it had collected is kept; starting again goes on from there.

    Raises: AlreadyRunning, when it does not end.
    """
    deadline = time.monotonic() + within_s
    # More than once: a process that has only just begun does not tell yet which program it is.
    while is_held(paths.job_lock):
        if time.monotonic() > deadline:
            raise AlreadyRunning(work=WORK, pid=holder(paths.job_lock))
        _end(holder(paths.job_lock))
        time.sleep(POLL_S)


def _end(pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        # Who started it holds the lock for a moment, too; and its number may be another program's by now.
        if PROGRAM in process.cmdline():
            process.kill()


def _chosen(desk: Desk, follow_ids: Sequence[str]) -> list[Follow]:
    known = {follow.id: follow for follow in follows(desk)}
    for follow_id in follow_ids:
        if follow_id not in known:
            raise UnknownFollow(name=follow_id)
    return [known[follow_id] for follow_id in dict.fromkeys(follow_ids)]


def _spawn(desk: Desk, follow_ids: Sequence[str], handle: int) -> subprocess.Popen[bytes]:
    desk.paths.logs.mkdir(parents=True, exist_ok=True)
    with (desk.paths.logs / "work.log").open("ab") as log:
        return subprocess.Popen(
            # -P: a polars.py in the folder where the server was started is not ours.
            [sys.executable, "-P", "-m", PROGRAM, *follow_ids],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=child_environment(desk.paths, settings_environment(desk.settings)),
            start_new_session=True,
            pass_fds=[handle],
        )
