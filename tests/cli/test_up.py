"""What `vopt up` says of its programs, and its neighbours where nothing runs."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Vopt
from vopt_lib.cli import up
from vopt_lib.cli.speech import words
from vopt_lib.desk.log_file import LogFile
from vopt_lib.desk.supervised import Change, Program
from vopt_lib.settings import load_settings

VOPT = [sys.executable, "-c", "from vopt_lib.cli import main; main()"]
NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


PREFECT_IS_UP = "Prefect shows every run at http://127.0.0.1:4200; `vopt prefect` tells its password."


class Running:
    """The supervisor, as far as it is asked for its programs."""

    programs = tuple(Program(name, lambda: None, port) for name, port in (("pages", 8423), ("prefect", 4200)))  # type: ignore[arg-type,return-value]


@pytest.fixture
def teller(environment: pytest.MonkeyPatch) -> up._Teller:
    words.cache_clear()
    teller = up._Teller(load_settings())
    teller.begin(Running())  # type: ignore[arg-type]
    return teller


@pytest.mark.parametrize("command", ["down", "prefect"])
def test_where_nothing_runs_it_says_so(vopt: Vopt, command: str) -> None:
    assert vopt(command).out == "`vopt up` does not run here.\n"


def test_there_are_no_logs_before_anything_ran(vopt: Vopt) -> None:
    assert vopt("logs").out == ""
    told = vopt("logs", "pages")
    assert (told.status, told.err) == (1, "There is no log of “pages”. Known: –.\n")


def test_logs_are_shown_readably(vopt: Vopt, environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("TZ", "UTC")
    logs = tmp_path / "data" / "logs"
    logs.mkdir(parents=True)
    LogFile(logs / "pages.log", lambda: NOW).write("Error: no \x1b[2Jroom")
    LogFile(logs / "up.log", lambda: NOW).write("pages: started")
    (logs / "work.log").write_text("plain\n")
    assert [line.rstrip() for line in vopt("logs", "pages").lines] == [
        "2026-11-20 07:00:00 pages    ERROR Error: no �[2Jroom"
    ]
    assert vopt("logs", "--lines", "2").lines == [
        "2026-11-20 07:00:00 pages    ERROR Error: no �[2Jroom",
        "2026-11-20 07:00:00 up       pages: started",
    ]


def test_a_port_that_another_program_has_is_told(teller: up._Teller, capfd: Any) -> None:
    capfd.readouterr()
    teller.begin(Running())  # type: ignore[arg-type]
    assert capfd.readouterr().out == "Port 8420 is used by another program: The pages will be on port 8423.\n"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("pages", "up"), "Your pages: http://127.0.0.1:8423/"),
        (
            Change("prefect", "up"),
            "Prefect shows every run at http://127.0.0.1:4200; `vopt prefect` tells its password.",
        ),
        (Change("worker", "started"), ""),
        (
            Change("prefect", "ended", -9, 2.0),
            "Prefect ended (signal 9). Started again in 2 s; `vopt logs prefect` says more.",
        ),
        (
            Change("pages", "ended", 1, 300.0),
            "The pages ended (status 1). Started again in 300 s; `vopt logs pages` says more.",
        ),
        (Change("pages", "silent"), "The pages: no answer for a minute, so it is started again."),
        (Change("pages", "steady"), ""),
    ],
    ids=lambda value: value.kind if isinstance(value, Change) else "",
)
def test_only_what_somebody_wants_to_know_is_told(teller: up._Teller, capfd: Any, change: Change, told: str) -> None:
    capfd.readouterr()
    teller.tell(change)
    assert capfd.readouterr().out.strip() == told


def test_the_address_is_told_once(teller: up._Teller, capfd: Any) -> None:
    teller.tell(Change("pages", "up"))
    capfd.readouterr()
    teller.tell(Change("pages", "up"))
    assert capfd.readouterr().out == "The pages: running again.\n"


def test_the_first_signal_ends_in_order_and_the_second_at_once() -> None:
    stop, hurry = threading.Event(), threading.Event()
    up._leave(stop, hurry)
    assert (stop.is_set(), hurry.is_set()) == (True, False)
    up._leave(stop, hurry)
    assert hurry.is_set()


def test_following_goes_on_until_ctrl_c(tmp_path: Path, environment: pytest.MonkeyPatch) -> None:
    logs = tmp_path / "data" / "logs"
    logs.mkdir(parents=True)
    log = LogFile(logs / "pages.log", lambda: NOW)
    log.write("old")
    with subprocess.Popen([*VOPT, "logs", "--follow"], stdout=subprocess.PIPE, text=True) as shown:
        assert shown.stdout is not None
        assert shown.stdout.readline().endswith("old\n")
        log.write("new")
        assert shown.stdout.readline().endswith("new\n")
        shown.send_signal(signal.SIGINT)
        assert shown.wait(30) == 130
