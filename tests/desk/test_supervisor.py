"""The supervisor starts its programs in their order, ends them in the opposite one, and tells both."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vopt_lib.desk.guarded import Launch
from vopt_lib.desk.log_file import LogFile
from vopt_lib.desk.supervised import Change, Program
from vopt_lib.desk.supervisor import END_ORDER, Supervisor, end_leftovers, supervisor
from vopt_lib.desk.up_chores import Chores
from vopt_lib.desk.up_state import last_noted, running
from vopt_lib.errors import DataFolderUnusable, UpRunning
from vopt_lib.files import only_one
from vopt_lib.paths import Paths
from vopt_lib.settings import load_settings

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
# Writes its name down when it is asked to end, and needs a moment for it.
CHILD = """
import pathlib, signal, sys, time
def leave(*_):
    with pathlib.Path(sys.argv[2]).open("a") as file:
        file.write(sys.argv[1] + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
pathlib.Path(sys.argv[2] + "." + sys.argv[1]).touch()
time.sleep(600)
"""


class StillClock:
    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class NoChores(Chores):
    """Nothing is due."""

    def step(self, now: float) -> None:
        pass


@dataclass
class Stage:
    """A supervisor of three tiny programs that is told to stop when `over` says so."""

    folder: Path
    told: list[Change] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    hurry: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.paths = Paths(self.folder, "")
        for folder in (self.paths.logs, self.paths.homes, self.paths.locks):
            folder.mkdir(parents=True)
        log = LogFile(self.paths.logs / "up.log", lambda: NOW)
        clock = StillClock()
        chores = NoChores(self.paths, load_settings(data=self.folder), log, clock)
        self.supervisor = Supervisor(self.paths, tuple(self._programs()), log, self._tell, chores, clock)

    def _programs(self) -> Iterator[Program]:
        for name, needs in (("pages", ""), ("prefect", "pages"), ("worker", "prefect")):
            command = [sys.executable, "-c", CHILD, name, str(self.folder / "ended")]
            yield Program(name, lambda command=command: Launch(command, {}), needs=needs, end_within_s=30)  # type: ignore[misc]

    def _tell(self, change: Change) -> None:
        self.told.append(change)

    def has_told(self, name: str, kind: str) -> bool:
        return any((change.name, change.kind) == (name, kind) for change in self.told)

    def run_until(self, over: threading.Thread) -> None:
        over.start()
        self.supervisor.run(self.stop, self.hurry)
        over.join()


def test_they_start_as_they_need_each_other_and_end_the_worker_first(tmp_path: Path) -> None:
    stage = Stage(tmp_path)

    def stop_when_all_listen() -> None:
        names = [tmp_path / f"ended.{name}" for name in END_ORDER]
        while not all(name.exists() for name in names) or not stage.has_told("worker", "up"):
            stage.stop.wait(0.02)
        stage.stop.set()

    stage.run_until(threading.Thread(target=stop_when_all_listen, daemon=True))
    assert [change.name for change in stage.told if change.kind == "up"] == ["pages", "prefect", "worker"]
    assert (tmp_path / "ended").read_text().split() == list(END_ORDER)
    assert not stage.paths.up.exists()
    texts = [json.loads(line)["text"] for line in (stage.paths.logs / "up.log").read_bytes().splitlines()]
    assert texts[-1] == "ended"


def test_a_supervisor_that_was_killed_is_cleared_up_after(tmp_path: Path) -> None:
    stage = Stage(tmp_path)

    def clear_up_when_all_listen() -> None:
        names = [tmp_path / f"ended.{name}" for name in END_ORDER]
        while not all(name.exists() for name in names):
            stage.stop.wait(0.02)
        while len([program for program in _noted(stage.paths) if program]) < len(END_ORDER):
            stage.stop.wait(0.02)
        end_leftovers(stage.paths)
        while not any(change.kind == "ended" for change in stage.told):
            stage.stop.wait(0.02)
        stage.stop.set()

    stage.run_until(threading.Thread(target=clear_up_when_all_listen, daemon=True))
    ended = [change for change in stage.told if change.kind == "ended"]
    assert ended[0].status == -signal.SIGKILL


def test_what_could_not_be_noted_on_a_full_disk_is_noted_when_there_is_room_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.supervisor.noted_again_s = 0
    stage.paths.up.mkdir(parents=True)  # nothing can be put in its place

    def make_room() -> None:
        while not stage.has_told("worker", "up"):
            stage.stop.wait(0.02)
        stage.paths.up.rmdir()
        while (up := last_noted(stage.paths)) is None or [one.state for one in up.programs] != ["up"] * 3:
            stage.stop.wait(0.02)
        stage.stop.set()

    stage.run_until(threading.Thread(target=make_room, daemon=True))


def _noted(paths: Paths) -> list[str]:
    up = last_noted(paths)
    return [program.mark for program in up.programs] if up else []


def test_there_is_one_for_a_data_folder(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    with (
        only_one(Paths.of(settings).up_lock, "vopt up"),
        pytest.raises(UpRunning, match="vopt runs here already"),
        supervisor(settings, lambda _: None),
    ):
        pytest.fail("there is another one")


def test_ports_are_noted_while_it_is_there(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path, pages_port=0, prefect_port=0)
    paths = Paths.of(settings)
    paths.state.mkdir()
    paths.ports.write_text('{"simulator": 8421}')
    with supervisor(settings, lambda _: None) as ready:
        noted = json.loads(paths.ports.read_bytes())
        assert noted == {"simulator": 8421, **{program.name: program.port for program in ready.programs}}
        assert running(paths) is None  # nothing is started yet
    assert json.loads(paths.ports.read_bytes()) == {"simulator": 8421}


def test_a_data_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with (
        pytest.raises(DataFolderUnusable),
        supervisor(load_settings(data=tmp_path / "data"), lambda _: None),
    ):
        pytest.fail("it cannot run there")
