"""A program that vopt starts ends with vopt, however vopt ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.waiting import until
from vopt_lib.desk.services import announced_port, running_service, simulator
from vopt_lib.errors import ServiceError
from vopt_lib.paths import Paths

CHILD_WITH_A_CHILD = """
import subprocess, sys, time
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(inner.pid, flush=True)
time.sleep(600)
"""
STARTER = """
import subprocess, sys
command = [sys.executable, "-m", "vopt_lib.desk.guard", sys.executable, "-c", sys.argv[1]]
subprocess.Popen(command, stdin=subprocess.PIPE).wait()
"""


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, str(tmp_path / "lake"))


def test_the_end_of_the_block_ends_the_program_and_what_it_started(paths: Paths) -> None:
    with running_service("x", [sys.executable, "-c", CHILD_WITH_A_CHILD], paths, {}, stdout=subprocess.PIPE) as service:
        inner = int(service.next_line())
        assert not is_gone(inner)
    until(lambda: is_gone(inner))


def test_a_killed_starter_leaves_no_process_behind() -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, CHILD_WITH_A_CHILD], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    inner = int(starter.stdout.readline())

    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()

    until(lambda: is_gone(inner))


def test_a_program_that_ends_by_itself_is_named_with_its_log(paths: Paths) -> None:
    with running_service("shaky", [sys.executable, "-c", "raise SystemExit(3)"], paths, {}) as service:
        with pytest.raises(ServiceError) as failure:
            service.wait()
        assert str(failure.value) == (
            f"shaky does not run: it ended by itself with status 3. Its log is {paths.logs / 'shaky.log'}."
        )


def test_a_program_that_was_killed_did_not_end_by_itself(paths: Paths) -> None:
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with (
        running_service("shaky", [sys.executable, "-c", killed], paths, {}) as service,
        pytest.raises(ServiceError, match="it was ended from outside"),
    ):
        service.wait()


def test_a_program_that_announces_nothing_is_not_waited_for_for_ever(paths: Paths) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    with (
        running_service("mute", sleeper, paths, {}, stdout=subprocess.PIPE) as service,
        pytest.raises(ServiceError, match="not ready in time"),
    ):
        announced_port(service, within_s=0.1)


def test_a_simulator_that_cannot_start_is_named_with_its_log(paths: Paths) -> None:
    with pytest.raises(ServiceError) as failure, simulator(paths, ["--port=0", "--fault=no_such_fault"]):
        pytest.fail("it must not start")
    assert failure.value.facts["service"] == "simulator"
    assert "no_such_fault" in Path(str(failure.value.facts["log"])).read_text()


def test_a_program_works_in_a_folder_of_ours_so_that_no_settings_file_of_the_person_counts(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hers").mkdir()
    monkeypatch.chdir(tmp_path / "hers")
    where = [sys.executable, "-c", "import flows, os; print(os.getcwd(), flush=True)"]
    with running_service("where", where, paths, {}, stdout=subprocess.PIPE) as service:
        assert service.next_line().decode().strip() == str(paths.homes)
