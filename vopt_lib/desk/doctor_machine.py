"""This is where `vopt doctor` examines the machine: Python, processor, system, clock, ports, programs under way."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vopt_lib.desk.examined import Examined, output_of
from vopt_lib.desk.looks import joined
from vopt_lib.schema.health import Check
from vopt_lib.words import N_

PYTHONS: Final = ((3, 11), (3, 13))
"""The oldest and the newest that vopt was tried on, as in pyproject.toml."""

OLDEST_MAC: Final = (10, 15)
OLLAMA_MAC: Final = (14,)
"""What Ollama asks for (docs.ollama.com/macos); also onnxruntime, of the extra `background`, asks for macOS 11."""

OLDEST_GLIBC: Final = (2, 28)
"""The libraries are built for it (manylinux_2_28): Debian 10, Ubuntu 18.10 and later."""

MADE_ON: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right can be before this vopt was made."""

TOLERATED: Final = timedelta(minutes=5)
"""So much a file may be newer than the clock says: file servers have clocks of their own."""

PORTS: Final = {
    "pages": ("pages_port", N_("the pages")),
    "prefect": ("prefect_port", "Prefect"),
    "phone": ("phone_port", N_("photos from a phone")),
}


def python(one: Examined) -> Check:
    """Whether vopt was tried on this Python."""
    say, version = one.words.say, ".".join(map(str, one.machine.python))
    oldest, newest = PYTHONS
    if oldest <= one.machine.python[:2] <= newest:
        return Check("python", "good", say(N_("Python {version}."), version=version))
    facts = {"version": version, "oldest": "{}.{}".format(*oldest), "newest": "{}.{}".format(*newest)}
    text = say(N_("This is Python {version}; vopt needs {oldest} to {newest}."), **facts)
    return Check("python", "bad", text, say(N_("Install such a Python, then set up vopt with it again.")))


def processor(one: Examined) -> Check:
    """Which instructions the processor has, and whether polars is there in a build for it."""
    say, machine = one.words.say, one.machine
    if not machine.is_intel:
        return Check("processor", "good", say(N_("Processor: {kind}."), kind=machine.machine))
    if not machine.flags or "avx2" in machine.flags:
        return Check("processor", "good", say(N_("The processor has what all libraries want (AVX2).")))
    has_old_build = importlib.util.find_spec("_polars_runtime_compat") is not None
    if not has_old_build:
        text = say(N_("The processor has no AVX2, and polars is not there in its build for such ones."))
        return Check("processor", "bad", text, say(N_("Install it: `pip install 'polars[rtcompat]'`.")))
    text = say(N_("The processor is an older one, without AVX2: polars runs in its build for such ones, a bit slower."))
    return Check("processor", "good", text)


def system(one: Examined) -> Check:
    """What works on this system, and what does not."""
    return _mac(one) if one.machine.system == "Darwin" else _linux(one)


def _mac(one: Examined) -> Check:
    say, machine = one.words.say, one.machine
    if machine.version[:2] < OLDEST_MAC:
        text = say(N_("This is {system}; vopt was tried on macOS 10.15 and later."), system=machine.name)
        return Check("system", "warn", text, say(N_("Update macOS, or use another computer.")))
    if machine.version >= OLLAMA_MAC:
        return Check("system", "good", f"{machine.name}.")
    sentence = N_(
        "{system}: everything of vopt works but Ollama, which needs macOS 14, and plain backgrounds of photos where "
        "macOS is older than 11."
    )
    is_here = (urlsplit(one.settings.ollama_url).hostname or "") in ("127.0.0.1", "localhost", "::1")
    step = N_("Let Ollama run on another computer and set VOPT_OLLAMA_URL to its address, or to off.")
    text = say(sentence, system=machine.name)
    return Check("system", "warn", text, say(step)) if is_here else Check("system", "good", text)


def _linux(one: Examined) -> Check:
    say, (libc, version) = one.words.say, one.machine.libc
    found = tuple(int(part) for part in version.split(".") if part.isdigit())
    if libc == "glibc" and found >= OLDEST_GLIBC:
        return Check("system", "good", f"{one.machine.name} (glibc {version}).")
    text = say(N_("{system}: the libraries are built for glibc 2.28 or later."), system=one.machine.name)
    return Check("system", "warn", text, say(N_("If they do not load, use a newer system, such as Debian 12.")))


def clock(one: Examined) -> Check:
    """Whether the clock can be right: not before what was written already."""
    say, newest = one.words.say, newest_file(one)
    if one.now < MADE_ON:
        text = say(N_("The clock says {now}, which is before this vopt was made."), now=one.now)
        return Check("clock", "bad", text, say(N_("Set the clock, best by the network.")))
    if newest is not None and newest - one.now > TOLERATED:
        facts = {"now": one.now, "newest": newest}
        text = say(N_("The clock says {now}, but vopt has written files at {newest}: it went back."), **facts)
        return Check("clock", "bad", text, say(N_("Set the clock, best by the network; then start vopt again.")))
    text = say(N_("The clock says {now}, {zone}."), now=one.now, zone=one.now.astimezone().tzname() or "UTC")
    if output_of("timedatectl", "show", "-p", "NTPSynchronized", "--value") == "no":
        step = say(N_("Let the network set it: `sudo timedatectl set-ntp true`."))
        return Check("clock", "warn", text + " " + say(N_("The network does not set it.")), step)
    return Check("clock", "good", text)


def newest_file(one: Examined) -> datetime | None:
    """When something was written last of what lies at the top of the data, the state and the logs."""
    times = []
    for folder in (one.paths.data, one.paths.state, one.paths.runs, one.paths.logs):
        with suppress(OSError):
            for file in folder.iterdir():
                with suppress(OSError):
                    times.append(file.lstat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None


def ports(one: Examined) -> Check:
    """Which ports are taken by programs that are not vopt's."""
    otherwise = Check("ports", "good", one.words.say(N_("The ports that vopt uses are free, or its own.")))
    return joined("ports", list(_taken(one)), otherwise)


def _taken(one: Examined) -> Iterator[Check]:
    from vopt_lib.desk.ports import is_listening, ports_of

    known = ports_of(one.paths)
    for name, (setting, what) in PORTS.items():
        port = int(getattr(one.settings, setting))
        if not port or known.get(name) == port or not is_listening(port):
            continue
        facts = {"port": str(port), "what": one.words.say(what), "who": listener(port) or "?"}
        text = one.words.say(N_("Port {port}, meant for {what}, is used by another program ({who})."), **facts)
        step = N_("End that program, or set {name} to another port; else vopt takes the next free one.")
        yield Check("ports", "warn", text, one.words.say(step, name=f"VOPT_{setting.upper()}"))


def listener(port: int) -> str:
    """Name and number of the program that listens at a port; nothing where the system does not tell us."""
    import psutil

    with suppress(psutil.Error, OSError):
        for found in psutil.net_connections("tcp"):
            if found.laddr and found.laddr.port == port and found.status == psutil.CONN_LISTEN and found.pid:
                return f"{psutil.Process(found.pid).name()}, {found.pid}"
    told = output_of("lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fcp").splitlines()
    marks = {line[:1]: line[1:] for line in told}
    return f"{marks['c']}, {marks['p']}" if {"c", "p"} <= marks.keys() else ""


def processes(one: Examined) -> Check:
    """Which other programs of vopt run."""
    named = ", ".join(sorted(_of_vopt()))
    if not named:
        return Check("processes", "good", one.words.say(N_("No other program of vopt runs.")))
    return Check("processes", "good", one.words.say(N_("Of vopt there run: {programs}."), programs=named))


def _of_vopt() -> Iterator[str]:
    import psutil

    own = psutil.Process()
    family = {
        own.pid,
        *(parent.pid for parent in own.parents()),
        *(child.pid for child in own.children(recursive=True)),
    }
    for process in psutil.process_iter(["pid", "cmdline"]):
        if process.pid not in family and (name := program_of(process.info["cmdline"] or [])):
            yield f"{name} ({process.pid})"


def program_of(command: list[str]) -> str:
    """What a command line of vopt's is called: "vopt serve", "vopt_lib.server"; nothing where it is none."""
    for place, part in enumerate(command[:4]):
        if Path(part).name == "vopt":
            return " ".join(["vopt", *command[place + 1 : place + 2]])
        if part.startswith("vopt_lib.") and part != "vopt_lib.desk.guard" and command[place - 1] == "-m":
            return part
    return ""


def service(one: Examined) -> Check:
    """Whether vopt runs where the system should look after it."""
    from vopt_lib.desk.service_files import manager_here
    from vopt_lib.desk.system_service import state_of

    say, state = one.words.say, state_of(manager_here(one.paths.data, one.machine.system))
    if not state.is_installed:
        return Check("service", "good", say(N_("The system does not look after vopt. `vopt service install` lets it.")))
    if state.is_old:
        sentence = N_("{file} names another vopt or another data folder: `vopt service install` renews it.")
        return Check("service", "warn", say(sentence, file=str(state.file)))
    if not state.runs:
        text = say(N_("The system should look after vopt, but it does not run."))
        return Check("service", "warn", text, say(N_("`vopt service install` starts it; its log says why it ended.")))
    return Check("service", "good", say(N_("The system looks after vopt, and it runs.")))


def sleep(one: Examined) -> Check:
    """Whether this Mac goes to sleep."""
    return sleep_told(output_of("pmset", "-g"), one)


def sleep_told(told: str, one: Examined) -> Check:
    """The same of what `pmset -g` says: a line " sleep  10 (…)", in minutes, 0 for never."""
    minutes = next((line.split()[1] for line in told.splitlines() if line.split()[:1] == ["sleep"]), "")
    if not minutes.isdigit() or int(minutes) == 0:
        return Check("sleep", "good", one.words.say(N_("This Mac does not go to sleep by itself.")))
    sentence = N_("This Mac goes to sleep after {n} minutes; what should have run meanwhile runs when it wakes.")
    return Check("sleep", "good", one.words.say(sentence, n=int(minutes)))
