"""vopt in the care of the system: one file that says all, written whole, removed only where nobody changed it."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.desk.system_programs import SystemPrograms
from vopt_lib.desk.service_files import agent, launchd, quoted, systemd, unit
from vopt_lib.desk.system_service import (
    Manager,
    guarded_folder,
    install,
    is_ours,
    only_here,
    remove,
    state_of,
    vopt_program,
)
from vopt_lib.errors import (
    CannotWrite,
    NoServiceManager,
    NoSuchService,
    NotInAFile,
    ServiceFileChanged,
    ServiceNotStarted,
)

STRANGE = ["plain", "with space", "50%", '"quoted"', "it's", "perché", "a\\b", "$HOME", "a;b", "%h"]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SystemPrograms:
    return SystemPrograms(tmp_path / "programs", monkeypatch)


@pytest.fixture(params=[systemd, launchd], ids=["systemd", "launchd"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, programs: SystemPrograms) -> Manager:
    made: Manager = request.param(Path("/opt/vopt/bin/vopt"), tmp_path / "data", {"HOME": str(tmp_path / "home")})
    return made


@pytest.mark.parametrize("name", STRANGE)
def test_a_unit_names_program_and_data_whatever_their_names(name: str) -> None:
    text = unit(Path(f"/x/{name}/vopt"), Path(f"/d/{name}"))
    lines = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    command = shlex.split(lines["ExecStart"].replace("%%", "%").replace("$$", "$"))
    assert command == ["/bin/sh", "-c", 'exec "$0" up', f"/x/{name}/vopt"]
    assert shlex.split(lines["Environment"].replace("%%", "%")) == [f"VOPT_DATA=/d/{name}"]


@pytest.mark.parametrize("name", STRANGE)
def test_an_agent_names_program_and_data_whatever_their_names(name: str) -> None:
    plain = plistlib.loads(agent(Path(f"/x/{name}/vopt"), Path(f"/d/{name}")).encode())
    assert plain["ProgramArguments"] == [f"/x/{name}/vopt", "up"]
    assert plain["EnvironmentVariables"] == {"VOPT_DATA": f"/d/{name}"}
    assert plain["StandardErrorPath"] == f"/d/{name}/logs/service.log"
    assert (plain["RunAtLoad"], plain["KeepAlive"]) == (True, {"SuccessfulExit": False})


def test_a_single_percent_sign_means_nothing_to_systemd() -> None:
    assert quoted("50% of %h") == '"50%% of %%h"'


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("name", ["plain", "a=b", 'a "strange" 50% $HOME nàme'])
def test_systemd_itself_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    program = tmp_path / name / "vopt"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / "vopt.service"
    file.write_text(unit(program, tmp_path / "data"))
    environ = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)], capture_output=True, text=True, env=environ, timeout=30
    )
    if "Failed to initialize manager" in done.stderr:
        pytest.skip("systemd-analyze does not work here")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_path_that_no_line_can_hold_is_refused() -> None:
    for write in (unit, agent):
        with pytest.raises(NotInAFile):
            write(Path("/x/a\nExecStart=/bin/rm"), Path("/d"))


def test_a_written_file_is_known_and_any_change_of_it(manager: Manager) -> None:
    assert is_ours(manager.text)
    assert not is_ours(manager.text.replace("vopt", "vopt2"))
    assert not is_ours(manager.text + "\n")
    assert not is_ours("[Service]\n")


def test_systemd_is_told_once_and_again_without_harm(tmp_path: Path, programs: SystemPrograms) -> None:
    home = {"HOME": str(tmp_path / "home")}
    manager = systemd(Path("/opt/vopt"), tmp_path, home)
    start = ["--user daemon-reload", "--user enable --now vopt.service"]
    assert not install(manager).was_there
    assert programs.calls == start
    assert manager.file == tmp_path / "home" / ".config" / "systemd" / "user" / "vopt.service"
    assert install(manager).was_there
    assert programs.calls == start
    moved = systemd(Path("/opt/other/vopt"), tmp_path, home)
    assert state_of(moved).is_old
    assert programs.calls
    install(moved)
    assert programs.calls == [*start, "--user restart vopt.service"]


def test_a_folder_of_settings_elsewhere_is_where_systemd_looks(tmp_path: Path) -> None:
    environ = {"HOME": "/home/eva", "XDG_CONFIG_HOME": str(tmp_path)}
    assert systemd(Path("/v"), Path("/d"), environ).file == tmp_path / "systemd" / "user" / "vopt.service"


def test_launchd_is_told_once_and_again_without_harm(tmp_path: Path, programs: SystemPrograms) -> None:
    manager, domain = launchd(Path("/opt/vopt"), tmp_path, {"HOME": str(tmp_path)}), f"gui/{os.getuid()}"
    install(manager)
    assert manager.file == tmp_path / "Library" / "LaunchAgents" / "vopt.up.plist"
    start = [f"bootout {domain}/vopt.up", f"enable {domain}/vopt.up", f"bootstrap {domain} {manager.file}"]
    assert programs.calls == start
    install(manager)
    assert programs.calls == [f"print {domain}/vopt.up"]
    programs.crash()
    install(manager)
    assert programs.calls[1:] == start


def test_the_state_is_told_from_nothing_to_running_to_crashed(manager: Manager, programs: SystemPrograms) -> None:
    def now() -> tuple[bool, bool | None]:
        state = state_of(manager)
        return state.is_installed, state.runs

    assert now() == (False, False)
    install(manager)
    assert now() == (True, True)
    programs.crash()
    assert now() == (True, False)


def test_removing_leaves_nothing_and_happens_once(manager: Manager, programs: SystemPrograms) -> None:
    install(manager)
    assert remove(manager) == manager.file
    assert list(manager.file.parent.iterdir()) == []
    assert not state_of(manager).runs
    with pytest.raises(NoSuchService):
        remove(manager)


def test_a_file_that_a_person_changed_stays_unless_forced(manager: Manager, programs: SystemPrograms) -> None:
    install(manager)
    changed = manager.text.replace("/opt/vopt", "/opt/mine")
    manager.file.write_text(changed)
    assert state_of(manager).is_changed
    for act in (install, remove):
        with pytest.raises(ServiceFileChanged):
            act(manager)  # type: ignore[operator]
    assert (manager.file.read_text(), state_of(manager).runs) == (changed, True)
    install(manager, force=True)
    assert manager.file.read_text() == manager.text
    manager.file.write_text(changed)
    assert not remove(manager, force=True).exists()


def test_a_system_that_refuses_is_told_with_its_words_and_the_file_is_there(
    manager: Manager, programs: SystemPrograms
) -> None:
    programs.refuse()
    with pytest.raises(ServiceNotStarted) as refused:
        install(manager, pause_s=0)
    assert "No medium found" in str(refused.value)
    assert manager.file.read_text() == manager.text


def test_a_system_without_a_manager_gets_no_file(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoServiceManager):
        install(manager)
    assert not manager.file.exists()
    assert state_of(manager).runs is None


def test_where_the_file_cannot_be_written_nothing_is_started(manager: Manager, programs: SystemPrograms) -> None:
    manager.file.parent.parent.mkdir(parents=True)
    manager.file.parent.touch()
    with pytest.raises(CannotWrite):
        install(manager)
    assert programs.calls == []


def test_settings_of_this_terminal_alone_are_named_without_their_values() -> None:
    assert only_here({"VOPT_DATA": "x", "VOPT_OPENAI_KEY": "secret", "PATH": "y"}) == ["VOPT_OPENAI_KEY"]


def test_folders_that_a_mac_guards_are_known() -> None:
    home = Path("/Users/eva")
    assert guarded_folder([home / "vopt" / "data", home / "Documents" / "vopt"], home) == home / "Documents"
    assert guarded_folder([home / "vopt"], home) is None


def test_the_program_is_the_one_of_this_environment() -> None:
    assert (vopt_program().name, vopt_program().is_absolute()) == ("vopt", True)
