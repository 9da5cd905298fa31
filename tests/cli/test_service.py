"""`vopt service` as a person uses it: installed, looked at and removed in three commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.desk.system_programs import SystemPrograms


@pytest.fixture
def programs(tmp_path: Path, environment: pytest.MonkeyPatch) -> SystemPrograms:
    environment.setattr("platform.system", lambda: "Linux")
    environment.setenv("HOME", str(tmp_path / "home"))
    environment.delenv("XDG_CONFIG_HOME", raising=False)
    return SystemPrograms(tmp_path / "programs", environment)


def test_it_is_installed_looked_at_and_removed(vopt: Vopt, programs: SystemPrograms, tmp_path: Path) -> None:
    file = tmp_path / "home" / ".config" / "systemd" / "user" / "vopt.service"
    assert vopt("service", "status").status == 1
    assert f"{file} says so." in vopt("service", "install").out.replace("\n", " ")
    assert f"VOPT_DATA={tmp_path / 'data'}" in file.read_text()
    assert vopt("service", "status").lines == ["The system looks after vopt, and it runs."]
    assert vopt("service", "remove").status == 0
    assert not file.exists()


def test_the_file_can_be_looked_at_instead(vopt: Vopt, programs: SystemPrograms, tmp_path: Path) -> None:
    assert "ExecStart=" in vopt("service", "install", "--print").out
    assert (programs.calls, (tmp_path / "home").exists()) == ([], False)


def test_settings_that_the_system_does_not_see_are_named(
    vopt: Vopt, programs: SystemPrograms, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("VOPT_OPENAI_KEY", "sk-secret")
    told = vopt("service", "install").out
    assert ("VOPT_OPENAI_KEY" in told, "sk-secret" in told) == (True, False)


def test_a_mac_gets_an_agent(
    vopt: Vopt, programs: SystemPrograms, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setattr("platform.system", lambda: "Darwin")
    assert vopt("service", "install").status == 0
    assert (tmp_path / "home" / "Library" / "LaunchAgents" / "vopt.up.plist").exists()
