"""`vopt` as a process of its own: signals, pipes, poor terminals, and nothing written outside its folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.servers import RunningSimulator
from tests.sources.vinted.answers import envelope, v2_2025_listing
from tests.waiting import PATIENT

VOPT = [sys.executable, "-c", "from vopt_lib.cli import main; main()"]
ENDS_WITHIN_S = 60


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A person's environment whose home and data are below tmp_path."""
    (tmp_path / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "PYTHON", "COVERAGE"))}
    own = {"HOME": str(tmp_path / "home"), "VOPT_DATA": str(tmp_path / "data"), "VOPT_LANGUAGE": "it"}
    return kept | PATIENT | own


def vopt(*arguments: str, environ: Mapping[str, str], cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*VOPT, *arguments], env=environ, cwd=cwd, capture_output=True, timeout=ENDS_WITHIN_S, check=False
    )


def with_a_sighting(tmp_path: Path, environ: Mapping[str, str]) -> None:
    (tmp_path / "answer.json").write_text(json.dumps(envelope(v2_2025_listing())))
    assert vopt("ingest", str(tmp_path / "answer.json"), environ=environ).returncode == 0


def test_a_terminal_without_accents_shows_question_marks(environ: dict[str, str]) -> None:
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    assert vopt("--help", environ=environ | poor).returncode == 0
    told = vopt("consent", "--yes", environ=environ | poor)
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"vopt legger? pagine pubbliche" in told.stdout


def test_output_that_is_no_terminal_has_no_colours(environ: dict[str, str]) -> None:
    for arguments in (["--help"], ["status"], ["foo"]):
        told = vopt(*arguments, environ=environ | {"TERM": "xterm-256color"})
        assert b"\x1b" not in told.stdout + told.stderr


def test_a_reader_who_leaves_is_no_failure(tmp_path: Path, environ: dict[str, str]) -> None:
    with_a_sighting(tmp_path, environ)
    process = subprocess.Popen(
        [*VOPT, "sql", "FROM range(90000)", "--format", "csv"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"range\n"
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    process.wait(ENDS_WITHIN_S)
    assert told == b""


def test_ctrl_c_ends_a_command_with_one_calm_sentence(environ: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*VOPT, "consent"], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    asked = b""
    while b"[s/N]" not in asked:
        asked += os.read(process.stdout.fileno(), 4096)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=ENDS_WITHIN_S)
    assert process.returncode == 130
    assert told.decode() == "Fermato. Ciò che era già fatto resta; la prossima volta si riparte da lì.\n"


def test_a_simulator_that_was_told_to_end_leaves_no_server_behind(environ: dict[str, str]) -> None:
    process = subprocess.Popen([*VOPT, "simulate", "--port=0", "--scale=0.01"], env=environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    with socket.create_connection(("127.0.0.1", ready["port"]), timeout=10) as orphan:
        process.terminate()
        process.communicate(timeout=ENDS_WITHIN_S)
        assert orphan.recv(1) == b""


@pytest.mark.parametrize("command", ["status", "demo"])
def test_a_data_folder_that_cannot_be_written_is_told(tmp_path: Path, environ: dict[str, str], command: str) -> None:
    (tmp_path / "file").write_text("")
    told = vopt(command, environ=environ | {"VOPT_DATA": str(tmp_path / "file")})
    assert told.returncode == 1
    assert told.stderr.decode().endswith("Scegli un'altra cartella con VOPT_DATA.\n")
    assert b"Traceback" not in told.stderr


def test_everything_is_written_below_the_data_folder(
    tmp_path: Path, environ: dict[str, str], simulator: RunningSimulator
) -> None:
    simulator.switch_off()
    empty = tmp_path / "elsewhere"
    empty.mkdir()
    with_a_sighting(tmp_path, environ)
    here = environ | {
        "VOPT_VINTED_WWW": simulator.www,
        "VOPT_VINTED_API": simulator.api,
        "TMPDIR": str(tmp_path / "tmp"),
    }
    (tmp_path / "tmp").mkdir()
    for folder in (empty, tmp_path / "home"):
        folder.chmod(0o555)
    for command in (
        ["follow", "add", "--catalog", "Donna > Borse"],
        ["collect"],
        ["refine"],
        ["status"],
        ["follow", "list"],
        ["sql", "SELECT count(*) FROM listing_seen"],
        ["consent", "--yes"],
    ):
        told = vopt(*command, environ=here, cwd=empty)
        assert told.returncode == 0, told.stderr.decode()
    assert [list((tmp_path / name).iterdir()) for name in ("elsewhere", "home", "tmp")] == [[], [], []]
