"""This is where `vopt serve` is: the pages, in the browser."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Annotated

import typer

from vopt_lib.cli.help import Command
from vopt_lib.cli.speech import say
from vopt_lib.words import N_


def add_to(app: typer.Typer) -> None:
    """Add this command to vopt."""
    app.command("serve", cls=Command, help=N_("Show your market in the browser: prices, searches, questions."))(serve)


def serve(
    port: Annotated[int | None, typer.Option(metavar=N_("N"), help=N_("Port to use, instead of 8420."))] = None,
    show: Annotated[bool, typer.Option("--open", help=N_("Open the browser, too."))] = False,
) -> None:
    """Serve the pages on this computer until Ctrl-C."""
    from vopt_lib.desk.environment import settings_environment
    from vopt_lib.desk.instance import open_desk
    from vopt_lib.desk.services import free_port, noted_port, pages_server
    from vopt_lib.desk.up_state import running
    from vopt_lib.errors import PortTaken

    desk = open_desk()
    if port is None and (up := running(desk)) and (kept := up.program("pages")):
        _tell_where(f"http://127.0.0.1:{kept.port}/", show=show)
        return
    # After the lake's libraries: one of them lets Ctrl-C wait until a system call has ended.
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, _leave)
    chosen = free_port(desk.settings.pages_port if port is None else port)
    if port and chosen != port:
        raise PortTaken(port=port, setting="--port")
    with suppress(KeyboardInterrupt), pages_server(desk.paths, chosen, settings_environment(desk.settings)) as pages:
        address = f"http://127.0.0.1:{pages.port}/"
        with noted_port(desk.paths, "pages", pages.port):
            say(N_("Your pages: {address}"), address=address)
            say(N_("They answer on this computer only. Press Ctrl-C to stop."))
            if show:
                typer.launch(address)
            pages.wait()


def _tell_where(address: str, *, show: bool) -> None:
    """The pages that `vopt up` keeps open already."""
    say(N_("Your pages: {address}"), address=address)
    say(N_("`vopt up` keeps them open."))
    if show:
        typer.launch(address)


def _leave(*_: object) -> None:
    raise KeyboardInterrupt
