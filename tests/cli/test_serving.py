"""`vopt serve`: the pages, until Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.servers import is_alive

SERVE = [sys.executable, "-c", "from vopt_lib.cli import main; main()", "serve"]
ENDS_WITHIN_S = 60


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "PYTHON", "COVERAGE"))}
    return kept | {"HOME": str(tmp_path), "VOPT_DATA": str(tmp_path / "data"), "VOPT_LANGUAGE": "it"}


@pytest.mark.parametrize("wanted", [signal.SIGINT, signal.SIGTERM])
def test_the_pages_answer_where_it_says_and_end_with_it(
    tmp_path: Path, environ: dict[str, str], wanted: signal.Signals
) -> None:
    process = subprocess.Popen([*SERVE, "--port", "0"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    ports = tmp_path / "data" / "state" / "ports.json"
    try:
        assert process.stdout is not None
        told = process.stdout.readline().decode()
        address = re.fullmatch(r"Le tue pagine: (http://127\.0\.0\.1:(\d+)/)\n", told)
        assert address, told
        assert json.loads(ports.read_bytes()) == {"pages": int(address[2])}
        with urllib.request.urlopen(address[1], timeout=10) as answer:
            assert b"\xc2\xb7 vopt</title>" in answer.read()
    finally:
        process.send_signal(wanted)
        _, complaint = process.communicate(timeout=ENDS_WITHIN_S)
    assert (process.returncode, complaint) == (0, b"")
    assert json.loads(ports.read_bytes()) == {}
    assert not is_alive(process.pid)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(address[2]))) != 0


def test_beyond_this_computer_it_says_how_to_get_in(tmp_path: Path, environ: dict[str, str]) -> None:
    environ |= {"VOPT_PAGES_HOST": "0.0.0.0", "VOPT_PUBLIC_ADDRESS": "https://vopt.example.org", "VOPT_LANGUAGE": "en"}
    process = subprocess.Popen([*SERVE, "--port", "0"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        told: list[str] = []
        while not told or "Ctrl-C" not in told[-1]:
            told.append(process.stdout.readline().decode().strip())
            assert told[-1], process.communicate()
        first = re.fullmatch(r"Set your password: (http://127\.0\.0\.1:\d+/first/[\w-]+)", told[-2])
        assert first, told
        assert "On other devices: https://vopt.example.org/" in told
        with urllib.request.urlopen(first[1], timeout=10) as answer:
            assert b"Choose a password" in answer.read()
        with urllib.request.urlopen(first[1].partition("/first/")[0], timeout=10) as answer:
            assert answer.url.endswith("/login")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=ENDS_WITHIN_S)
    assert told[-1] == "They open only for whoever signs in. Press Ctrl-C to stop."


def test_a_port_that_is_taken_is_told(environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = subprocess.run(
            [*SERVE, "--port", str(port)], env=environ, capture_output=True, timeout=ENDS_WITHIN_S, check=False
        )
    assert told.returncode == 1
    assert f"La porta {port}" in told.stderr.decode()
