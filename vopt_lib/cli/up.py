"""This is where `vopt up`, `down`, `logs` and `prefect` are: everything running by itself, and a look at it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from vopt_lib.cli.help import INTERRUPTED, Command
from vopt_lib.cli.serving import say_where_else
from vopt_lib.cli.speech import say, tell, words
from vopt_lib.words import N_

if TYPE_CHECKING:
    from vopt_lib.desk.log_reading import LogLine
    from vopt_lib.desk.supervised import Change
    from vopt_lib.desk.supervisor import Supervisor
    from vopt_lib.paths import Paths
    from vopt_lib.settings import Settings

ENDS_WITHIN_S = 60.0
LOOKED_EVERY_S = 0.5

_NAMES = {"pages": N_("The pages"), "prefect": N_("Prefect"), "worker": N_("The worker")}
_BY_SIGNAL = N_("{program} ended (signal {signal:d}). Started again in {seconds} s; `vopt logs {name}` says more.")
_BY_ITSELF = N_("{program} ended (status {status:d}). Started again in {seconds} s; `vopt logs {name}` says more.")

_PORT_TAKEN = N_(
    "{program} cannot start: another program took its port {port:d}. The next try is in {seconds} s; `vopt down`, then "
    "`vopt up` takes another port."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to vopt."""
    app.command("up", cls=Command, help=N_("Keep everything running: pages, schedules, and what works them off."))(up)
    app.command("down", cls=Command, help=N_("Stop what `vopt up` runs."))(down)
    app.command("logs", cls=Command, help=N_("Show what the programs of `vopt up` said."))(logs)
    app.command("prefect", cls=Command, help=N_("Show where the pages of Prefect are, and their password."))(prefect)


def up() -> None:
    """Keep everything running until Ctrl-C or `vopt down`."""
    from vopt_lib.desk.supervisor import supervisor
    from vopt_lib.settings import load_settings

    settings = load_settings()
    stop, hurry = threading.Event(), threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, lambda *_: _leave(stop, hurry))
    teller = _Teller(settings)
    with supervisor(settings, teller.tell) as running:
        teller.begin(running)
        running.run(stop, hurry)
    with suppress(OSError):
        say(N_("Stopped, and nothing is left running."))


def _leave(stop: threading.Event, hurry: threading.Event) -> None:
    """The first time in order, the second time at once."""
    if stop.is_set():
        hurry.set()
        return
    stop.set()
    with suppress(OSError, RuntimeError):  # the terminal may be gone, or in the middle of a line
        say(N_("Stopping… A collection under way has 20 seconds to come to an end; Ctrl-C once more stops it at once."))


class _Teller:
    """Says what somebody in front of the terminal wants to know. A terminal that is gone stops nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._told: set[str] = set()
        self._ports: dict[str, int] = {}

    def begin(self, running: Supervisor) -> None:
        """Say what is not as it was wanted."""
        self._ports = {program.name: program.port for program in running.programs}
        wanted = {"pages": self._settings.pages_port, "prefect": self._settings.prefect_port}
        for name, port in wanted.items():
            if port and self._ports[name] != port:
                self._say(
                    N_("Port {taken:d} is used by another program: {program} will be on port {port:d}."),
                    taken=port,
                    program=words().say(_NAMES[name]),
                    port=self._ports[name],
                )

    def tell(self, change: Change) -> None:
        """Say what became of a program."""
        facts = {"name": change.name, "program": words().say(_NAMES[change.name]), "seconds": round(change.pause_s)}
        if change.kind == "up" and change.name not in self._told:
            self._told.add(change.name)
            self._is_up(change.name)
        elif change.kind == "up":
            self._say(N_("{program}: running again."), **facts)
        elif change.kind == "ended" and change.status < 0:
            self._say(_BY_SIGNAL, signal=-change.status, **facts)
        elif change.kind == "ended":
            self._say(_BY_ITSELF, status=change.status, **facts)
        elif change.kind == "silent":
            self._say(N_("{program}: no answer for a minute, so it is started again."), **facts)
        elif change.kind == "not_started":
            self._say(N_("{program} could not be started; the next try is in {seconds} s."), **facts)
        elif change.kind == "port_taken":
            self._say(_PORT_TAKEN, port=self._ports[change.name], **facts)

    def _is_up(self, name: str) -> None:
        if name == "pages":
            self._say(N_("Your pages: {address}"), address=f"{self._pages()}/")
            # Elsewhere nobody reads it, and a log is no place for a link that lets the first one in.
            if sys.stdout.isatty():
                threading.Thread(target=self._tell_who_gets_in, daemon=True).start()
        elif name == "prefect":
            address = f"http://127.0.0.1:{self._ports[name]}"
            self._say(N_("Prefect shows every run at {address}; `vopt prefect` tells its password."), address=address)
        elif name == "worker":
            self._say(N_("Everything runs, and what is scheduled is worked off. Press Ctrl-C to stop."))

    def _tell_who_gets_in(self) -> None:
        from vopt_lib.desk.up_programs import serving

        if (told := serving(self._settings, f"{self._pages()}/")) is not None:
            with suppress(OSError):
                say_where_else(told)

    def _pages(self) -> str:
        from vopt_lib.desk.up_programs import pages_address

        return pages_address(self._settings, self._ports["pages"])

    def _say(self, sentence: str, **facts: object) -> None:
        with suppress(OSError):
            say(sentence, **facts)


def down() -> None:
    """Ask the `vopt up` of this vopt to end, and wait until it has."""
    from vopt_lib.desk.up_state import running, wait_until_down
    from vopt_lib.errors import ServiceError

    paths = _paths()
    if (found := running(paths)) is None:
        say(N_("`vopt up` does not run here."))
        return
    with suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGTERM)
    if not wait_until_down(paths, ENDS_WITHIN_S):
        raise ServiceError(service="vopt up", why=N_("it does not end"), log=str(paths.logs / "up.log"))
    say(N_("Stopped, and nothing is left running."))


def prefect() -> None:
    """Tell the address and the password of the Prefect server that `vopt up` runs."""
    from vopt_lib.desk.up_programs import prefect_auth
    from vopt_lib.desk.up_state import running

    paths = _paths()
    found = running(paths)
    server = found.program("prefect") if found else None
    if server is None:
        say(N_("`vopt up` does not run here."))
        raise typer.Exit(1)
    say(N_("Prefect shows every run at {url}"), url=f"http://127.0.0.1:{server.port}")
    say(N_("It asks for a password: {auth}"), auth=prefect_auth(paths))


def logs(
    program: Annotated[
        str | None, typer.Argument(metavar=N_("PROGRAM"), help=N_("Only this one: pages, prefect, worker, up …"))
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help=N_("Go on with what is added, until Ctrl-C."))] = False,
    lines: Annotated[int, typer.Option("--lines", min=1, metavar=N_("N"), help=N_("How many lines."))] = 50,
) -> None:
    """Show the newest lines of the logs."""
    from vopt_lib.desk.log_reading import Follower, known_logs, newest_lines
    from vopt_lib.errors import UnknownLog

    paths = _paths()
    known = known_logs(paths)
    if program is not None and program not in known:
        raise UnknownLog(name=program, known=", ".join(known) or "–")
    chosen = known if program is None else [program]
    follower = Follower(paths, chosen)
    for line in newest_lines(paths, chosen, lines):
        _show(line)
    pause = threading.Event()
    while follow:
        try:
            pause.wait(LOOKED_EVERY_S)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        for line in follower.added():
            _show(line)


def _show(line: LogLine) -> None:
    at = f"{line.at.astimezone():%Y-%m-%d %H:%M:%S}" if line.at else " " * 19
    level = "" if line.level == "info" else line.level.upper() + " "
    tell(f"{at} {line.program:<8} {level}{line.text}")


def _paths() -> Paths:
    from vopt_lib.paths import Paths
    from vopt_lib.settings import load_settings

    return Paths.of(load_settings())
