"""How a fresh clone gets its .venv on a bare machine."""

from __future__ import annotations

import fcntl
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A python that writes down what it is asked, and whose venv and pip work as the files beside it say.
PYTHON = """#!/bin/sh
here="{here}"
echo "$(basename "$0") $*" >> "$here/asked"
case "$*" in
  "-c "*) exit 0 ;;
  "-m venv --without-pip "*) test -e "$here/has-venv" || exit 1 ; mkdir -p "$4/bin" ; cp "$0" "$4/bin/python" ;;
  "-m venv "*) mkdir -p "$3/bin" ; cp "$0" "$3/bin/python" ; test -e "$here/has-ensurepip" && touch "$3/has-pip" ;;
  "-m pip --python "*) test -e "$here/has-system-pip" ;;
  "-m pip --version") test -e "$(dirname "$(dirname "$0")")/has-pip" ;;
  "-m pip install "*) test ! -e "$here/is-offline" ;;
esac
"""


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / ".ci" / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "clone"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\nname = 'vopt'\n")
    (root / "constraints.txt").write_text("polars==2.1.0\n")
    return root


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with a python; what this machine has is a file in it."""
    folder = tmp_path / "machine"
    folder.mkdir()
    (folder / "python3").write_text(PYTHON.format(here=folder))
    (folder / "python3").chmod(0o755)
    (folder / "has-venv").touch()
    return folder


def installs(machine: Path) -> list[str]:
    return [line for line in (machine / "asked").read_text().splitlines() if " install " in line]


def set_up(bootstrap: ModuleType, clone: Path, machine: Path, *extras: str) -> None:
    bootstrap.set_up(clone, str(machine / "python3"), list(extras))


def test_with_ensurepip_the_environment_installs_into_itself(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    (machine / "has-ensurepip").touch()
    set_up(bootstrap, clone, machine)
    assert installs(machine) == [f"python -m pip install -qq --no-input -c {clone}/constraints.txt -e {clone}"]


def test_without_ensurepip_the_systems_pip_installs_into_it(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    (machine / "has-system-pip").touch()
    set_up(bootstrap, clone, machine)
    assert installs(machine) == [
        f"python3 -m pip --python {clone}/.venv/bin/python install -qq --no-input -c {clone}/constraints.txt -e {clone}"
    ]


def test_with_neither_the_package_to_install_is_named(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    with pytest.raises(bootstrap.SetUpError, match=r"install the package python3-venv .*python3\.\d+-venv"):
        set_up(bootstrap, clone, machine)


def test_nothing_is_installed_when_nothing_changed(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    (machine / "has-ensurepip").touch()
    set_up(bootstrap, clone, machine)
    set_up(bootstrap, clone, machine)
    assert len(installs(machine)) == 1


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_input_installs_again(bootstrap: ModuleType, clone: Path, machine: Path, name: str) -> None:
    (machine / "has-ensurepip").touch()
    set_up(bootstrap, clone, machine)
    (clone / name).write_text("changed")
    set_up(bootstrap, clone, machine)
    assert len(installs(machine)) == 2


def test_an_extra_once_installed_stays(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    (machine / "has-ensurepip").touch()
    set_up(bootstrap, clone, machine, "dev")
    set_up(bootstrap, clone, machine)
    assert [line.rpartition(" ")[2] for line in installs(machine)] == [f"{clone}[dev]"]


def test_a_failed_install_is_started_over(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    (machine / "has-ensurepip").touch()
    (machine / "is-offline").touch()
    with pytest.raises(bootstrap.SetUpError, match="check the connection"):
        set_up(bootstrap, clone, machine)
    (clone / ".venv" / "half-installed").touch()
    (machine / "is-offline").unlink()
    set_up(bootstrap, clone, machine)
    assert not (clone / ".venv" / "half-installed").exists()


def test_an_environment_made_by_hand_is_kept(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    (machine / "has-ensurepip").touch()
    subprocess.run([machine / "python3", "-m", "venv", clone / ".venv"], check=True)
    (clone / ".venv" / "hers").touch()
    set_up(bootstrap, clone, machine)
    assert (clone / ".venv" / "hers").exists()


def test_a_moved_clone_is_set_up_again(bootstrap: ModuleType, clone: Path, machine: Path) -> None:
    (machine / "has-ensurepip").touch()
    set_up(bootstrap, clone, machine)
    moved = clone.rename(clone.with_name("moved"))
    set_up(bootstrap, moved, machine)
    assert len(installs(machine)) == 2


def test_a_second_set_up_waits_for_the_first(
    bootstrap: ModuleType, clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()",
            str(clone / "pyproject.toml"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert holder.stdin
    holder.stdout.readline()
    with (clone / "pyproject.toml").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    waiter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys, pathlib; sys.path.insert(0, {str(ROOT / '.ci')!r}); import bootstrap\n"
            "with bootstrap.one_at_a_time(pathlib.Path(sys.argv[1])): print('in')",
            str(clone),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert waiter.stdout
    assert "waiting for it" in waiter.stdout.readline()
    holder.communicate(b"\n", timeout=30)
    assert waiter.communicate(timeout=30)[0] == "in\n"


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0), (2, 7, 18)])
def test_a_python_that_does_not_fit_is_told_in_one_sentence(bootstrap: ModuleType, version: tuple[int, ...]) -> None:
    with pytest.raises(bootstrap.SetUpError, match=r"^vopt needs Python 3\.11 to 3\.13, and this is \d\.\d+: install"):
        bootstrap.check_version(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 13, 1)])
def test_a_python_that_fits_is_welcome(bootstrap: ModuleType, version: tuple[int, ...]) -> None:
    bootstrap.check_version(version)


def test_the_range_is_the_one_of_the_package(bootstrap: ModuleType) -> None:
    after_newest = (bootstrap.NEWEST[0], bootstrap.NEWEST[1] + 1)
    wanted = 'requires-python = ">={}.{},<{}.{}"'.format(*bootstrap.OLDEST, *after_newest)
    assert wanted in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("name", ["PYTHONPATH", "PIP_USER", "PIP_TARGET"])
def test_settings_that_would_mislead_pip_are_left_out(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    assert name not in bootstrap.clean_environment()


def test_every_constraint_is_a_plain_pin() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert len(lines) > 50
    assert [line for line in lines if not pinned(line)] == []


def pinned(line: str) -> bool:
    name, _, version = line.partition("==")
    return bool(version) and name.replace("-", "").replace("_", "").replace(".", "").isalnum() and " " not in version
