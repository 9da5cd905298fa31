"""This is where the files are written by which a system starts `vopt up`: systemd's units and launchd's agents.

Sources: systemd.service(5), systemd.exec(5), systemd.syntax(7); launchd.plist(5), launchctl(1) of macOS 10.15.
"""

from __future__ import annotations

import os
import platform
import plistlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vopt_lib.desk.system_service import Manager, marked, vopt_program
from vopt_lib.errors import NoServiceManager, NotInAFile

UNIT: Final = "vopt.service"
LABEL: Final = "vopt.up"

STOP_S: Final = 60
"""`vopt up` ends its programs one after another; a Prefect server alone may take twenty seconds."""

AGAIN_S: Final = 10
"""Between two starts: what fails at once shall not keep an old computer busy."""

# Through sh, because systemd starts no program whose path holds a quotation mark. The last five of the service are
# what a manager without rights of its own can still forbid.
_UNIT: Final = """\
[Unit]
Description=vopt: what is it worth, how fast will it sell
StartLimitIntervalSec=600
StartLimitBurst=10

[Service]
ExecStart=/bin/sh -c 'exec "$$0" up' {program}
Environment={data}
Restart=on-failure
RestartSec={again}
KillMode=mixed
TimeoutStopSec={stop}
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""

_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f]")


def manager_here(data: Path, system: str | None = None) -> Manager:
    """The one of this computer, for the vopt of this environment on this data. system: Linux or Darwin; None: this one.

    Raises: NoServiceManager; ProgramMissing; NotInAFile.
    """
    known = {"Linux": systemd, "Darwin": launchd}
    named = system or platform.system()
    if named not in known:
        raise NoServiceManager(program="systemctl")
    return known[named](vopt_program(), data)


def systemd(program: Path, data: Path, environ: Mapping[str, str] = os.environ) -> Manager:
    """systemd's part that is hers alone: no rights of an administrator are needed. Raises: NotInAFile."""
    config = Path(environ.get("XDG_CONFIG_HOME") or _home(environ) / ".config")
    file = config / "systemd" / "user" / UNIT
    user = ("systemctl", "--user")
    return Manager(
        program="systemctl",
        file=file,
        text=unit(program, data),
        leave=(),
        start=((*user, "daemon-reload"), (*user, "enable", "--now", UNIT)),
        again=((*user, "restart", UNIT),),
        stop=((*user, "disable", "--now", UNIT),),
        after=((*user, "daemon-reload"), (*user, "reset-failed", UNIT)),
        state=(*user, "is-active", UNIT),
        runs=re.compile(r"^active$", re.MULTILINE),
    )


def launchd(program: Path, data: Path, environ: Mapping[str, str] = os.environ) -> Manager:
    """launchd's part for whoever is logged in at the Mac. Raises: NotInAFile."""
    domain = f"gui/{os.getuid()}"
    file = _home(environ) / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    return Manager(
        program="launchctl",
        file=file,
        text=agent(program, data),
        leave=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        start=(("launchctl", "enable", f"{domain}/{LABEL}"), ("launchctl", "bootstrap", domain, str(file))),
        again=(),
        stop=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        after=(),
        state=("launchctl", "print", f"{domain}/{LABEL}"),
        runs=re.compile(r"^\s*state = running$", re.MULTILINE),
    )


def unit(program: Path, data: Path) -> str:
    """A user unit that runs this vopt on this data."""
    facts = {"program": quoted(_safe(program)).replace("$", "$$"), "data": quoted(f"VOPT_DATA={_safe(data)}")}
    return marked(_UNIT.format(**facts, again=AGAIN_S, stop=STOP_S), "# {}", 0)


def agent(program: Path, data: Path) -> str:
    """A LaunchAgent that runs this vopt on this data; what it says goes to the log of the data folder."""
    log = str(data / "logs" / "service.log")
    plain = {
        "Label": LABEL,
        "ProgramArguments": [_safe(program), "up"],
        "EnvironmentVariables": {"VOPT_DATA": _safe(data)},
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": AGAIN_S,
        "ExitTimeOut": STOP_S,
        # Pages answer people: as a background program their answers would have to wait for everything else.
        "ProcessType": "Standard",
        "Umask": 0o077,
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    return marked(plistlib.dumps(plain).decode(), "<!-- {} -->", 2)


def quoted(word: str) -> str:
    """One word as systemd reads it, whatever is in it, where a dollar sign means nothing (in `Environment=`)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _safe(path: Path) -> str:
    if _UNSAFE.search(str(path)):
        raise NotInAFile(path=repr(str(path)))
    return str(path)


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or Path.home())
