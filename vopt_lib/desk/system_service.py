"""This is where vopt is put in the care of the system, which starts `vopt up` by itself and again after a crash.

One file says so: a user unit of systemd on Linux, a LaunchAgent on a Mac. Its first comment holds a checksum of the
rest, so that a file that a person changed is told from one that vopt wrote.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from vopt_lib.errors import (
    CannotWrite,
    NoServiceManager,
    NoSuchService,
    ProgramMissing,
    ServiceFileChanged,
    ServiceNotStarted,
)
from vopt_lib.files import reason, sync_folder, written_aside

Command = tuple[str, ...]
System = Literal["Linux", "Darwin"]

COMMAND_S: Final = 90.0
"""systemd waits for a program's end for its TimeoutStopSec (60 s) before `restart` or `disable` returns."""

TRIES: Final = 5
PAUSE_S: Final = 1.0
"""launchd answers before a program it was told to end has ended: until then it takes no new one of that name."""

MARK: Final = "Written by `vopt service install`"
_MARKED: Final = re.compile(rf"^.*{re.escape(MARK)}, ([0-9a-f]{{64}})\b.*\n", re.MULTILINE)


@dataclass(frozen=True)
class Manager:
    """Who of the system looks after programs, and what it is told.

    file: where it looks; text: what that file says; start, stop: its commands, in order; leave: those before, that may
    fail where nothing was there; again: what makes it read a file anew that was replaced; state: what tells whether the
    program runs.
    """

    program: str
    file: Path
    text: str
    leave: tuple[Command, ...]
    start: tuple[Command, ...]
    again: tuple[Command, ...]
    stop: tuple[Command, ...]
    after: tuple[Command, ...]
    state: Command
    runs: re.Pattern[str]


@dataclass(frozen=True)
class Installed:
    """What was done. was_there: the same file lay there already."""

    file: Path
    was_there: bool = False


@dataclass(frozen=True)
class ServiceState:
    """How the service is. is_installed: its file is there; is_changed: a person changed it; is_old: another vopt, or
    data folder, is in it than those of now; runs: None where the system does not say.
    """

    file: Path
    is_installed: bool = False
    is_changed: bool = False
    is_old: bool = False
    runs: bool | None = field(default=None)


def vopt_program() -> Path:
    """The `vopt` of the environment that this Python is of. Raises: ProgramMissing."""
    beside = Path(sys.executable).parent / "vopt"
    if not beside.is_file():
        raise ProgramMissing(folder=str(beside.parent))
    return beside.absolute()


def install(manager: Manager, *, force: bool = False, pause_s: float = PAUSE_S) -> Installed:
    """Write the file and let the system start vopt now and with every log-in; again, nothing changes.

    force: also over a file that a person changed.
    Raises: NoServiceManager; ServiceFileChanged; CannotWrite; ServiceNotStarted, after which the file is there.
    """
    _need(manager)
    there = _read(manager.file)
    if there is not None and not force and not is_ours(there):
        raise ServiceFileChanged(file=str(manager.file))
    is_same = there == manager.text
    if is_same and manager.leave and state_of(manager).runs:
        return Installed(manager.file, is_same)
    if not is_same:
        _write(manager)
    for command in manager.leave:
        _run(command)
    for command in (*manager.start, *(() if is_same or there is None else manager.again)):
        _insist(command, manager, pause_s)
    return Installed(manager.file, is_same)


def remove(manager: Manager, *, force: bool = False) -> Path:
    """Let the system end vopt and forget it, and remove exactly the file that `install` wrote.

    Raises: NoSuchService; ServiceFileChanged, before anything was done; CannotWrite.
    """
    there = _read(manager.file)
    if there is None:
        raise NoSuchService(file=str(manager.file))
    if not force and not is_ours(there):
        raise ServiceFileChanged(file=str(manager.file))
    for command in manager.stop:
        _run(command)
    try:
        manager.file.unlink(missing_ok=True)
        sync_folder(manager.file.parent)
    except OSError as error:
        raise CannotWrite(file=str(manager.file), why=reason(error)) from error
    for command in manager.after:
        _run(command)
    return manager.file


def state_of(manager: Manager) -> ServiceState:
    """How the service is now."""
    there = _read(manager.file)
    done = _run(manager.state)
    runs = None if done is None else bool(manager.runs.search(done.stdout))
    if there is None:
        return ServiceState(manager.file, runs=runs)
    is_changed = not is_ours(there)
    return ServiceState(manager.file, True, is_changed, not is_changed and there != manager.text, runs)


def marked(text: str, comment: str, after_line: int) -> str:
    """The file with its checksum, in a comment ("# {}") after so many lines."""
    lines = text.splitlines(keepends=True)
    told = comment.format(f"{MARK}, {_digest(text)}") + "\n"
    return "".join([*lines[:after_line], told, *lines[after_line:]])


def is_ours(text: str) -> bool:
    """Whether vopt wrote this file and nobody changed it since."""
    found = _MARKED.search(text)
    return found is not None and _digest(text[: found.start()] + text[found.end() :]) == found[1]


def only_here(environ: Mapping[str, str]) -> list[str]:
    """The settings that stand in this terminal alone, where the service does not see them."""
    return sorted(name for name in environ if name.startswith("VOPT_") and name not in ("VOPT_DATA", "VOPT_LANGUAGE"))


def guarded_folder(paths: Sequence[Path], home: Path) -> Path | None:
    """The first of a Mac's folders (10.15 and later) that programs may enter only when a person allowed them."""
    guarded = [home / name for name in ("Desktop", "Documents", "Downloads", "Library/Mobile Documents")]
    return next((folder for path in paths for folder in guarded if folder in path.parents), None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _need(manager: Manager) -> None:
    if shutil.which(manager.program) is None:
        raise NoServiceManager(program=manager.program)


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotWrite(file=str(file), why=reason(error)) from error


def _write(manager: Manager) -> None:
    try:
        manager.file.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(manager.file) as aside:
            aside.write_text(manager.text, encoding="utf-8")
    except OSError as error:
        raise CannotWrite(file=str(manager.file), why=reason(error)) from error


def _insist(command: Command, manager: Manager, pause_s: float) -> None:
    for left in reversed(range(TRIES if manager.leave else 1)):
        done = _run(command)
        if done is not None and done.returncode == 0:
            return
        if left:
            time.sleep(pause_s)
    raise ServiceNotStarted(file=str(manager.file), command=" ".join(command), why=_said(done))


def _said(done: subprocess.CompletedProcess[str] | None) -> str:
    """The last thing that a command told; else the number with which it ended."""
    if done is None:
        return "…"
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1].rstrip(".") if lines else str(done.returncode)


def _run(command: Command) -> subprocess.CompletedProcess[str] | None:
    """How it ended and what it said; None: it could not be started, or did not end."""
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMMAND_S,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
