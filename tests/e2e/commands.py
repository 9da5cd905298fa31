"""This is where tests type `vopt …`: in a process of its own, with nothing of the tester's environment but the path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.servers import RunningSimulator
from tests.waiting import PATIENT
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.schema.queries import Follow

VOPT = (sys.executable, "-c", "from vopt_lib.cli import main; main()")
ENDS_WITHIN_S = 100


@dataclass(frozen=True)
class Shell:
    """A person's terminal: her VOPT_DATA, her home, and the folder she stands in (both empty, to stay so)."""

    data: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "VOPT_DATA": str(self.data),
            "VOPT_LANGUAGE": "en",
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "200",
            **PATIENT,
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Type a command and go on."""
        return subprocess.Popen(
            [*VOPT, *words],
            env=self.environment,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def vopt(self, *words: str) -> Said:
        """Type a command and wait for its end."""
        return ended(self.start(*words))


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    status: int
    output: str
    errors: str

    @property
    def in_one_line(self) -> str:
        """Both streams without line breaks."""
        return " ".join((self.output + self.errors).split())


def ended(process: subprocess.Popen[str]) -> Said:
    """What a command says until it ends; one that does not end in time is killed and fails the test."""
    try:
        output, errors = process.communicate(timeout=ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Said(process.returncode, output, errors)


def instance(folder: Path, market: RunningSimulator, *follows: Follow) -> tuple[Shell, Desk]:
    """A fresh VOPT_DATA whose vopt.toml names the simulator, with its follows, and a shell to use it from."""
    data, home = folder / "data", folder / "home"
    data.mkdir(parents=True)
    home.mkdir()
    settings = {"vinted_www": market.www, "vinted_api": market.api}
    (data / "vopt.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    desk = open_desk(data=data, vinted_www=market.www, vinted_api=market.api)
    for follow in follows:
        add_follow(desk, follow.query, follow.name)
    return Shell(data, home), desk
