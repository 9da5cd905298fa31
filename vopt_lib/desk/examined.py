"""This is where `vopt doctor` learns what it examines: this machine, and the vopt that the settings describe."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vopt_lib.errors import VoptError
from vopt_lib.words import Words

if TYPE_CHECKING:
    from vopt_lib.paths import Paths
    from vopt_lib.settings import Settings

COMMAND_S = 1.5
_CPUINFO = Path("/proc/cpuinfo")
_OS_RELEASE = Path("/etc/os-release")
_APPLE_FLAGS = ("machdep.cpu.features", "machdep.cpu.leaf7_features")


@dataclass(frozen=True)
class Machine:
    """What vopt runs on. system: Linux or Darwin; flags: what its processor can ("avx2"), in small letters; libc: name
    and version of Linux' C library; name: what a person calls the system.
    """

    system: str
    version: tuple[int, ...]
    machine: str
    python: tuple[int, int, int]
    flags: frozenset[str] = frozenset()
    libc: tuple[str, str] = ("", "")
    name: str = ""

    @classmethod
    def of_this(cls) -> Machine:
        """This machine."""
        system = platform.system()
        is_mac = system == "Darwin"
        release = platform.mac_ver()[0] if is_mac else platform.release()
        flags = _apple_flags() if is_mac else _linux_flags()
        named = f"macOS {release}" if is_mac else _distribution()
        python = (sys.version_info.major, sys.version_info.minor, sys.version_info.micro)
        libc = ("", "") if is_mac else platform.libc_ver()
        return cls(system, _numbers(release), platform.machine(), python, flags, libc, named)

    @property
    def is_intel(self) -> bool:
        """Whether its processor is an Intel or AMD one."""
        return self.machine in ("x86_64", "AMD64")


@dataclass(frozen=True)
class Examined:
    """One vopt. trouble: why its settings cannot be used; then these are the defaults."""

    machine: Machine
    settings: Settings
    paths: Paths
    words: Words
    now: datetime
    trouble: VoptError | None = None
    environ: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Words, machine: Machine, now: datetime, environ: Mapping[str, str]) -> Examined:
        """The vopt that the settings in force describe. Nothing is created."""
        from vopt_lib.paths import Paths
        from vopt_lib.settings import Settings, load_settings

        trouble = None
        try:
            settings = load_settings()
        except VoptError as error:
            data = Path(environ.get("VOPT_DATA") or "data").expanduser().absolute()
            settings, trouble = Settings.model_construct(data=data), error
        return cls(machine, settings, Paths.of(settings), words, now, trouble, environ)


def output_of(*command: str) -> str:
    """What a small program of the system prints; nothing where it is not there, fails or takes too long."""
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(
            command, capture_output=True, text=True, timeout=COMMAND_S, check=True, stdin=subprocess.DEVNULL
        ).stdout.strip()
    return ""


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("-")[0].split(".") if part.isdigit())


def _linux_flags() -> frozenset[str]:
    with suppress(OSError):
        for line in _CPUINFO.read_text(errors="replace").splitlines():
            if line.startswith("flags"):
                return frozenset(line.partition(":")[2].split())
    return frozenset()


def _apple_flags() -> frozenset[str]:
    words = " ".join(output_of("sysctl", "-n", name) for name in _APPLE_FLAGS).lower().split()
    return frozenset("avx" if word == "avx1.0" else word for word in words)


def _distribution() -> str:
    with suppress(OSError):
        for line in _OS_RELEASE.read_text(errors="replace").splitlines():
            if line.startswith("PRETTY_NAME="):
                return line.partition("=")[2].strip().strip("\"'")
    return "Linux"
