"""`vopt up`, really started once: everything answers, whatever is killed comes back, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.servers import REPOSITORY
from tests.waiting import until
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.guard import MARK
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.services import answers
from vopt_lib.desk.up_state import Up, UpProgram, last_noted, running
from vopt_lib.paths import Paths

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

VOPT = [sys.executable, "-c", "from vopt_lib.cli import main; main()"]
PROGRAMS = ("pages", "prefect", "worker")
READY_WITHIN_S = 240
ENDS_WITHIN_S = 30


@dataclass
class House:
    """A vopt that is kept running, and what it says."""

    data: Path
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)

    @property
    def paths(self) -> Paths:
        return Paths(self.data, str(self.data / "lake"))

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "PYTHON", "COVERAGE"))}
        own = {"VOPT_DATA": str(self.data), "VOPT_LANGUAGE": "en", "VOPT_PAGES_PORT": "0", "VOPT_PREFECT_PORT": "0"}
        return kept | own | {"HOME": str(self.data), "PYTHONPATH": str(REPOSITORY)}

    def start(self) -> None:
        """`vopt up`, until all of it is up."""
        self.process = subprocess.Popen(
            [*VOPT, "up"], env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        self.wait_until_up()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.said.extend(process.stdout)

    def vopt(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*VOPT, *words], env=self.environ, capture_output=True, text=True, check=False)

    @property
    def up(self) -> Up:
        up = running(self.paths)
        assert up is not None
        return up

    def program(self, name: str) -> UpProgram:
        program = self.up.program(name)
        assert program is not None
        return program

    def is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said
        up = running(self.paths)
        return up is not None and all(program.state == "up" for program in up.programs)

    def wait_until_up(self) -> None:
        until(self.is_up, within_s=READY_WITHIN_S)

    def answers(self) -> bool:
        pages, prefect = self.program("pages").port, self.program("prefect").port
        return answers(f"http://127.0.0.1:{pages}/") and answers(f"http://127.0.0.1:{prefect}/api/health")

    def kill(self, *names: str) -> None:
        """kill -9 of these, then wait until others took their places."""
        before = {name: self.program(name) for name in names}
        for program in before.values():
            os.kill(program.pid, signal.SIGKILL)
        until(lambda: all(self.program(name).restarts > before[name].restarts for name in names))
        self.wait_until_up()
        assert all(self.program(name).pid != before[name].pid for name in names)
        assert {name: self.program(name).last_exit for name in names} == dict.fromkeys(names, -signal.SIGKILL)

    def processes(self) -> list[psutil.Process]:
        """Everything that came of it, but itself: known by the marks that were noted last."""
        noted = last_noted(self.paths)
        marks = {program.mark for program in noted.programs} if noted else set()
        return [process for process in psutil.process_iter() if _mark_of(process) in marks]


def _mark_of(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        if process.status() != psutil.STATUS_ZOMBIE:
            return str(process.environ().get(MARK, "none"))
    return "none"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house") / "data")
    house.start()
    yield house
    if house.process is not None:
        house.process.kill()
        house.process.wait()
        until(lambda: not house.processes())


def test_everything_answers_where_it_says(house: House) -> None:
    pages, prefect = house.program("pages").port, house.program("prefect").port
    assert house.said[0] == f"Your pages: http://127.0.0.1:{pages}/\n"
    assert f"http://127.0.0.1:{prefect};" in house.said[1]
    assert house.answers()
    noted = json.loads(house.paths.ports.read_bytes())
    assert (noted["pages"], noted["prefect"]) == (pages, prefect)


def test_the_password_of_prefect_is_told_by_a_command_and_nowhere_else(house: House) -> None:
    password = house.vopt("prefect").stdout.rpartition("admin:")[2].strip()
    assert len(password) == 20
    written = b"".join(log.read_bytes() for log in house.paths.logs.iterdir())
    assert password.encode() not in written
    assert password not in "".join(house.said)


def test_there_is_one_at_a_time_and_serving_beside_it_tells_where_the_pages_are(house: House) -> None:
    again = house.vopt("up")
    assert again.returncode == 1
    assert f"http://127.0.0.1:{house.program('pages').port}/" in again.stderr
    served = house.vopt("serve")
    assert (served.returncode, f"http://127.0.0.1:{house.program('pages').port}/" in served.stdout) == (0, True)


def test_what_is_killed_comes_back_and_answers(house: House) -> None:
    house.kill("pages")
    assert house.answers()
    house.kill("prefect", "worker")
    assert house.answers()
    assert house.said[-1].endswith("running again.\n")


def test_what_was_killed_is_told_by_an_alert(house: House) -> None:
    desk = open_desk(data=house.data)
    until(lambda: {"program:pages", "program:prefect"} <= {known.alert.key for known in alerts_of(desk)})


def test_a_killed_supervisor_leaves_nothing_and_the_next_one_goes_on(house: House) -> None:
    assert house.process is not None
    assert len(house.processes()) >= len(PROGRAMS)
    house.process.kill()
    house.process.wait()
    until(lambda: not house.processes(), within_s=ENDS_WITHIN_S)
    house.start()
    assert house.answers()


def test_it_ends_in_time_when_told_to_and_nothing_is_left(house: House) -> None:
    assert house.process is not None
    processes = house.processes()
    assert house.vopt("down").returncode == 0
    assert house.process.wait(ENDS_WITHIN_S) == 0
    assert not [process for process in processes if process.is_running()]
    assert not house.paths.up.exists()
    assert json.loads(house.paths.ports.read_bytes()) == {}
    assert house.vopt("down").stdout == "`vopt up` does not run here.\n"
